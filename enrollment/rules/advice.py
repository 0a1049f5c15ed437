"""What looks wrong in an edition's calendar, in sentences: said, never in the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from django_countries import countries

from enrollment.days_off import countries_off, is_in_holy_week
from enrollment.models import Edition, WindowKind
from lms.days import written
from lms.deadlines import last_moment

MANY = 0.25  # of the eligible countries: a holiday of so many is worth a word
NAMED = 6  # countries, in one sentence


def warnings(edition: Edition) -> list[object]:
    """For the staff who write the dates."""
    phases = list(edition.phases.order_by("order"))
    windows = [one for one in edition.windows.all() if one.kind == WindowKind.APPLICATION]
    return [
        *_order_warnings(edition, phases, windows),
        *_working_day_warnings(edition, windows),
        *_deadline_warnings(edition, phases, windows),
        *_days_off_warnings(edition, phases, windows),
    ]


def _order_warnings(edition, phases, windows):
    steps = [
        *[(_("the window closes"), window.closes_at) for window in windows[:1]],
        (_("decisions are locked"), edition.selection_locks_at),
        (_("decisions are released"), edition.release_planned_at),
        (_("offers expire"), edition.offers_respond_by),
        (_("last entry from the waitlist"), edition.last_entry_at),
    ]
    steps = [(text, instant) for text, instant in steps if instant]
    for (first, earlier), (second, later) in zip(steps, steps[1:], strict=False):
        if later < earlier:
            yield _("Out of order: “%(second)s” comes before “%(first)s”.") % {
                "first": first,
                "second": second,
            }
    for before, after in zip(phases, phases[1:], strict=False):
        if after.opens_at < before.closes_at:
            yield _("“%(after)s” opens before “%(before)s” closes.") % {
                "before": before.title,
                "after": after.title,
            }


def _working_day_warnings(edition, windows):
    if not windows or not edition.release_planned_at:
        return
    days = working_days(windows[0].closes_at, edition.release_planned_at, edition.zone)
    if days < 3:
        yield _("Fewer than three working days to decide: %(days)s.") % {"days": days}


def _deadline_warnings(edition, phases, windows):
    zone = ZoneInfo(edition.deadline_zone)
    for text, instant in _deadlines(edition, phases, windows):
        local = instant.astimezone(zone)
        if (local.hour, local.minute) != (0, 0):
            yield _(
                "The announced day has not ended everywhere in the region: %(what)s at %(hour)s in"
                " %(zone)s."
            ) % {"what": text, "hour": f"{local:%H:%M}", "zone": edition.deadline_zone}


def _days_off_warnings(edition, phases, windows):
    eligible = [country.code for country in edition.program.eligible_countries]
    for text, day in _announced_days(edition, phases, windows):
        if is_in_holy_week(day):
            yield _("In Holy Week: %(what)s on %(day)s.") % {"what": text, "day": _spoken(day)}
            continue
        off = countries_off(day, eligible)
        if off and len(off) >= MANY * len(eligible):
            yield _(
                "A holiday in %(count)s of %(all)s eligible countries (%(names)s): %(what)s on"
                " %(day)s."
            ) % {
                "count": len(off),
                "all": len(eligible),
                "names": _named(off),
                "what": text,
                "day": _spoken(day),
            }


def _announced_days(edition, phases, windows) -> Iterator[tuple[object, date]]:
    """What happens on which day: a deadline on the day it was announced for, all else on the
    day of the ruling zone."""
    for window in windows:
        yield _("the window opens"), window.opens_at.astimezone(edition.zone).date()
    for text, instant in _deadlines(edition, phases, windows):
        yield text, last_moment(instant, edition.deadline_zone).day
    moments = [
        (_("decisions are locked"), edition.selection_locks_at),
        (_("decisions are released"), edition.release_planned_at),
        *[(_("“%s” opens") % phase.title, phase.opens_at) for phase in phases],
        (_("certificates are issued"), edition.certificates_planned_at),
    ]
    for text, instant in moments:
        if instant:
            yield text, instant.astimezone(edition.zone).date()


def _deadlines(edition, phases, windows) -> Iterator[tuple[object, datetime]]:
    deadlines = [
        *[(_("the window closes"), window.closes_at) for window in windows],
        (_("offers expire"), edition.offers_respond_by),
        (_("last entry from the waitlist"), edition.last_entry_at),
        *[(_("“%s” closes") % phase.title, phase.closes_at) for phase in phases],
    ]
    return ((text, instant) for text, instant in deadlines if instant)


def _named(codes: list[str]) -> str:
    names = ", ".join(str(countries.name(code)) for code in codes[:NAMED])
    return f"{names} …" if len(codes) > NAMED else names


def _spoken(day: date) -> str:
    # Translators: a date format of Django's: day and month.
    return written(day, _("j F"))


def working_days(start: datetime, end: datetime, zone: ZoneInfo) -> int:
    """Whole Mondays to Fridays between the two instants, as the zone's calendar has them."""
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    count = 0
    while (day := day + timedelta(days=1)) < last:
        count += day.weekday() < 5
    return count
