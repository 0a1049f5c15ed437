"""The dates of an edition, wherever a page's text names one.

A text never holds a date of the calendar: it names it, and the page reads it from the edition each
time it is drawn. Within any text of a page (introduction, paragraph, item of a list, answer …):

    Applications close on [[window_closes:weekday]].
    From [[phase_opens:2:short]] to [[phase_closes:2:day]].
    Results: [[release]].

`[[which]]`, `[[which:number]]`, each with a form behind it where another than `full` is meant.
`which` is one of `DATES`; phases, modules and discussions need a number (modules and discussions
are counted through the edition). What a text names is checked when the page is saved.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.models.activities import Module
from content.models.discussions import Discussion
from enrollment.models import Edition, Phase, RegistrationWindow, WindowKind

DATES = [
    ("window_opens", gettext_lazy("applications open")),
    ("window_closes", gettext_lazy("applications close")),
    ("decisions_locked", gettext_lazy("decisions are locked")),
    ("release", gettext_lazy("decisions are released")),
    ("respond_by", gettext_lazy("places are confirmed")),
    ("last_entry", gettext_lazy("last entry from the waitlist")),
    ("phase_opens", gettext_lazy("phase n opens")),
    ("phase_closes", gettext_lazy("phase n closes")),
    ("module_opens", gettext_lazy("module n opens")),
    ("discussion_opens", gettext_lazy("discussion n opens")),
    ("discussion_closes", gettext_lazy("discussion n closes")),
    ("certificates", gettext_lazy("certificates are issued")),
]
NUMBERED = (
    "phase_opens",
    "phase_closes",
    "module_opens",
    "discussion_opens",
    "discussion_closes",
)
DEADLINES = ("window_closes", "respond_by", "last_entry", "phase_closes", "discussion_closes")
FORMS = ("full", "weekday", "day", "short", "hour")
MARK = re.compile(r"\[\[\s*([a-z_]+)\s*(?::\s*(\d+)\s*)?(?::\s*([a-z]+)\s*)?\]\]")
ANY_MARK = re.compile(r"\[\[.*?\]\]")


@dataclass(frozen=True)
class EditionDate:
    """One date: a deadline (exclusive end, announced in the zone where deadlines end) or an
    instant from which on something is so (announced in the ruling zone)."""

    which: str
    number: int | None
    instant: datetime | None
    zone: str

    @property
    def is_deadline(self) -> bool:
        return self.which in DEADLINES

    @property
    def label(self) -> str:
        return label_of(self.which, self.number)


class EditionDates:
    """An edition's dates, read once in at most four queries, when the first is asked for."""

    def __init__(self, edition: Edition | None):
        self.edition = edition
        self._instants: dict | None = None

    @property
    def instants(self) -> dict[tuple[str, int | None], datetime | None]:
        if self._instants is None:
            self._instants = read_instants(self.edition) if self.edition else {}
        return self._instants

    def get(self, which: str, number: int | None = None) -> EditionDate | None:
        """The date named; None where the edition has no such date."""
        number = number if which in NUMBERED else None
        instant = self.instants.get((which, number))
        if instant is None:
            return None
        zone = self.edition.deadline_zone if which in DEADLINES else self.edition.ruling_zone
        return EditionDate(which, number, instant, zone)


def read_instants(edition: Edition) -> dict[tuple[str, int | None], datetime | None]:
    phases = list(Phase.objects.filter(edition=edition).order_by("order"))
    window = RegistrationWindow.objects.filter(edition=edition, kind=WindowKind.APPLICATION).first()
    found = {
        ("decisions_locked", None): edition.selection_locks_at,
        ("release", None): edition.release_planned_at,
        ("respond_by", None): edition.offers_respond_by,
        ("last_entry", None): edition.last_entry_at,
        ("certificates", None): edition.certificates_planned_at,
    }
    if window:
        found[("window_opens", None)] = window.opens_at
        found[("window_closes", None)] = window.closes_at
    for phase in phases:
        found[("phase_opens", phase.order)] = phase.opens_at
        found[("phase_closes", phase.order)] = phase.closes_at
    for number, module in enumerate(activities(Module, edition), start=1):
        found[("module_opens", number)] = module.opens_at
    for number, discussion in enumerate(activities(Discussion, edition), start=1):
        found[("discussion_opens", number)] = discussion.opens_at
        found[("discussion_closes", number)] = discussion.closes_at
    return found


def activities(model, edition: Edition):
    return model.objects.filter(phase__edition=edition).order_by("phase__order", "order")


def label_of(which: str, number: int | None) -> str:
    """What happens on that date, as a sentence's beginning: “Phase 2 opens”."""
    labels = {
        "window_opens": _("Applications open"),
        "window_closes": _("Applications close"),
        "decisions_locked": _("Decisions are locked"),
        "release": _("Decisions are released"),
        "respond_by": _("Places are confirmed until"),
        "last_entry": _("Last entry from the waitlist"),
        "phase_opens": _("Phase %(number)s opens"),
        "phase_closes": _("Phase %(number)s closes"),
        "module_opens": _("Module %(number)s opens"),
        "discussion_opens": _("Discussion %(number)s opens"),
        "discussion_closes": _("Discussion %(number)s closes"),
        "certificates": _("Certificates are issued"),
    }
    return labels[which] % {"number": number}


def parse(mark: str) -> tuple[str, int | None, str]:
    """(which, number, form) of one `[[…]]`. Raises ValidationError where it names no date."""
    match = MARK.fullmatch(mark)
    which, number, form = match.groups() if match else ("", None, None)
    number = int(number) if number else None
    is_known = which in dict(DATES) and (form or "full") in FORMS
    if not is_known or (which in NUMBERED) != (number is not None):
        raise ValidationError(
            _("“%(mark)s” names no date. Write, for example, %(example)s."),
            params={"mark": mark, "example": "[[phase_opens:1:day]]"},
        )
    return which, number, form or "full"


def check(text: str) -> None:
    """Raises ValidationError at the first `[[…]]` of a text that names no date."""
    for mark in ANY_MARK.findall(text):
        parse(mark)


def fill(text: str, write: Callable[[str, int | None, str], str]) -> str:
    """The text with each date written by `write(which, number, form)`. A mark that names no date
    stays as it was typed."""

    def written(match) -> str:
        try:
            return write(*parse(match[0]))
        except ValidationError:
            return match[0]

    return ANY_MARK.sub(written, text) if "[[" in text else text
