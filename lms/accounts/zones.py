"""The time zones a person can choose from, by part of the world."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext_lazy as _

from lms.templatetags.times import spoken_city

PARTS = {
    "America": _("Americas"),
    "Europe": _("Europe"),
    "Atlantic": _("Atlantic"),
    "Africa": _("Africa"),
    "Asia": _("Asia"),
    "Australia": _("Australia"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of the database with that name, be it one that the list does not offer."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, OSError, ValueError):
        return None


def zone_of(user) -> ZoneInfo | None:
    """The person's zone; None where none, or none that exists, was chosen."""
    return zone_named(user.time_zone)


@cache
def _names() -> dict[str, list[str]]:
    names = sorted(available_timezones())
    return {part: [n for n in names if n.startswith(f"{part}/")] for part in PARTS}


def choices(chosen: str = "") -> list:
    """For a select: nothing, then the zones of each part by the city's name in the active
    language. `chosen` is among them even where it is an unusual one."""
    groups = [
        (label, sorted(((n, spoken_city(n)) for n in _names()[part]), key=lambda pair: pair[1]))
        for part, label in PARTS.items()
    ]
    listed = {name for names in _names().values() for name in names}
    other = [(chosen, chosen)] if zone_named(chosen) and chosen not in listed else []
    return [("", _("Not chosen")), *other, *groups]
