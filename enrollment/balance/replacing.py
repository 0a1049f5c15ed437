"""Who gets a freed seat: the best of those waiting whose promotion keeps every floor and ceiling.

Pure. Down the ranks, everybody gets a seat who passes no ceiling and with whom as few seats lack to
the floors in the end as can be, with those who wait and the seats that are free. Whoever may not
have a seat now may not have one after others got theirs, so one walk is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from enrollment.balance.problem import (
    CEILING,
    FLOOR,
    Applicant,
    Limit,
    Problem,
    Rule,
    limits_of,
    values_of,
)
from enrollment.balance.solving import Solver, shortfalls
from enrollment.balance.whole import NONE, Rows


@dataclass(frozen=True)
class Promotion:
    """Whom a seat goes to, and whom it passed over because of which limit."""

    code: str
    passed: tuple[tuple[str, Limit], ...] = ()


def replacements(
    seated: Sequence[Applicant],
    waiting: Sequence[Applicant],
    rules: Sequence[Rule],
    capacity: int,
    free: int,
) -> list[Promotion]:
    """The promotions into `free` seats, in order. `waiting` stand in the order of their rank.
    Fewer than `free` where everybody left would pass a ceiling: these seats stay free."""
    room = _room(seated, waiting, rules, capacity, free)
    promoted, passed = [], []
    for place, one in enumerate(waiting if free > 0 else ()):
        if obstacle := room.obstacle(place):
            passed.append((one.code, obstacle))
            continue
        room.seat(place)
        promoted.append(Promotion(one.code, tuple(passed)))
        if len(promoted) == free:
            break
    return promoted


def obstacles(
    seated: Sequence[Applicant],
    waiting: Sequence[Applicant],
    rules: Sequence[Rule],
    capacity: int,
    free: int,
) -> dict[str, Limit]:
    """Who of those waiting may have none of the `free` seats, each alone, and which limit is in the
    way, by code."""
    room = _room(seated, waiting, rules, capacity, free)
    found = {one.code: room.obstacle(place) for place, one in enumerate(waiting)}
    return {code: limit for code, limit in found.items() if limit}


def _room(seated, waiting, rules, capacity: int, free: int) -> _Room:
    limits = limits_of(rules, capacity, values_of([*seated, *waiting], rules))
    held = [replace(one, seated=True) for one in seated]
    queue = [replace(one, seated=False) for one in waiting]
    return _Room(Solver(Problem([*held, *queue], (), len(held) + free, ""), limits))


class _Room:
    """What is left of each limit, and of each group of people who are alike."""

    def __init__(self, solver: Solver):
        self.limits, self.floors = solver.limits, solver.floors
        self.targets = solver.targets
        self.group, self.members = solver.groups
        self.sizes = np.bincount(self.group, minlength=len(self.members))
        self.least, self.most = solver.least, solver.most
        if self._is_short():
            for place, lacking in solver.shortfalls().lacking.items():
                self.least[place] -= lacking
        self.closed: dict[int, Limit] = {}

    def _is_short(self) -> bool:
        return bool((self.least[self.floors] > 0).any())

    def seat(self, place: int) -> None:
        group = self.group[place]
        self.sizes[group] -= 1
        self._take(group, 1)

    def _take(self, group: int, seats: int) -> None:
        """Floors may fall below nothing, and come back."""
        counts = self.members[group] * seats
        self.least = np.where(self.least > -NONE, self.least - counts, self.least)
        self.most = np.where(self.most < NONE, self.most - counts, self.most)

    def obstacle(self, place: int) -> Limit | None:
        """The ceiling that this one would pass, or a floor that could not be met any more."""
        group = self.group[place]
        if group not in self.closed and (found := self._obstacle(group)):
            self.closed[group] = found
        return self.closed.get(group)

    def _obstacle(self, group: int) -> Limit | None:
        mine = self.members[group].astype(bool)
        for one in self.limits:
            row = self.targets[one.target]
            if one.kind == CEILING and mine[row] and self.most[row] <= 0:
                return one
        if not self._is_short() or self._can_take(group):
            return None
        short = [one for one in self.limits if one.kind == FLOOR and self._lacks(one)]
        others = [one for one in short if not mine[self.targets[one.target]]]
        return max(others or short, key=lambda one: one.order)

    def _lacks(self, floor: Limit) -> bool:
        return self.least[self.targets[floor.target]] > 0

    def _can_take(self, group: int) -> bool:
        """Whether the floors can still be met if one of the group gets a seat."""
        before = self.least, self.most
        self.sizes[group] -= 1
        self._take(group, 1)
        rows = Rows(self.members, self.least, self.most)
        lacking = shortfalls(rows, self.sizes, self.floors).lacking
        self.least, self.most = before
        self.sizes[group] += 1
        return not lacking
