"""The form on paper: its questions, numbered, with room to write the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.forms import Field

from enrollment.forms.definitions import SHOWN_ONLY, into
from enrollment.forms.files import FILE, accepted

ROWS_OF_LONG_TEXT = 5
TO_TICK = ("choice", "choices", "role", "consent")


@dataclass(frozen=True)
class Question:
    """`rows` empty lines to write on, `answers` to tick, or a file to `attach`. `only_if` names the
    question and its answers on which this one hangs: `(number, answers)`."""

    number: int
    label: str
    help: str
    is_required: bool
    rows: range
    answers: list[str]
    only_if: tuple[int, list[str]] | None
    attach: str = ""


def blank_parts(definition: list[dict], fields: Mapping[str, Field], language: str) -> list[dict]:
    """The form's parts: `{heading, questions}`. `fields` are those that `fields_of` made."""
    parts: list[dict] = []
    numbers: dict[str, int] = {}
    for number, field in enumerate(definition, 1):
        numbers[field["id"]] = number
        if "heading" in field or not parts:
            parts.append({"heading": into(field.get("heading"), language), "questions": []})
        asked = fields.get(field["id"])
        question = Question(
            number=number,
            label=into(field.get("label"), language),
            help="" if field["kind"] == SHOWN_ONLY else into(field.get("help"), language),
            is_required=field["required"],
            rows=range(field.get("rows", ROWS_OF_LONG_TEXT) if field["kind"] == "long_text" else 1),
            answers=_to_tick(field, asked),
            only_if=_condition(field, fields, numbers),
            attach=accepted(field) if field["kind"] == FILE else "",
        )
        parts[-1]["questions"].append(question)
    return parts


def _to_tick(field: dict, asked: Field | None) -> list[str]:
    if field["kind"] not in TO_TICK:
        return []
    if field["kind"] == "consent":
        return [asked.label]
    return [str(label) for value, label in asked.choices if value]


def _condition(field: dict, fields: Mapping[str, Field], numbers: Mapping[str, int]):
    if "shown_if" not in field:
        return None
    condition = field["shown_if"]
    labels = dict(fields[condition["field"]].choices)
    return numbers[condition["field"]], [str(labels.get(one, one)) for one in condition["values"]]
