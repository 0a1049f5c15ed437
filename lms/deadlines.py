"""A deadline as people read it. Pure: instants and zone names in, plain values out.

A deadline is an exclusive UTC instant. It is announced as a day in some zone; where it falls on
that zone's midnight, the day announced is the one that has just ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

CITIES = {
    "America/Asuncion": "Asunción",
    "America/Belem": "Belém",
    "America/Bogota": "Bogotá",
    "America/Cancun": "Cancún",
    "America/Ciudad_Juarez": "Ciudad Juárez",
    "America/Eirunepe": "Eirunepé",
    "America/Mazatlan": "Mazatlán",
    "America/Santarem": "Santarém",
    "Pacific/Galapagos": "Galápagos",
    "Pacific/Easter": "Easter Island",
    "America/Noronha": "Fernando de Noronha",
    "America/Bahia_Banderas": "Bahía de Banderas",
    "America/Argentina/Rio_Gallegos": "Río Gallegos",
    "America/Cuiaba": "Cuiabá",
    "America/Maceio": "Maceió",
    "America/Merida": "Mérida",
    "America/Porto_Velho": "Porto Velho",
    "America/Rio_Branco": "Rio Branco",
    "America/Sao_Paulo": "São Paulo",
    "America/Argentina/Cordoba": "Córdoba",
    "America/Argentina/Tucuman": "Tucumán",
}


@dataclass(frozen=True)
class Clock:
    """The last moment before a deadline on one zone's clock: `hour` is `24:00` at midnight."""

    day: date
    hour: str
    zone: str


def last_moment(instant: datetime, zone: str) -> Clock:
    """How the clock of `zone` shows the exclusive end `instant` (aware, any zone)."""
    local = instant.astimezone(ZoneInfo(zone))
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return Clock((local - timedelta(microseconds=1)).date(), "24:00", zone)
    return Clock(local.date(), f"{local:%H:%M}", zone)


def city(zone: str) -> str:
    """`America/Mexico_City` as `Mexico City`, with the accents the zone database leaves out."""
    return CITIES.get(zone) or zone.rpartition("/")[2].replace("_", " ")


def iso(instant: datetime) -> str:
    """For `<time datetime>`: UTC, to the second."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
