"""What staff may leave open in a text of theirs: `{name}`. Plain values in, plain text out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

BRACES = re.compile(r"\{([^{}]*)\}|\{[^{}]*|\}")
ADDRESS = re.compile(r"://|[@＠]|\bwww\b|\w[.．。｡]\w{2,}", re.IGNORECASE)
JOINS = re.compile(r"(?<=\S)([.．。｡:/\\@＠])(?=\S)")
LONGEST = 120  # letters


def unknown_in(text: str, known: Iterable[str]) -> list[str]:
    """What is in braces and has no value, each once, as it was typed; also a brace left open."""
    known = set(known)
    found = (
        hit[0][:40].strip()
        for hit in BRACES.finditer(text)
        if hit[1] is None or hit[1].strip() not in known
    )
    return list(dict.fromkeys(found))


def names_in(text: str) -> list[str]:
    """What the text leaves open, each once."""
    hits = (hit[1].strip() for hit in BRACES.finditer(text) if hit[1] is not None)
    return list(dict.fromkeys(hits))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its values, in one pass: what is in a value is never filled in again."""
    return BRACES.sub(lambda hit: values.get((hit[1] or "").strip(), hit[0]), text)


def of_a_person(text: str) -> str:
    """What a person typed, as it may stand in a letter to them: one short line, which no mail
    program makes a link of."""
    text = " ".join(text.split())[:LONGEST]
    return JOINS.sub(r"\1 ", text) if ADDRESS.search(text) else text
