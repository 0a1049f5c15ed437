"""The time zones a person can choose from, by the country where they are the hour."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from unicodedata import normalize
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django_countries import countries

from lms.templatetags.times import spoken_city

# Of a country with several zones, that of its capital.
CAPITAL_ZONES = {
    "AG": "America/Antigua",
    "AR": "America/Argentina/Buenos_Aires",
    "BB": "America/Barbados",
    "BO": "America/La_Paz",
    "BR": "America/Sao_Paulo",
    "BS": "America/Nassau",
    "BZ": "America/Belize",
    "CL": "America/Santiago",
    "CO": "America/Bogota",
    "CR": "America/Costa_Rica",
    "CU": "America/Havana",
    "DM": "America/Dominica",
    "DO": "America/Santo_Domingo",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "GD": "America/Grenada",
    "GT": "America/Guatemala",
    "GY": "America/Guyana",
    "HN": "America/Tegucigalpa",
    "HT": "America/Port-au-Prince",
    "JM": "America/Jamaica",
    "KN": "America/St_Kitts",
    "LC": "America/St_Lucia",
    "MX": "America/Mexico_City",
    "NI": "America/Managua",
    "PA": "America/Panama",
    "PE": "America/Lima",
    "PR": "America/Puerto_Rico",
    "PT": "Europe/Lisbon",
    "PY": "America/Asuncion",
    "SR": "America/Paramaribo",
    "SV": "America/El_Salvador",
    "TT": "America/Port_of_Spain",
    "US": "America/New_York",
    "UY": "America/Montevideo",
    "VC": "America/St_Vincent",
    "VE": "America/Caracas",
}

AROUND = ("ES", "PT", "US")  # named above because many work with them, but not of the region


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
def by_country() -> dict[str, list[str]]:
    """The zones in use in each country (the database's `zone.tab`): no old names, none twice."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    zones: dict[str, list[str]] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _place, name = line.split("\t")[:3]
            zones.setdefault(country, []).append(name)
    return zones


def choices(chosen: str = "") -> list:
    """For a select: nothing, then the zones of Latin America and the Caribbean, then the others,
    each by its country in the active language. `chosen` is among them even where it is an
    unusual one."""
    region = [code for code in CAPITAL_ZONES if code not in AROUND]
    others = [code for code in by_country() if code not in region]
    groups = [
        (_("Latin America and the Caribbean"), _options(region)),
        (_("Other countries"), _options(others)),
    ]
    listed = {name for names in by_country().values() for name in names}
    other = [(chosen, spoken_city(chosen))] if zone_named(chosen) and chosen not in listed else []
    return [("", _("Not chosen")), *other, *groups]


def _options(codes: list[str]) -> list[tuple[str, str]]:
    options = [
        (zone, _label(str(countries.name(code)) or code, zone, alone=len(zones) == 1))
        for code in codes
        for zones in [by_country().get(code, [])]
        for zone in zones
    ]
    return sorted(options, key=lambda option: _sorted_as(option[1]))


def _label(country: str, zone: str, *, alone: bool) -> str:
    """“Peru”, “Mexico: Tijuana”: the city only where the country has several hours."""
    return country if alone else f"{country}: {spoken_city(zone)}"


def _sorted_as(label: str) -> str:
    plain = normalize("NFD", label.casefold())
    return "".join(letter for letter in plain if not "\u0300" <= letter <= "\u036f")
