"""A whole-number maximum over interchangeable people, found with a linear program's help and proven
in whole numbers.

Everybody of a group has the same memberships; within a group the columns stand in a strict order
of preference, so that a choice is a count for each group, and what a group gains is concave in
its count. HiGHS solves relaxations in floating point. Its dual values, made fractions again, give
a bound that is computed and compared in whole numbers alone: whatever they are, the bound holds,
and when it meets what was found, that is the maximum. Where it does not, counts are branched on.

Several gains are maximised one after the other (`tiers`): the second among the maxima of the first.

Source of the bound: Lagrangian relaxation, Geoffrion, "Lagrangean relaxation for integer
programming", Mathematical Programming Study 2 (1974).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

import numpy as np

from enrollment.balance.linear import Answer, Program, linear

MOST_NODES = 4000
MOST_WORK = 1_500_000  # columns looked at in all nodes: some ten seconds
FEW = 1500  # columns that are searched at once, without first looking near the margin
NONE = np.iinfo(np.int64).max // 4  # a side of a row without a limit
DENOMINATORS = (12, 360, 10_000)
NEAR = 1e-6
ROUNDS = 12  # of cuts
CUTS = 8  # in a round
FULL = 12  # rows that a cut is made of
LEAST_PASSED = 0.05
MOST_HALVES = 3_000_000


@dataclass
class Columns:
    """`group[j]` and the strict order of columns within it; `gain[t][j]` in tier t; so many of
    column j as `low[j]` to `high[j]`."""

    group: np.ndarray
    gains: list[np.ndarray]
    low: np.ndarray
    high: np.ndarray


@dataclass
class Rows:
    """`members[g, r]`: how many times one of group g counts in row r; at least `least[r]`, at most
    `most[r]`."""

    members: np.ndarray
    least: np.ndarray
    most: np.ndarray

    def __post_init__(self):
        self.lists = [np.flatnonzero(row).astype(np.int32) for row in self.members]
        self.weights = [row[place] for row, place in zip(self.members, self.lists, strict=True)]

    def with_cuts(self, cuts: np.ndarray, most: np.ndarray) -> Rows:
        """With rows more, of which each says at most `most`."""
        return Rows(
            np.hstack([self.members, cuts.T]),
            np.concatenate([self.least, np.full(len(cuts), -NONE)]),
            np.concatenate([self.most, most]),
        )


@dataclass
class Found:
    """`counts` by column and the value in each tier; None where nothing fits. `is_proven` says
    that nothing better exists; `bound` is what the first tier cannot pass; whatever is as good in
    it lies between `low` and `high`."""

    counts: np.ndarray | None = None
    value: tuple[int, ...] = ()
    bound: int | None = None
    is_proven: bool = False
    nodes: int = 0
    low: np.ndarray | None = None
    high: np.ndarray | None = None


@dataclass
class Multipliers:
    """Prices of the rows in one tier, as whole `numerators` over one denominator."""

    numerators: np.ndarray
    denominator: int = 1


@dataclass
class Bound:
    """The first tier's bound as a fraction `(numerator, denominator)` and so on, and the reduced
    gains of the columns in the first tier, times its denominator."""

    tiers: list[tuple[int, int]] = field(default_factory=list)
    reduced: np.ndarray | None = None

    def admits_better_than(self, value: tuple[int, ...], tiers: int) -> bool:
        """Whether something above `value` is still possible."""
        if not value:
            return True
        for place in range(tiers):
            if place >= len(self.tiers):
                return True
            numerator, denominator = self.tiers[place]
            whole = numerator // denominator
            if whole != value[place]:
                return whole > value[place]
            if numerator % denominator:
                return place + 1 < tiers
        return False


def maximise(columns: Columns, rows: Rows, start: np.ndarray | None = None) -> Found:
    """The best counts. `start` are counts known to fit, to begin with."""
    search = _Search(columns, rows)
    if start is not None:
        search.offer(start)
    root = search.relax(columns.low, columns.high)
    if root.counts is None:
        return Found(search.best, search.value, is_proven=root.is_infeasible, nodes=1)
    search.offer_whole(root.counts)
    for _round in range(ROUNDS):
        if not search.is_open(root.bound) or not search.cut(root.counts):
            break
        root = search.relax(columns.low, columns.high)
        search.offer_whole(root.counts)
    if not search.is_open(root.bound):
        return search.found(root.bound)
    if len(columns.group) > FEW and root.bound.reduced is not None:
        _look_near_the_margin(search, root.bound)
    low, high = search.fixed(root.bound, columns.low, columns.high)
    search.branch(low, high)
    return search.found(root.bound)


def _look_near_the_margin(search: _Search, bound: Bound) -> None:
    """A first good answer, from the columns whose reduced gain is least."""
    size = np.abs(bound.reduced)
    margin = np.partition(size, FEW)[FEW]
    columns = search.columns
    low = np.where((size > margin) & (bound.reduced > 0), columns.high, columns.low)
    high = np.where((size > margin) & (bound.reduced < 0), columns.low, columns.high)
    search.branch(low, high, most=200, is_whole_search=False)


@dataclass
class _Node:
    counts: np.ndarray | None
    bound: Bound
    is_infeasible: bool = False


class _Search:
    def __init__(self, columns: Columns, rows: Rows):
        self.rows = rows
        self.tiers = len(columns.gains)
        self.best: np.ndarray | None = None
        self.value: tuple[int, ...] = ()
        self.nodes = 0
        self.work = 0
        self.left_open: list[Bound] = []
        self.lay_out(columns)

    def lay_out(self, columns: Columns) -> None:
        """Find the columns of each group, in their order."""
        self.columns = columns
        self.in_order = np.lexsort((np.arange(len(columns.group)), columns.group))
        groups = np.arange(len(self.rows.members) + 1)
        self.ends = np.searchsorted(columns.group[self.in_order], groups)

    # -- what was found ----------------------------------------------------------------

    def offer(self, counts: np.ndarray) -> None:
        """Take these whole counts where they fit and are better than the best."""
        value = tuple(int(gain @ counts) for gain in self.columns.gains)
        if value > self.value or self.best is None:
            taken = self.by_group(counts) @ self.rows.members
            fits = (taken >= self.rows.least) & (taken <= self.rows.most)
            if fits.all():
                self.best, self.value = counts, value

    def offer_whole(self, counts: np.ndarray) -> bool:
        """Offer the nearest counts, where every group's count is whole."""
        groups = self.by_group(counts)
        whole = np.rint(groups)
        if np.abs(groups - whole).max(initial=0) > NEAR:
            return False
        self.offer(self.filled(whole.astype(np.int64)))
        return True

    def found(self, root: Bound) -> Found:
        if self.best is None:
            return Found(is_proven=not self.left_open, nodes=self.nodes)
        bound, opened = self.value[0], [one for one in self.left_open if self.is_open(one)]
        for one in opened:
            numerator, denominator = one.tiers[0] if one.tiers else root.tiers[0]
            bound = max(bound, numerator // denominator)
        low, high = self.fixed(root, self.columns.low, self.columns.high)
        return Found(self.best, self.value, bound, not opened, self.nodes, low, high)

    def is_open(self, bound: Bound) -> bool:
        return bound.admits_better_than(self.value, self.tiers)

    # -- counts ------------------------------------------------------------------------

    def by_group(self, counts: np.ndarray) -> np.ndarray:
        found = np.bincount(self.columns.group, weights=counts, minlength=len(self.rows.members))
        return np.rint(found).astype(np.int64) if counts.dtype.kind == "i" else found

    def filled(self, groups: np.ndarray) -> np.ndarray:
        """Counts of the columns, filled in order, that make up these counts of the groups."""
        counts = self.columns.low.copy()
        for group, wanted in enumerate(groups):
            mine = self.in_order[self.ends[group] : self.ends[group + 1]]
            room = self.columns.high[mine] - self.columns.low[mine]
            before = np.cumsum(room) - room
            left = wanted - self.columns.low[mine].sum() - before
            counts[mine] += np.clip(left, 0, room)
        return counts

    # -- cuts --------------------------------------------------------------------------

    def cut(self, counts: np.ndarray) -> bool:
        """Add rows that every choice of whole numbers keeps and these counts do not; whether there
        are any. Half the sum of some full rows, rounded down on both sides, with those who are in
        counted by how many of them are not (Gomory; Chvátal)."""
        is_in = self._split(counts)
        groups, rows = self.by_group(counts.astype(float)), self.rows
        taken = groups @ rows.members
        above = np.abs(taken - rows.most) < NEAR
        full = np.flatnonzero(above | (np.abs(taken - rows.least) < NEAR))
        full = full[-int(np.clip(np.log2(MOST_HALVES / len(groups)), 1, FULL)) :]
        sign = np.where(above[full], 1, -1)
        side = np.where(above[full], rows.most[full], -rows.least[full])
        subsets = (np.arange(1, 1 << len(full))[:, None] >> np.arange(len(full))) & 1
        sums = subsets @ (rows.members[:, full] * sign).T
        sizes = np.where(is_in, self.by_group(self.columns.high), 0)
        totals = subsets @ side - sums @ sizes
        sums, totals = sums[totals % 2 == 1], totals[totals % 2 == 1]
        halves = np.where(is_in, -(-sums // 2), sums // 2)
        most = totals // 2 + halves @ sizes
        passed = halves @ groups - most
        best = np.argsort(-passed, kind="stable")[:CUTS]
        best = best[passed[best] > LEAST_PASSED]
        if len(best):
            self.rows = rows.with_cuts(halves[best], most[best])
        return bool(len(best))

    def _split(self, counts: np.ndarray) -> np.ndarray:
        """Make two groups of each: the columns that are in, and the rest. Gives which are in."""
        columns = self.columns
        is_in = counts > columns.high - NEAR
        keys, group = np.unique(columns.group * 2 + ~is_in, return_inverse=True)
        self.rows = Rows(self.rows.members[keys // 2], self.rows.least, self.rows.most)
        self.lay_out(Columns(group.reshape(-1), columns.gains, columns.low, columns.high))
        return keys % 2 == 0

    # -- branching ---------------------------------------------------------------------

    def branch(self, low, high, *, most=MOST_NODES, is_whole_search=True) -> None:
        """Depth first: towards the nearer whole count, then the other side."""
        stack, limit = [(low, high, Bound())], self.nodes + most
        while stack:
            low, high, above = stack.pop()
            if above.tiers and not self.is_open(above):
                continue
            if self.nodes >= limit or self.work > MOST_WORK:
                if is_whole_search:
                    self.left_open += [above, *(one[2] for one in stack)]
                return
            node = self.relax(low, high)
            if node.counts is None:
                if not node.is_infeasible and is_whole_search:
                    self.left_open.append(above)
                continue
            self.offer_whole(node.counts)
            if not self.is_open(node.bound):
                continue
            low, high = self.fixed(node.bound, low, high)
            if (low == high).all():
                self.offer(low)
                continue
            stack += self.halves(low, high, node)

    def halves(self, low, high, node: _Node) -> list[tuple]:
        """The node's two parts, the one to look at first last."""
        least, most = self.by_group(low), self.by_group(high)
        groups = self.by_group(node.counts.astype(float))
        away = np.abs(groups - np.rint(groups))
        away = np.where(least < most, away, 0)
        group = int(np.argmax(away if away.max() > NEAR else most - least))
        at = int(np.floor(groups[group] + NEAR))
        at = min(max(at, int(least[group])), int(most[group]) - 1)
        down = (low, self.capped(low, high, group, at), node.bound)
        up = (self.raised(low, high, group, at + 1), high, node.bound)
        return [down, up] if groups[group] - at > 0.5 else [up, down]

    def capped(self, low, high, group: int, most: int) -> np.ndarray:
        mine = self.in_order[self.ends[group] : self.ends[group + 1]]
        room = high[mine] - low[mine]
        left = most - low[mine].sum() - (np.cumsum(room) - room)
        changed = high.copy()
        changed[mine] = low[mine] + np.clip(left, 0, room)
        return changed

    def raised(self, low, high, group: int, least: int) -> np.ndarray:
        mine = self.in_order[self.ends[group] : self.ends[group + 1]]
        room = high[mine] - low[mine]
        left = least - low[mine].sum() - (np.cumsum(room) - room)
        changed = low.copy()
        changed[mine] = low[mine] + np.clip(left, 0, room)
        return changed

    def fixed(self, bound: Bound, low: np.ndarray, high: np.ndarray) -> tuple:
        """The bounds `low` and `high` without those columns whose change would cost more than lies
        between what was found and what is possible within them."""
        if self.best is None or bound.reduced is None:
            return low, high
        numerator, denominator = bound.tiers[0]
        between = numerator - self.value[0] * denominator
        stay_in, stay_out = bound.reduced > between, bound.reduced < -between
        return np.where(stay_in, high, low), np.where(stay_out, low, high)

    # -- relaxations -------------------------------------------------------------------

    def relax(self, low: np.ndarray, high: np.ndarray) -> _Node:
        """The linear relaxation within these bounds, tier after tier, and its exact bound."""
        self.nodes += 1
        self.work += int((low < high).sum())
        columns, rows = self.columns, self.rows
        least, most = rows.least.copy(), rows.most.copy()
        counts = low.astype(float)
        free = np.flatnonzero(low < high)
        settled = low.copy()
        prices: list[Multipliers] = []
        reduced: list[np.ndarray] = []
        bound = Bound()
        for gain in columns.gains:
            base = self.by_group(settled) @ rows.members
            lower = np.where(least > -NONE, least - base, -np.inf)
            upper = np.where(most < NONE, most - base, np.inf)
            answer = self._linear(gain, free, high - low, lower, upper)
            if answer is None:
                break
            if answer.counts is None:
                if prices:
                    break
                return _Node(None, bound, self._is_impossible(answer.prices, low, high))
            counts = settled.astype(float)
            counts[free] += answer.counts
            price = _fractions(answer.prices)
            prices.append(price)
            reduced.append(_reduced(gain, price, columns.group, rows))
            bound = self._bound(prices, reduced, low, high)
            if not self.is_open(bound):
                return _Node(counts, bound)
            left, right = reduced[-1][free] < 0, reduced[-1][free] > 0
            settled[free[right]] = high[free[right]]
            numerators = price.numerators
            most = np.where((numerators < 0) & (least > -NONE), least, most)
            least = np.where((numerators > 0) & (rows.most < NONE), most, least)
            free = free[~(left | right)]
        if not prices:
            return _Node(None, bound)
        return _Node(counts, bound)

    def _linear(self, gain, free, room, lower, upper) -> Answer | None:
        if not len(free):
            return self._nothing_to_choose(lower, upper)
        groups = self.columns.group[free]
        members = [self.rows.lists[group] for group in groups]
        weights = [self.rows.weights[group] for group in groups]
        return linear(Program(gain[free], members, weights, room[free], lower, upper))

    @staticmethod
    def _nothing_to_choose(lower, upper) -> Answer:
        """Where a row is broken and no column is free, the row itself is the ray."""
        broken = (lower > 0) | (upper < 0)
        if not broken.any():
            return Answer(np.zeros(0), np.zeros(len(lower)))
        ray = np.zeros(len(lower))
        ray[int(np.argmax(broken))] = 1.0
        return Answer(None, ray)

    def _is_impossible(self, ray: np.ndarray | None, low, high) -> bool:
        """Whether the ray proves, in whole numbers, that no counts fit."""
        if ray is None:
            return False
        scale = np.abs(ray).max(initial=0)
        for sign in (1, -1):
            price = _fractions(sign * ray / scale if scale else ray)
            nothing = np.zeros(len(low), dtype=np.int64)
            reduced = _reduced(nothing, price, self.columns.group, self.rows)
            bound = self._bound([price], [reduced], low, high)
            if bound.tiers and bound.tiers[0][0] < 0:
                return True
        return False

    def _bound(self, prices, reduced, low, high) -> Bound:
        """What no counts within `low` and `high` can pass, tier by tier, in whole numbers."""
        row_sign = np.zeros(self.rows.members.shape[1], dtype=np.int64)
        column_sign = np.zeros(len(low), dtype=np.int64)
        usable = []
        for price in prices:
            sign = np.where(row_sign == 0, np.sign(price.numerators), row_sign)
            side = np.where(sign > 0, self.rows.most, self.rows.least)
            if (np.abs(side[(sign != 0) & (price.numerators != 0)]) >= NONE).any():
                break
            row_sign = sign
            usable.append(price)
        for one in reduced[: len(usable)]:
            column_sign = np.where(column_sign == 0, np.sign(one), column_sign)
        bound = Bound(reduced=reduced[0] if usable else None)
        counts = np.where(column_sign > 0, high, low)
        sides = np.where(row_sign > 0, self.rows.most, self.rows.least)
        for price, one in zip(usable, reduced, strict=False):
            used = price.numerators != 0
            total = int(price.numerators[used] @ sides[used]) + int(one @ counts)
            bound.tiers.append((total, price.denominator))
        return bound


def _reduced(gain: np.ndarray, price: Multipliers, group: np.ndarray, rows: Rows) -> np.ndarray:
    return gain * price.denominator - (rows.members @ price.numerators)[group]


def _fractions(dual: np.ndarray) -> Multipliers:
    """Prices as fractions of one denominator: those that a whole-number program has, where they
    are recognised, else near ones."""
    for most in DENOMINATORS:
        parts = [Fraction(float(one)).limit_denominator(most) for one in dual]
        denominator = lcm(*(part.denominator for part in parts)) if parts else 1
        near = all(
            abs(float(part) - one) <= NEAR * max(1, abs(one))
            for part, one in zip(parts, dual, strict=True)
        )
        if near and denominator <= 10_000:
            numerators = [int(part * denominator) for part in parts]
            return Multipliers(np.array(numerators, dtype=np.int64), denominator)
    return Multipliers(np.rint(dual * 1024).astype(np.int64), 1024)
