"""An edition's calendar drawn as one line. Pure: entries and an instant in, coordinates out.

Coordinates are whole units of a drawing `WIDTH` wide. Spans become bars on the line, the modules
and discussions within a phase numbered segments of its bar, instants diamonds; names stand above
on as many levels as they need, months and today's mark below.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from lms.hooks import CalendarEntry

WIDTH, MARGIN = 1000, 12
LEVEL, BAR, BELOW = 48, 24, 62
LETTER = 9  # of a name, at most on average, at the drawing's size
DIGIT = 10
PARTS = ("module", "discussion")


@dataclass(frozen=True)
class Mark:
    """A bar, a segment or (width 0) a diamond. `state` is past, now or next; `aside` is where a
    segment's number stands when a diamond covers its middle."""

    kind: str
    state: str
    x: int
    width: int
    y: int
    number: int = 0
    height: int = BAR
    aside: int | None = None

    @property
    def middle(self) -> int:
        return self.x + self.width // 2 if self.aside is None else self.aside

    @property
    def baseline(self) -> int:
        return self.y + BAR - 7

    @property
    def diamond(self) -> str:
        """The corners of an instant's mark, for `<polygon points>`."""
        half = BAR // 2
        return " ".join(
            f"{self.x + dx},{self.y + half + dy}"
            for dx, dy in ((0, -half), (half, 0), (0, half), (-half, 0))
        )


@dataclass(frozen=True)
class Label:
    """A name above the line and its days, beside a leader that runs at x from the line to `top`."""

    leader: int
    top: int
    anchor: str
    text: str
    days: str
    state: str

    @property
    def x(self) -> int:
        return self.leader + (7 if self.anchor == "start" else -7)

    @property
    def y(self) -> int:
        return self.top + 14

    @property
    def second(self) -> int:
        return self.y + 18


@dataclass
class Drawing:
    """`line` is the top of the bars; `months` are (x, first instant); `today` an x or None."""

    height: int
    line: int
    marks: list[Mark] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    months: list[tuple[int, datetime]] = field(default_factory=list)
    today: int | None = None
    width: int = WIDTH

    @property
    def axis(self) -> int:
        return self.line + BAR // 2

    @property
    def foot(self) -> int:
        return self.line + BAR

    @property
    def month_foot(self) -> int:
        return self.foot + 22

    @property
    def today_top(self) -> int:
        return self.line - 6

    @property
    def today_foot(self) -> int:
        return self.height - 20

    @property
    def today_text(self) -> int:
        return self.height - 5

    @property
    def today_anchor(self) -> str:
        if self.today < WIDTH // 20:
            return "start"
        return "end" if self.today > WIDTH - WIDTH // 20 else "middle"


def state_of(entry: CalendarEntry, at: datetime) -> str:
    """`past`, `now` (`starts_at <= at < ends_at`) or `next`."""
    if at < entry.starts_at:
        return "next"
    return "now" if entry.ends_at and at < entry.ends_at else "past"


def in_order(entries: list[CalendarEntry]) -> list[CalendarEntry]:
    """By beginning; a phase before the modules that open with it."""
    return sorted(entries, key=lambda e: (e.starts_at, e.kind in PARTS, e.ends_at or e.starts_at))


def draw(
    entries: list[CalendarEntry], at: datetime, days: Callable[[CalendarEntry], str]
) -> Drawing | None:
    """The drawing of `entries` with `at` marked; `days` writes an entry's days. None of none."""
    entries = in_order(entries)
    if not entries:
        return None
    begins, ends = extent(entries, at)

    def x(instant: datetime) -> int:
        return MARGIN + round((instant - begins) / (ends - begins) * (WIDTH - 2 * MARGIN))

    wholes = [entry for entry in entries if entry.kind not in PARTS]
    levels = stacked([(x(e.starts_at), LETTER * max(len(e.text), len(days(e)))) for e in wholes])
    line = (1 + max((level for level, _anchor in levels), default=0)) * LEVEL + 10
    return Drawing(
        height=line + BAR + BELOW,
        line=line,
        marks=marks(entries, at, x, line),
        labels=[
            Label(
                x(e.starts_at), line - (level + 1) * LEVEL, anchor, e.text, days(e), state_of(e, at)
            )
            for e, (level, anchor) in zip(wholes, levels, strict=True)
        ],
        months=[(x(first), first) for first in months(begins, ends) if x(first) < WIDTH - 80],
        today=x(at) if begins <= at <= ends else None,
    )


def extent(entries: list[CalendarEntry], at: datetime) -> tuple[datetime, datetime]:
    """From the first beginning to the last end, and to `at` where that is near."""
    begins = min(entry.starts_at for entry in entries)
    ends = max(entry.ends_at or entry.starts_at for entry in entries)
    ends = max(ends, begins + timedelta(days=1))
    near = (ends - begins) / 4
    return (
        at if begins - near <= at < begins else begins,
        at if ends < at <= ends + near else ends,
    )


def bar(entry: CalendarEntry, at: datetime, x: Callable[[datetime], int], line: int) -> Mark:
    left = x(entry.starts_at)
    width = max(x(entry.ends_at) - left, 4) if entry.ends_at else 0
    return Mark(entry.kind, state_of(entry, at), left, width, line)


def marks(entries, at: datetime, x: Callable[[datetime], int], line: int) -> list[Mark]:
    """What stands on the line, in the order of drawing: bars, their segments, then instants."""
    wholes = [bar(entry, at, x, line) for entry in entries if entry.kind not in PARTS]
    spans = [mark for mark in wholes if mark.width]
    instants = [mark for mark in wholes if not mark.width]
    numbered = [uncovered(part, instants) for part in segments(entries, at, x, line)]
    return [*spans, *numbered, *instants]


def uncovered(segment: Mark, instants: list[Mark]) -> Mark:
    """The segment with its number beside the diamonds that would cover it, where there is room:
    in the middle of the widest stretch between them."""
    half = BAR // 2
    if all(abs(mark.x - segment.middle) >= half + DIGIT // 2 for mark in instants):
        return segment
    begins, ends = segment.x, segment.x + segment.width
    within = [mark.x for mark in instants if begins - half < mark.x < ends + half]
    stretches = pairwise([begins - half, *within, ends + half])
    width, left = max((right - left - BAR, left + half) for left, right in stretches)
    return replace(segment, aside=left + width // 2) if width >= DIGIT else segment


def segments(entries, at: datetime, x: Callable[[datetime], int], line: int) -> list[Mark]:
    """Modules and discussions, numbered within their phase; each ends where the next begins."""
    drawn = []
    for phase in (entry for entry in entries if entry.kind == "phase" and entry.ends_at):
        within = [
            e for e in entries if e.kind in PARTS and phase.starts_at <= e.starts_at < phase.ends_at
        ]
        stops = [*(e.starts_at for e in within[1:]), phase.ends_at][: len(within)]
        for number, (part, stop) in enumerate(zip(within, stops, strict=True), start=1):
            span = CalendarEntry(part.starts_at, stop, part.text, part.kind)
            drawn.append(replace(bar(span, at, x, line), number=number))
    return drawn


def stacked(names: list[tuple[int, int]]) -> list[tuple[int, str]]:
    """(level, anchor) for names given as (x, width) from left to right, without overlap.

    Placed from the right: a name goes above those it would touch, so that its leader, at its left
    end, crosses none of them. What would leave the drawing ends at its x instead and goes above
    every name or leader that it spans."""
    placed: dict[int, tuple[int, str]] = {}
    taken: list[tuple[int, int, int]] = []  # level, left, right

    def place(index, left, right, anchor, leaders=()):
        touched = [n for n, a, b in taken if left < b and a < right]
        touched += [placed[i][0] for i in leaders if i in placed]
        level = 1 + max(touched, default=-1)
        placed[index] = (level, anchor)
        taken.append((level, left, right))

    inside = [i for i, (left, width) in enumerate(names) if left + width < WIDTH]
    for index in reversed(inside):
        left, width = names[index]
        place(index, left, left + width + 16, "start")
    for index in (i for i in range(len(names)) if i not in inside):
        left, width = names[index]
        over = [i for i, (x, _width) in enumerate(names) if left - width - 16 < x <= left]
        place(index, left - width - 16, left, "end", over)
    return [placed[index] for index in range(len(names))]


def months(begins: datetime, ends: datetime) -> list[datetime]:
    """The first instants (UTC) of the months that begin within."""
    found, first = [], datetime(begins.year, begins.month, 1, tzinfo=UTC)
    while first < ends:
        if first >= begins:
            found.append(first)
        first = (first + timedelta(days=32)).replace(day=1)
    return found
