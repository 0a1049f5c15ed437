"""Two applications side by side: what they say, alike or not, and both in one sentence."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment.answers import submitted_values
from enrollment.models import Application
from enrollment.names import normal_text
from enrollment.rules.decisions import current_decision
from enrollment.staff.application import answers_of

MATCHED_BY = ("id_given_names", "id_family_names", "id_country", "id_basic_module_edition")
FACTS = (
    (gettext_lazy("name"), "full_name"),
    (gettext_lazy("country"), "country.name"),
    (gettext_lazy("e-mail"), "person.email"),
    (gettext_lazy("role"), "role"),
    (gettext_lazy("institution"), "institution"),
    (gettext_lazy("place of work"), "get_workplace_display"),
    (gettext_lazy("gender"), "get_gender_display"),
    (gettext_lazy("language"), "get_language_display"),
)


@dataclass(frozen=True)
class Beside:
    """One line: `cells` are (application, entry `{text, upload}`) of the earlier and the later
    one. Not `is_same`: they differ. `is_matched`: it is what they were found by."""

    label: str
    cells: list[tuple[Application, dict]]
    is_same: bool
    is_matched: bool = False

    @property
    def texts(self) -> list[str]:
        return [entry.get("text", "") for _row, entry in self.cells]


def side_by_side(earlier: Application, later: Application) -> list[Beside]:
    """What is known of both and every answer of either form; first what differs."""
    pair = (earlier, later)
    said = [_entries(row) for row in pair]
    keys = list(dict.fromkeys(key for entries in said for key in entries))
    answers = [_answers(key, pair, [entries.get(key, {}) for entries in said]) for key in keys]
    written = [line.texts for line in answers]
    known = [_line(label, pair, texts) for label, texts in _known(earlier, later)]
    addresses = [_line(label, pair, texts) for label, texts in _addresses(earlier, later)]
    addresses = [line for line in addresses if line.texts not in written]
    lines = [line for line in (*addresses, *answers, *known) if any(line.texts)]
    return sorted(lines, key=lambda line: line.is_same)


def compared(earlier: Application, later: Application) -> str:
    """`Same: name, country. Different: e-mail.`, of the facts that either gives."""
    same, different = [], []
    for label, path in FACTS:
        texts = [_fact(row, path) for row in (earlier, later)]
        if any(texts):
            (same if _is_same(*texts) else different).append(str(label))
    same.append(_("earlier course"))
    said = _("Same: %(labels)s.") % {"labels": ", ".join(same)}
    if different:
        said += " " + _("Different: %(labels)s.") % {"labels": ", ".join(different)}
    return said


def _fact(application: Application, path: str) -> str:
    value = application
    for name in path.split("."):
        value = getattr(value, name, None)
    return str(value() if callable(value) else value or "")


def _addresses(*pair: Application) -> list[tuple[str, list[str]]]:
    return [
        (_("E-mail"), [row.person.email for row in pair]),
        (_("Backup e-mail"), [row.person.backup_email or "" for row in pair]),
    ]


def _known(*pair: Application) -> list[tuple[str, list[str]]]:
    decisions = [current_decision(row) for row in pair]
    return [
        (_("Status"), [row.get_status_display() for row in pair]),
        (_("Eligibility"), [row.get_eligibility_display() for row in pair]),
        (_("Alumni match"), [row.get_alumni_match_display() for row in pair]),
        (_("Outcome"), [one.get_outcome_display() if one else "" for one in decisions]),
    ]


def _line(label: str, pair, texts: list[str]) -> Beside:
    cells = [(row, {"text": str(text)}) for row, text in zip(pair, texts, strict=True)]
    return Beside(label, cells, _is_same(*texts))


def _entries(application: Application) -> dict[str, dict]:
    parts = answers_of(application, submitted_values(application))
    return {one["id"]: one for part in parts for one in part["entries"]}


def _answers(key: str, pair, entries: list[dict]) -> Beside:
    label = next(entry["label"] for entry in entries if entry)
    uploads = [entry.get("upload") for entry in entries]
    if any(uploads):
        is_same = all(uploads) and uploads[0].sha256 == uploads[1].sha256
    else:
        is_same = _is_same(*(entry.get("text", "") for entry in entries))
    return Beside(label, list(zip(pair, entries, strict=True)), is_same, key in MATCHED_BY)


def _is_same(one: str, other: str) -> bool:
    return normal_text(str(one)) == normal_text(str(other))
