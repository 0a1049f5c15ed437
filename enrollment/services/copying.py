"""An edition begun from an earlier one: its calendar moved, its phases, windows and forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enrollment.models import Edition, Phase, ReadingPlan, RegistrationWindow, WindowKind
from enrollment.rules.calendar import EDITION_DATES
from enrollment.rules.staff import coordinates
from enrollment.services.balancing import copy_rules
from enrollment.signals import edition_copied
from lms import journal
from lms.decisions import DomainError

AS_BEFORE = (
    "admission_mode",
    "capacity",
    "waitlist_percent",
    "languages",
    "ruling_zone",
    "deadline_zone",
)
DEADLINES = ("offers_respond_by", "last_entry_at")


@dataclass(frozen=True)
class Shift:
    """By how many days a calendar moves. The hour stays what it was on the clocks of the edition:
    of `ruling` for what begins, of `deadline` for what ends."""

    days: int
    ruling: ZoneInfo
    deadline: ZoneInfo

    def start(self, instant: datetime | None) -> datetime | None:
        return self._moved(instant, self.ruling)

    def end(self, instant: datetime | None) -> datetime | None:
        return self._moved(instant, self.deadline)

    def _moved(self, instant: datetime | None, zone: ZoneInfo) -> datetime | None:
        if instant is None:
            return None
        return (instant.astimezone(zone) + timedelta(days=self.days)).astimezone(UTC)


def first_day(edition: Edition) -> date | None:
    """The day on which the edition lets the first people in, by the ruling zone's calendar: that
    of its application window, else of its first phase. None where it has neither."""
    windows = edition.windows.filter(kind=WindowKind.APPLICATION)
    begins = windows.order_by("opens_at").first() or edition.phases.order_by("opens_at").first()
    return begins.opens_at.astimezone(edition.zone).date() if begins else None


@transaction.atomic
def start_edition_from(
    source: Edition, edition: Edition, *, first: date, by, at: datetime
) -> Edition:
    """Save `edition`, a draft that says its title and short name, with everything else as in
    `source` (same program): the calendar so many days later that it begins on the day `first`.
    The apps above add their own (`edition_copied`); people and decisions are not copied."""
    coordinates(by, source.program).require()
    begins = first_day(source)
    if begins is None:
        raise DomainError(
            "no_calendar", _("That edition has no window and no phase: there is nothing to copy.")
        )
    shift = Shift((first - begins).days, source.zone, ZoneInfo(source.deadline_zone))
    _save(edition, source, shift)
    phases = {phase: _copy_phase(phase, edition, shift) for phase in source.phases.all()}
    for window in source.windows.all():
        _copy_window(window, edition, phases[window.phase], shift)
    _copy_reading(source, edition)
    copy_rules(source, edition)
    journal.record(
        edition,
        "enrollment.create_edition",
        by=by,
        at=at,
        source=journal.label_of(source),
        days=shift.days,
    )
    edition_copied.send(
        Edition, source=source, copy=edition, phases=phases, shift=shift, by=by, at=at
    )
    return edition


def _save(edition: Edition, source: Edition, shift: Shift) -> None:
    for name in AS_BEFORE:
        setattr(edition, name, getattr(source, name))
    for name in EDITION_DATES:
        moved = shift.end if name in DEADLINES else shift.start
        setattr(edition, name, moved(getattr(source, name)))
    edition.save()


def _copy_phase(phase: Phase, edition: Edition, shift: Shift) -> Phase:
    return Phase.objects.create(
        edition=edition,
        order=phase.order,
        title=phase.title,
        opens_at=shift.start(phase.opens_at),
        closes_at=shift.end(phase.closes_at),
        hours=phase.hours,
        required_activities=phase.required_activities,
    )


def _copy_reading(source: Edition, edition: Edition) -> None:
    plan = ReadingPlan.objects.filter(edition=source).first()
    if plan is None:
        return
    criteria = list(plan.criteria.all())
    plan.pk, plan.edition = None, edition
    plan.save()
    for one in criteria:
        one.pk, one.plan = None, plan
        one.save()


def _copy_window(
    window: RegistrationWindow, edition: Edition, phase: Phase, shift: Shift
) -> RegistrationWindow:
    """With the same form, which freezes when the new window opens."""
    return RegistrationWindow.objects.create(
        edition=edition,
        phase=phase,
        kind=window.kind,
        opens_at=shift.start(window.opens_at),
        closes_at=shift.end(window.closes_at),
        form=window.form,
    )
