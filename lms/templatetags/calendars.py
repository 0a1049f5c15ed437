"""`{% calendar entries at %}`: an edition's calendar as a picture, and as a list beside it."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lms.days import written
from lms.deadlines import last_moment
from lms.hooks import CalendarEntry
from lms.templatetags.times import readers_zone
from lms.timeline import draw, in_order, state_of

register = template.Library()

NEAR = timedelta(days=300)


@register.inclusion_tag("lms/includes/calendar.html")
def calendar(entries, at, zone="UTC"):
    """Entries without a zone of their own are announced in `zone`."""
    entries = list(entries or [])

    def written(entry):
        return days(entry, zone, at)

    drawing = draw(entries, at, written)
    return {
        "key": f"calendar-{entries[0].starts_at:%Y%m%d}" if entries else "",
        "drawing": drawing,
        "months": [
            {"x": x, "text_x": x + 6, "name": date_format(first, "F")}
            for x, first in (drawing.months if drawing else [])
        ],
        "items": listed(in_order(entries), at, zone),
    }


def listed(entries: list[CalendarEntry], at, zone: str) -> list[dict]:
    """The rows of the list, with today's before the first that is still to come."""
    rows = [
        {"kind": e.kind, "state": state_of(e, at), "text": e.text, "days": days(e, zone, at)}
        for e in entries
    ]
    here = at.astimezone(ZoneInfo(readers_zone() or zone)).date()
    place = next((n for n, row in enumerate(rows) if row["state"] == "next"), len(rows))
    return [*rows[:place], {"today": True, "days": written_day(here)}, *rows[place:]]


def days(entry: CalendarEntry, zone: str, at) -> str:
    """“21 March – 12 April”; one day where it is one. Years are written where they differ, and
    where the days are so far from `at` that nobody would know which year is meant."""
    zone = zone if entry.zone == "UTC" else entry.zone
    first = entry.starts_at.astimezone(ZoneInfo(zone)).date()
    last = last_moment(entry.ends_at, zone).day if entry.ends_at else first
    is_far = abs(first - at.date()) > NEAR
    if first == last:
        return written_day(first, year=is_far)
    differ = first.year != last.year
    return _("%(first)s – %(last)s") % {
        "first": written_day(first, year=differ),
        "last": written_day(last, year=differ or is_far),
    }


def written_day(day: date, *, year: bool = False) -> str:
    if year:
        # Translators: a date format of Django's: day, month, year.
        return written(day, _("j F Y"))
    # Translators: a date format of Django's: day and month.
    return written(day, _("j F"))
