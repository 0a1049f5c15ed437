"""What a window asks, to be read where it cannot be changed any more."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from enrollment.forms.definitions import into
from enrollment.staff.form_blocks import KINDS, FormBuilder, choices_of


@dataclass(frozen=True)
class QuestionShown:
    """`texts` are (language, question) pairs, the reader's language first; `only_of` says on which
    answers it hangs."""

    heading: str
    texts: list[tuple[str, str]]
    help: str
    kind: object
    is_required: bool
    answers: list[str]
    only_of: str


def questions_of(builder: FormBuilder) -> list[QuestionShown]:
    """In the order of the form; of everything but the questions in the builder's language."""
    return [_shown(field, builder) for field in builder.definition]


def _shown(field: dict, builder: FormBuilder) -> QuestionShown:
    language, names = builder.language, dict(settings.LANGUAGES)
    texts = field.get("label") or {}
    order = sorted(builder.edition.languages, key=lambda one: one != language)
    return QuestionShown(
        heading=into(field.get("heading") or {}, language),
        texts=[(names[one], texts[one]) for one in order if texts.get(one)],
        help=into(field.get("help") or {}, language),
        kind=KINDS.get(field["kind"], ""),
        is_required=bool(field.get("required")),
        answers=[into(one["label"], language) for one in choices_of(field)],
        only_of=_only_of(field.get("shown_if"), builder),
    )


def _only_of(condition: dict | None, builder: FormBuilder) -> str:
    if not condition:
        return ""
    asked = {one["id"]: one for one in builder.definition}[condition["field"]]
    words = {key: str(label) for _question, pairs in builder.conditions for key, label in pairs}
    keys = [f"{condition['field']}={value}" for value in condition["values"]]
    return f"{into(asked['label'], builder.language)}: " + ", ".join(map(words.__getitem__, keys))
