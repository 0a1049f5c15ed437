"""What is asked of a selection: applicants, seats, floors and ceilings. Pure: plain values.

Scores are whole hundredths, limits whole seats: nothing here is rounded twice or compared by
luck. A share of the seats is rounded up for a floor and down for a ceiling.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

FLOOR, CEILING = "floor", "ceiling"
EACH = ""

Answers = str | Collection[str]
Target = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Applicant:
    """`facts` gives a value, or several, by factor; `seated` has a seat already, given by hand."""

    code: str
    score: int
    facts: Mapping[str, Answers]
    seated: bool = False

    def answers(self, factor: str) -> Collection[str]:
        """The values of a factor; none where the question was not answered."""
        found = self.facts.get(factor, "")
        return ((found,) if found else ()) if isinstance(found, str) else found


@dataclass(frozen=True)
class Rule:
    """At least (`floor`) or at most (`ceiling`) so many seats for those who answer `value` to
    `factor`, or for each answer there is (`EACH`). Of `number` and `percent` one is given. Floors
    that cannot be met are relaxed in the order of `order`: the lowest first, and of equal ones the
    one stated later."""

    factor: str
    value: str
    kind: str
    number: int | None = None
    percent: int | None = None
    order: int = 0

    def seats(self, capacity: int) -> int:
        if self.number is not None:
            return self.number
        share = capacity * (self.percent or 0)
        return -(-share // 100) if self.kind == FLOOR else share // 100

    def stated(self) -> dict[str, str | int]:
        """As a document states it."""
        amount = {"percent": self.percent} if self.number is None else {"number": self.number}
        names = ("factor", "value", "kind", "order")
        return {name: getattr(self, name) for name in names} | amount


@dataclass(frozen=True)
class Limit:
    """A rule for one value, in seats. `rule` is the place of its rule among those stated."""

    rule: int
    factor: str
    value: str
    kind: str
    seats: int
    order: int = 0

    @property
    def target(self) -> Target:
        return self.factor, self.value


@dataclass(frozen=True)
class Contradiction:
    """Why these limits cannot hold together: `what` is one of `floor_above_capacity`,
    `floor_above_ceiling`, `floors_above_capacity`, `stated_twice`; `arithmetic` shows it in
    numbers; `limits` are those concerned."""

    what: str
    arithmetic: str
    limits: tuple[Limit, ...]


class Contradictory(ValueError):
    def __init__(self, found: list[Contradiction]):
        super().__init__("; ".join(f"{one.what}: {one.arithmetic}" for one in found))
        self.found = found


@dataclass(frozen=True)
class Problem:
    applicants: Sequence[Applicant]
    rules: Sequence[Rule]
    capacity: int
    seed: str

    def limits(self) -> list[Limit]:
        return limits_of(self.rules, self.capacity, values_of(self.applicants, self.rules))

    def without(self, rule: int) -> Problem:
        """The same without the rule at that place."""
        return replace(self, rules=[*self.rules[:rule], *self.rules[rule + 1 :]])

    def with_limit(self, rule: int, *, number: int | None, percent: int | None) -> Problem:
        """The same with another number or share in the rule at that place."""
        changed = replace(self.rules[rule], number=number, percent=percent)
        rules = [changed if place == rule else one for place, one in enumerate(self.rules)]
        return replace(self, rules=rules)


def values_of(applicants: Iterable[Applicant], rules: Iterable[Rule]) -> dict[str, list[str]]:
    """The answers there are to each factor that a rule names, sorted."""
    found: dict[str, set[str]] = {rule.factor: set() for rule in rules}
    for applicant in applicants:
        for factor, values in found.items():
            values.update(applicant.answers(factor))
    return {factor: sorted(values) for factor, values in found.items()}


def limits_of(
    rules: Sequence[Rule], capacity: int, values: Mapping[str, Collection[str]]
) -> list[Limit]:
    """The rules in seats, value by value. A rule for a value of its own takes the place of one of
    the same kind for each answer."""
    own = {(rule.factor, rule.value, rule.kind) for rule in rules if rule.value != EACH}
    limits = []
    for place, rule in enumerate(rules):
        if rule.value != EACH:
            named: Iterable[str] = [rule.value]
        else:
            every = values.get(rule.factor, ())
            named = [one for one in every if (rule.factor, one, rule.kind) not in own]
        seats = rule.seats(capacity)
        limits += [
            Limit(place, rule.factor, value, rule.kind, seats, rule.order) for value in named
        ]
    return limits


def contradictions(
    limits: Sequence[Limit], capacity: int, several: Collection[str] = ()
) -> list[Contradiction]:
    """What in these limits cannot hold, with the arithmetic. `several` are the factors to which
    one person may give several answers: their floors may add up to more than the seats."""
    found = _stated_twice(limits)
    floors = [one for one in limits if one.kind == FLOOR]
    ceilings = {one.target: one for one in limits if one.kind == CEILING}
    of_factor: dict[str, list[Limit]] = defaultdict(list)
    for floor in floors:
        if floor.seats > capacity:
            shown = f"{floor.seats} > {capacity}"
            found.append(Contradiction("floor_above_capacity", shown, (floor,)))
        ceiling = ceilings.get(floor.target)
        if ceiling and floor.seats > ceiling.seats:
            shown = f"{floor.seats} > {ceiling.seats}"
            found.append(Contradiction("floor_above_ceiling", shown, (floor, ceiling)))
        of_factor[floor.factor].append(floor)
    for factor, those in of_factor.items():
        total = sum(one.seats for one in those)
        is_new = len(those) > 1 and all(one.seats <= capacity for one in those)
        if factor not in several and is_new and total > capacity:
            shown = f"{_sum(those)} = {total} > {capacity}"
            found.append(Contradiction("floors_above_capacity", shown, tuple(those)))
    return found


def _sum(limits: Sequence[Limit]) -> str:
    """`600 + 500`, and many of one size as `12 × 100`."""
    sizes = Counter(one.seats for one in limits)
    return " + ".join(
        f"{times} × {seats}" if times > 2 else " + ".join([str(seats)] * times)
        for seats, times in sizes.items()
    )


def _stated_twice(limits: Sequence[Limit]) -> list[Contradiction]:
    seen: dict[tuple, Limit] = {}
    found, pairs = [], set()
    for one in limits:
        first = seen.setdefault((one.target, one.kind), one)
        if first is not one and (pair := (first.rule, one.rule)) not in pairs:
            pairs.add(pair)
            shown = f"{first.seats}, {one.seats}"
            found.append(Contradiction("stated_twice", shown, (first, one)))
    return found


def require_sound(problem: Problem) -> list[Limit]:
    """The limits of the problem; raises `Contradictory`."""
    limits = problem.limits()
    several = {
        rule.factor
        for rule in problem.rules
        if any(len(one.answers(rule.factor)) > 1 for one in problem.applicants)
    }
    if found := contradictions(limits, problem.capacity, several):
        raise Contradictory(found)
    return limits
