"""Days on which courts are closed: Holy Week, and the public holidays of countries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache


def is_in_holy_week(day: date) -> bool:
    """From Palm Sunday to Easter Sunday, by the western calendar."""
    from dateutil.easter import easter

    return timedelta(0) <= easter(day.year) - day <= timedelta(days=7)


def countries_off(day: date, countries: Iterable[str]) -> list[str]:
    """Those of the countries (ISO codes) in which that day is a public holiday. A country of which
    nothing is known is left out."""
    return [country for country in countries if day in _holidays(country, day.year)]


@lru_cache(maxsize=512)
def _holidays(country: str, year: int) -> frozenset[date]:
    import holidays  # a fifth of a second, for the few pages that ask

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()
