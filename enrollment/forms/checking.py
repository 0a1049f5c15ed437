"""What is wrong with a form that somebody built, question by question. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from enrollment.forms.definitions import default_form, into
from enrollment.forms.files import FILE, MOST_MB, MOST_QUESTIONS, file_fields, kinds_of

INDISPENSABLE = ("given_names", "family_names", "certificate_name", "email")
CHOSEN_FROM = ("choice", "choices", "role", "country")


@dataclass(frozen=True)
class Problem:
    """`place` is the question's in the form, None for the form as a whole."""

    place: int | None
    text: str


def problems_in(definition: list[dict], language: str) -> list[Problem]:
    """Everything that has to be mended before people can be asked; texts in `language` name what
    is meant."""
    named = [*default_form(), *definition]
    labels = {one["id"]: into(one.get("label"), language) or one["id"] for one in named}
    problems = [*_missing(definition, labels)]
    above: dict[str, dict] = {}
    for place, field in enumerate(definition):
        texts = [*_wrong_with(field)]
        if field["id"] in above:
            texts.append(_("It has the key of another question: “%s”.") % field["id"])
        texts += _wrong_condition(field, above, labels)
        problems += [Problem(place, text) for text in texts]
        above.setdefault(field["id"], field)
    return problems


def _missing(definition: list[dict], labels: dict[str, str]):
    ids = {field["id"] for field in definition}
    for name in INDISPENSABLE:
        if name not in ids:
            yield Problem(None, _("The question “%s” cannot be left out.") % labels[name])
        elif any(one["id"] == name and "shown_if" in one for one in definition):
            yield Problem(None, _("The question “%s” is asked of everybody.") % labels[name])
    if not any(field["kind"] == "consent" and field["required"] for field in definition):
        yield Problem(None, _("A required consent to the privacy notice is missing."))
    if len(file_fields(definition)) > MOST_QUESTIONS:
        text = _("At most %(most)d questions ask for a file.") % {"most": MOST_QUESTIONS}
        yield Problem(None, text)


def _wrong_with(field: dict):
    if not any((field.get("label") or {}).values()):
        yield _("It has no text.")
    low, high = field.get("min"), field.get("max")
    if low is not None and high is not None and low > high:
        yield _("The least, %(low)s, is more than the most, %(high)s.") % {"low": low, "high": high}
    if field["kind"] == FILE and not kinds_of(field):
        yield _("It names no type of file that may be sent.")
    if field["kind"] == FILE and not 1 <= field.get("max_mb", 1) <= MOST_MB:
        yield _("A file may have from 1 to %(most)d MB.") % {"most": MOST_MB}
    if field["kind"] in ("choice", "choices") and "source" not in field:
        values = [one["value"] for one in field.get("choices", ())]
        if len(values) < 2:
            yield _("There are fewer than two answers to choose from.")
        if len(set(values)) < len(values):
            yield _("Two answers have the same key.")


def _wrong_condition(field: dict, above: dict[str, dict], labels: dict[str, str]) -> list[str]:
    if "shown_if" not in field:
        return []
    condition = field["shown_if"]
    asked = above.get(condition["field"])
    if asked is None or asked["kind"] not in CHOSEN_FROM:
        return [
            _("It hangs on the question “%s”, which does not stand above it.")
            % labels.get(condition["field"], condition["field"])
        ]
    known = {one["value"] for one in asked.get("choices", ())}
    gone = [value for value in condition["values"] if known and value not in known]
    if gone:
        texts = {"answer": ", ".join(gone), "question": labels[condition["field"]]}
        return [_("“%(question)s” has no answer “%(answer)s” any more.") % texts]
    return [] if condition["values"] else [_("Its condition names no answer.")]
