"""What the clock shows in each country at an instant: a small table, one row for each hour."""

from __future__ import annotations

from datetime import datetime

from django_countries import countries

from lms.deadlines import Clock, last_moment

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
