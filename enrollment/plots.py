"""Small plots: from values to the places of what is drawn, in whole units of a drawing that is
`WIDTH` wide. Pure: a template writes the SVG, a style sheet gives it its colors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH = 320
ROW, BAR = 32, 10
TEXT_Y, BAR_Y = 13, 18
LETTERS = 46  # that fit on one line
TOP, FOOT, DAYS_HEIGHT = 18, 20, 150
GAP = 8


@dataclass(frozen=True)
class Bar:
    """A value with its name; `part` is how much of it, drawn within; `floor` and `ceiling` are
    limits of the same measure."""

    name: str
    value: int
    part: int | None = None
    floor: int | None = None
    ceiling: int | None = None

    @property
    def limits(self) -> list[int]:
        return [one for one in (self.floor, self.ceiling) if one is not None]


@dataclass(frozen=True)
class BarDrawn:
    """`y` is the top of the row; `width` and `part` are lengths; `floor` and `ceiling` distances
    from the left, None where there is none."""

    name: str
    text: str
    text_y: int
    bar_y: int
    foot: int
    width: int
    part: int | None
    floor: int | None
    ceiling: int | None


@dataclass(frozen=True)
class Bars:
    height: int
    rows: list[BarDrawn]
    width: int = WIDTH
    bar: int = BAR


def bars(values: Sequence[Bar]) -> Bars:
    """One bar beneath its name for each value, all on one scale from nothing to the largest value
    or limit. A value that is not nothing is drawn at least one unit long."""
    longest = max((number for one in values for number in (one.value, *one.limits)), default=0)

    def along(number: int | None) -> int | None:
        if number is None:
            return None
        length = number * WIDTH // longest if longest else 0
        return max(length, 1) if number > 0 else 0

    rows = []
    for place, one in enumerate(values):
        text = str(one.value) if one.part is None else f"{one.part} / {one.value}"
        rows.append(
            BarDrawn(
                name=shortened(one.name, LETTERS - len(text)),
                text=text,
                text_y=place * ROW + TEXT_Y,
                bar_y=place * ROW + BAR_Y,
                foot=place * ROW + BAR_Y + BAR,
                width=along(one.value) or 0,
                part=along(one.part),
                floor=along(one.floor),
                ceiling=along(one.ceiling),
            )
        )
    return Bars(len(rows) * ROW, rows)


def shortened(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1].rstrip()}…"


@dataclass(frozen=True)
class Line:
    """`points` as SVG writes them; `end` is the last of them."""

    points: str
    end: tuple[int, int]


@dataclass(frozen=True)
class Days:
    """Lines over the days before a close. `close` is where it lies, `longest` how many days the
    first of them was before it, `most` the largest value."""

    lines: list[Line | None]
    close: int
    longest: int
    most: int
    width: int = WIDTH
    height: int = DAYS_HEIGHT
    top: int = TOP
    foot: int = DAYS_HEIGHT - FOOT


def days(series: Sequence[Mapping[int, int]]) -> Days | None:
    """Counts by days before a close (0 is its day, what came after is below), one line for each
    series over the days that it has; None where all are empty."""
    every = [day for one in series for day in one]
    if not every:
        return None
    longest, last = max(*every, 0), min(*every, 0)
    most = max(count for one in series for count in one.values())
    span = WIDTH - 2 * GAP

    def x(day: int) -> int:
        return GAP + (longest - day) * span // max(longest - last, 1)

    def y(count: int) -> int:
        return DAYS_HEIGHT - FOOT - count * (DAYS_HEIGHT - FOOT - TOP) // max(most, 1)

    def line(counts: Mapping[int, int]) -> Line | None:
        if not counts:
            return None
        places = [(x(day), y(counts[day])) for day in sorted(counts, reverse=True)]
        return Line(" ".join(f"{one},{two}" for one, two in places), places[-1])

    return Days([line(one) for one in series], x(0), longest, most)
