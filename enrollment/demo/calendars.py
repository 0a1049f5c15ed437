"""When the demonstration's editions take place: 2019 as announced, the others around today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lms.demo.described import description_of

RULING, DEADLINES = "America/Montevideo", "America/Tijuana"
FIRST_DAY_2019 = date(2019, 3, 21)


@dataclass(frozen=True)
class Calendar:
    """The days of one edition, counted from `day`. Openings are at 9 in the ruling zone, the
    release at 10, deadlines when the day has ended in the westernmost zone."""

    day: date
    window: tuple[int, int]
    last_entry: int
    phase_one: tuple[int, int]
    modules: tuple[int, ...]
    discussions: tuple[tuple[int, int], ...]
    certificates: int
    lock: int | None = None
    release: int | None = None
    respond_by: int | None = None
    phase_two: tuple[int, int] | None = None
    sign_up: tuple[int, int] | None = None

    def opening(self, days: int, hour: int = 9) -> datetime:
        return self._at(days, hour, RULING)

    def deadline(self, days: int) -> datetime:
        return self._at(days + 1, 0, DEADLINES)

    def span(self, days: tuple[int, int]) -> dict[str, datetime]:
        return {"opens_at": self.opening(days[0]), "closes_at": self.deadline(days[1])}

    def _at(self, days: int, hour: int, zone: str) -> datetime:
        local = datetime.combine(self.day + timedelta(days), time(hour), ZoneInfo(zone))
        return local.astimezone(UTC)


def calendar_of(program: str, slug: str, today: date) -> Calendar:
    """The announced days of 2019; of the others so many days around today that each stands at
    its stage for a few days more."""
    if one := description_of(program):
        editions = one.read("program")["editions"]
        return Calendar(day=today, **next(e["calendar"] for e in editions if e["slug"] == slug))
    if slug == "2019":
        return _like_2019(FIRST_DAY_2019)
    if slug == "edicion-2":
        return Calendar(
            day=today,
            window=(-83, -61),
            lock=-58,
            release=-57,
            respond_by=-52,
            last_entry=-46,
            phase_one=(-51, -16),
            modules=(-51, -44, -37, -30),
            phase_two=(-8, 12),
            discussions=((-8, -2), (-1, 5), (6, 12)),
            certificates=20,
            sign_up=(-14, 5),
        )
    if slug == "edicion-3":
        return Calendar(
            day=today,
            window=(-46, -24),
            lock=-21,
            release=-20,
            respond_by=6,
            last_entry=8,
            phase_one=(-13, 21),
            modules=(-13, -6, 1, 8),
            phase_two=(28, 48),
            discussions=((28, 34), (35, 41), (42, 48)),
            certificates=56,
        )
    if slug == "edicion-4":
        return Calendar(
            day=today,
            window=(-30, -3),
            lock=6,
            release=7,
            respond_by=16,
            last_entry=19,
            phase_one=(13, 47),
            modules=(13, 20, 27, 34),
            phase_two=(55, 75),
            discussions=((55, 61), (62, 68), (69, 75)),
            certificates=83,
        )
    return _like_2019(today - timedelta(8))


def _like_2019(first_day: date) -> Calendar:
    return Calendar(
        day=first_day,
        window=(0, 22),
        lock=25,
        release=26,
        respond_by=35,
        last_entry=38,
        phase_one=(32, 66),
        modules=(32, 39, 46, 53),
        phase_two=(74, 94),
        discussions=((74, 80), (81, 87), (88, 94)),
        certificates=102,
    )
