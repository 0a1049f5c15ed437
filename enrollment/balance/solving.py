"""Who is in: the greatest total score under the capacity, the ceilings and the floors.

1. As few seats as possible are lacking to the floors, the last to be relaxed first.
2. Then the total score is the greatest there is.
3. Of equal totals the one that fills more seats, then the one whose lots are best in sum (`lots`).

People with the same answers to what the rules ask are interchangeable, so each step is a maximum
over counts of groups (`whole`). The answer is the only best one, and is proven to be: no solver,
machine or order of the rows has a say in it. Where the proof is not reached the gap is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from enrollment.balance.lots import BITS, lot
from enrollment.balance.problem import CEILING, FLOOR, Applicant, Limit, Problem, require_sound
from enrollment.balance.whole import NONE, Columns, Found, Rows, maximise

HALF = BITS // 2


@dataclass(frozen=True)
class Solution:
    """`chosen` are the codes of those who are in by the solution, in the order of score and lot,
    without those seated by hand. `lacking` gives, for floors that were relaxed, how many seats
    lacked. Where it is not proven, `gap` says by how many hundredths a better total score is not
    ruled out; None where not even the floors are proven to be met as well as can be."""

    chosen: tuple[str, ...]
    total: int
    lacking: dict[Limit, int] = field(default_factory=dict)
    gap: int | None = None
    is_proven: bool = True


def solve(problem: Problem) -> Solution:
    """Raises `Contradictory` where the limits cannot hold together."""
    return Solver(problem, require_sound(problem)).solve()


class Solver:
    """One problem, laid out in arrays: who is free to be chosen, their groups, and the rows."""

    def __init__(self, problem: Problem, limits: Sequence[Limit]):
        self.limits = list(limits)
        self.pool = [one for one in problem.applicants if not one.seated]
        seated = [one for one in problem.applicants if one.seated]
        self.seats = max(0, problem.capacity - len(seated))
        self.targets = {target: place for place, target in enumerate(self._targets())}
        self.factors = sorted({factor for factor, _value in self.targets})
        taken = np.zeros(len(self.targets) + 1, dtype=np.int64)
        for one in seated:
            taken[list(self._memberships(one))] += 1
        self.least = np.full(len(taken), -NONE, dtype=np.int64)
        self.most = np.full(len(taken), NONE, dtype=np.int64)
        self.most[-1] = self.seats
        for one in self.limits:
            place = self.targets[one.target]
            if one.kind == CEILING:
                self.most[place] = max(0, one.seats - taken[place])
            else:
                self.least[place] = max(0, one.seats - taken[place])
        self.seed = problem.seed

    def _targets(self):
        return dict.fromkeys(one.target for one in self.limits)

    def _memberships(self, one: Applicant) -> tuple[int, ...]:
        """The rows in which an applicant counts, the capacity's last."""
        found = {
            place
            for factor in self.factors
            for value in one.answers(factor)
            if (place := self.targets.get((factor, value))) is not None
        }
        return (*sorted(found), len(self.targets))

    @cached_property
    def groups(self) -> tuple[np.ndarray, np.ndarray]:
        """Each one's group, and each group's memberships."""
        numbers: dict[tuple[int, ...], int] = {}
        group = np.zeros(len(self.pool), dtype=np.int64)
        for place, one in enumerate(self.pool):
            key = self._memberships(one)
            group[place] = numbers.setdefault(key, len(numbers))
        members = np.zeros((len(numbers), len(self.most)), dtype=np.int64)
        for key, number in numbers.items():
            members[number, list(key)] = 1
        return group, members

    # -- the steps ---------------------------------------------------------------------

    def solve(self) -> Solution:
        if not self.pool:
            return Solution((), 0, self._lacking({}))
        met = self.shortfalls()
        for place, lacking in met.lacking.items():
            self.least[place] -= lacking
        self._order()
        totals = self._totals(met.groups)
        best = self._lots(totals)
        chosen = np.flatnonzero(best.counts)
        value = int(self.score[chosen].sum())
        gap = None if totals.is_proven or not met.is_proven else max(0, totals.bound - value)
        return Solution(
            tuple(self.codes[one] for one in chosen),
            value,
            self._lacking(met.lacking),
            gap,
            met.is_proven and totals.is_proven and best.is_proven,
        )

    def _lacking(self, short: dict[int, int]) -> dict[Limit, int]:
        """Relaxed floors as they were stated, with the seats that lacked."""
        found = {}
        for one in self.limits:
            place = self.targets[one.target]
            if one.kind == FLOOR and (lacking := short.get(place, 0)):
                found[one] = lacking
            elif one.kind == FLOOR and not self.pool and self.least[place] > 0:
                found[one] = int(self.least[place])
        return found

    def shortfalls(self) -> Met:
        """How the floors can be met."""
        group, members = self.groups
        rows = Rows(members, self.least, self.most)
        sizes = np.bincount(group, minlength=len(members))
        return shortfalls(rows, sizes, self.floors)

    @cached_property
    def floors(self) -> list[int]:
        """The rows of the floors, the last to be relaxed first."""
        floors = [one for one in self.limits if one.kind == FLOOR]
        ordered = sorted(floors, key=lambda one: (-one.order, one.rule))
        return [self.targets[one.target] for one in ordered]

    def _order(self) -> None:
        """Lay out the pool in the order of score, then lot, then code."""
        drawn = [(-one.score, lot(self.seed, one.code), one.code) for one in self.pool]
        order = sorted(range(len(drawn)), key=drawn.__getitem__)
        group, _members = self.groups
        self.codes = [self.pool[place].code for place in order]
        self.score = np.array([self.pool[place].score for place in order], dtype=np.int64)
        lots = np.array([drawn[place][1] for place in order], dtype=np.int64)
        self.lots = (1 << BITS) - 1 - lots
        self.group = group[order]

    @cached_property
    def rows(self) -> Rows:
        return Rows(self.groups[1], self.least, self.most)

    def _totals(self, groups: np.ndarray) -> Found:
        """Counts of those with one score in one group, for the greatest total; to begin with the
        best of each group, as many as `groups` says."""
        key = np.stack([self.group, -self.score])
        kinds, self.kind, sizes = np.unique(key, axis=1, return_inverse=True, return_counts=True)
        self.kind = self.kind.reshape(-1)
        self.kinds = Columns(kinds[0], [-kinds[1]], np.zeros(len(sizes), dtype=np.int64), sizes)
        first = np.searchsorted(kinds[0], np.arange(len(groups)))
        before = np.cumsum(sizes) - sizes
        before -= before[first][kinds[0]]
        start = np.clip(groups[kinds[0]] - before, 0, sizes)
        return maximise(self.kinds, self.rows, start)

    def _lots(self, totals: Found) -> Found:
        """Of all choices with that total, the one with most seats and the best lots."""
        size = len(self.codes)
        low, high = np.zeros(size, dtype=np.int64), np.ones(size, dtype=np.int64)
        by_group = np.lexsort((np.arange(size), self.group))
        wanted = np.bincount(
            self.kinds.group, weights=totals.counts, minlength=len(self.rows.members)
        ).astype(np.int64)
        first = np.searchsorted(self.group[by_group], np.arange(len(wanted)))
        place = np.empty(size, dtype=np.int64)
        place[by_group] = np.arange(size) - first[self.group[by_group]]
        start = (place < wanted[self.group]).astype(np.int64)
        if totals.low is not None:
            low = (totals.low[self.kind] == self.kinds.high[self.kind]).astype(np.int64)
            high = (totals.high[self.kind] > 0).astype(np.int64)
        gains = [
            self.score,
            np.ones(size, dtype=np.int64),
            self.lots >> HALF,
            self.lots & ((1 << HALF) - 1),
        ]
        return maximise(Columns(self.group, gains, low, high), self.rows, start)


@dataclass(frozen=True)
class Met:
    """`lacking` seats to the floors at the least, by row; `groups`: how many of each group are in
    where no more lacks."""

    lacking: dict[int, int]
    groups: np.ndarray
    is_proven: bool = True


def shortfalls(rows: Rows, sizes: np.ndarray, floors: Sequence[int]) -> Met:
    """How the floors can be met where so many people of each group are free to be chosen; those
    in `floors` come first to last."""
    floors = [place for place in floors if rows.least[place] > 0]
    people = len(rows.members)
    if not floors:
        return Met({}, np.zeros(people, dtype=np.int64))
    lacks = np.zeros((len(floors), rows.members.shape[1]), dtype=np.int64)
    lacks[np.arange(len(floors)), floors] = 1
    rows = Rows(np.vstack([rows.members, lacks]), rows.least, rows.most)
    room = np.concatenate([sizes, rows.least[floors]])
    places = np.arange(len(room))
    counts = np.where(places >= people, room, 0)  # nobody is in, and all lack

    def lower(which: np.ndarray) -> Found:
        gain = -which.astype(np.int64)
        columns = Columns(places, [gain], np.zeros_like(room), room)
        return maximise(columns, rows, counts)

    together = lower(places >= people)
    if together.value == (0,):
        return Met({}, together.counts[:people])
    is_proven = True
    for number in range(people, len(room)):
        found = lower(places == number)
        is_proven, counts = is_proven and found.is_proven, found.counts
        room[number] = counts[number]
    lacking = {place: int(lack) for place, lack in zip(floors, room[people:], strict=True) if lack}
    return Met(lacking, counts[:people], is_proven)
