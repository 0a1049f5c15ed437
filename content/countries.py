"""What the clock shows in each country at an instant: a small table, one row for each hour."""

from __future__ import annotations

from datetime import datetime

from django_countries import countries

from lms.accounts.zones import CAPITAL_ZONES
from lms.deadlines import Clock, last_moment


def clocks(instant: datetime, codes: list[str]) -> list[tuple[Clock, list[str]]]:
    """The clocks of these countries' capitals at `instant`, the latest first, each with the
    names of its countries in order."""
    rows: dict[tuple, tuple[Clock, list[str]]] = {}
    for code in codes:
        if zone := CAPITAL_ZONES.get(str(code)):
            clock = last_moment(instant, zone)
            row = rows.setdefault((clock.day, clock.hour), (clock, []))
            row[1].append(str(countries.name(code)))
    return [(clock, sorted(names)) for _key, (clock, names) in sorted(rows.items(), reverse=True)]
