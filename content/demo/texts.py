"""The demonstration's texts, and how they become StreamField values."""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape
from pathlib import Path
from uuid import UUID, uuid5

from wagtail.blocks import CharBlock, StructBlock, TextBlock

from content.blocks import LessonBody, PublicBody

HERE = Path(__file__).parent
NAMES = UUID("6d1c1c2e-2019-4c0f-9a57-0d5f3b1a7e11")
LANGUAGES = ("es", "pt-br", "en")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@cache
def read(name: str):
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def key_of(*place) -> UUID:
    """The same for the same place on every machine, in every language."""
    return uuid5(NAMES, "/".join(map(str, place)))


def stream(blocks: list[dict], place: str) -> str:
    """The blocks as a StreamField stores them. Their ids are the same in all languages."""
    return json.dumps(
        [
            {
                "type": block["type"],
                "value": value_of(block, f"{place}/{number}"),
                "id": str(key_of(place, number)),
            }
            for number, block in enumerate(blocks)
        ]
    )


def value_of(block: dict, place: str):
    kind = block["type"]
    if kind == "heading":
        return block["text"]
    if kind in ("paragraph", "legal_note"):
        return rich(block["text"])
    if kind in ("list", "key_points", "glossary"):
        return [
            {"type": "item", "value": item, "id": str(key_of(place, number))}
            for number, item in enumerate(block["items"])
        ]
    if kind == "experts":
        return [
            {"type": "item", "value": {**item, "image": None}, "id": str(key_of(place, number))}
            for number, item in enumerate(block["items"])
        ]
    value = {name: text for name, text in block.items() if name != "type"}
    if kind == "case":
        value["text"] = rich(value["text"])
    if kind in ("self_check", "faq"):
        value["answer"] = rich(value["answer"])
    return empty_texts(kind) | value


@cache
def empty_texts(kind: str) -> dict[str, str]:
    """The texts of a block that may be left out: stored empty, as the editor stores them."""
    found = {**PublicBody.base_blocks, **LessonBody.base_blocks}.get(kind)
    children = found.child_blocks.items() if isinstance(found, StructBlock) else ()
    return {name: "" for name, block in children if isinstance(block, CharBlock | TextBlock)}


def rich(text: str) -> str:
    """Paragraphs, with addresses linked as the editor links them."""
    paragraphs = (part.strip() for part in text.split("\n\n"))
    return "".join(f"<p>{_linked(escape(part, quote=False))}</p>" for part in paragraphs if part)


def _linked(html: str) -> str:
    return ADDRESS.sub(r'<a href="mailto:\g<0>">\g<0></a>', html)


def kilobytes(stored: str) -> int:
    return max(1, round(len(stored.encode()) / 1024))
