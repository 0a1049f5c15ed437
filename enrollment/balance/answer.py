"""What a selection comes to, for people: counts against each rule, the cut-off, who is in or out
because of which rule, and what would be if a rule were another. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from enrollment.balance.problem import CEILING, Limit, Problem
from enrollment.balance.solving import Solution, solve


@dataclass(frozen=True)
class Count:
    """How many of those in count against a limit. What is lacking to a floor was relaxed; what
    is above a ceiling was seated by hand."""

    limit: Limit
    taken: int

    @property
    def lacking(self) -> int:
        return 0 if self.limit.kind == CEILING else max(0, self.limit.seats - self.taken)

    @property
    def above(self) -> int:
        return max(0, self.taken - self.limit.seats) if self.limit.kind == CEILING else 0

    @property
    def is_reached(self) -> bool:
        return self.taken == self.limit.seats


@dataclass(frozen=True)
class Cut:
    """The lowest score of those chosen and the highest of those not; None where there is none."""

    lowest_in: int | None
    highest_out: int | None


@dataclass(frozen=True)
class Difference:
    """Who would be out without the rule (`inside`), and who would be in (`outside`), by code; what
    the rule costs in hundredths of the total score."""

    inside: tuple[str, ...]
    outside: tuple[str, ...]
    cost: int

    def __bool__(self) -> bool:
        return bool(self.inside or self.outside)


def counts(problem: Problem, solution: Solution) -> list[Count]:
    """Every limit with how many count in it, those seated by hand included."""
    chosen, taken = set(solution.chosen), Counter()
    factors = {rule.factor for rule in problem.rules}
    for one in problem.applicants:
        if one.seated or one.code in chosen:
            taken.update(
                (factor, value) for factor in factors for value in set(one.answers(factor))
            )
    return [Count(limit, taken[limit.target]) for limit in problem.limits()]


def empty_seats(problem: Problem, solution: Solution) -> int:
    """The seats that nobody has, by hand or by the solution."""
    seated = sum(one.seated for one in problem.applicants)
    return max(0, problem.capacity - seated - len(solution.chosen))


def cut(problem: Problem, solution: Solution) -> Cut:
    chosen = set(solution.chosen)
    inside, outside = [], []
    for one in problem.applicants:
        if not one.seated:
            (inside if one.code in chosen else outside).append(one.score)
    return Cut(min(inside, default=None), max(outside, default=None))


def difference(problem: Problem, solution: Solution, other: Solution) -> Difference:
    """Between the solution and another one of the same applicants."""
    inside, outside = set(solution.chosen), set(other.chosen)
    return Difference(
        tuple(code for code in solution.chosen if code not in outside),
        tuple(code for code in other.chosen if code not in inside),
        other.total - solution.total,
    )


def because_of(problem: Problem, solution: Solution) -> list[Difference]:
    """For each rule, the difference that it makes."""
    return [
        difference(problem, solution, solve(problem.without(place)))
        for place in range(len(problem.rules))
    ]


def what_if(
    problem: Problem, solution: Solution, rule: int, *, number=None, percent=None
) -> tuple[Solution, Difference]:
    """The solution if the rule at that place had another number or share, and the difference to
    it: `inside` are those who would lose their place. Raises `Contradictory`."""
    other = solve(problem.with_limit(rule, number=number, percent=percent))
    return other, difference(problem, solution, other)
