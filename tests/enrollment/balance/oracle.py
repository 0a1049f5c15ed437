"""Small random problems, and their answer by trying every choice there is."""

from itertools import combinations
from random import Random

from enrollment.balance.lots import BITS, lot
from enrollment.balance.problem import CEILING, EACH, FLOOR, Applicant, Limit, Problem, Rule

ANSWERS = {"gender": "mw", "country": "abcd", "workplace": "xy", "language": "pq"}
SEVERAL = "rst"
HALF = (1 << BITS // 2) - 1


def counted(people, limit: Limit) -> int:
    return sum(limit.value in one.answers(limit.factor) for one in people)


def by_importance(limits) -> list[Limit]:
    floors = [one for one in limits if one.kind == FLOOR]
    return sorted(floors, key=lambda one: (-one.order, one.rule))


def keeps_ceilings(people, seated, limits) -> bool:
    return all(
        counted(people, one) <= max(one.seats, counted(seated, one))
        for one in limits
        if one.kind == CEILING
    )


def lacking(people, floors) -> tuple[int, ...]:
    return tuple(max(0, one.seats - counted(people, one)) for one in floors)


def best_by_trying(problem: Problem, limits) -> tuple[set[str], int, dict[Limit, int]]:
    """The codes of the best choice, its total, and what lacks to the floors."""
    pool = [one for one in problem.applicants if not one.seated]
    seated = [one for one in problem.applicants if one.seated]
    floors = by_importance(limits)
    seats = max(0, problem.capacity - len(seated))
    best = None
    for size in range(min(seats, len(pool)) + 1):
        for choice in combinations(pool, size):
            people = [*choice, *seated]
            if not keeps_ceilings(people, seated, limits):
                continue
            lots = [(1 << BITS) - 1 - lot(problem.seed, one.code) for one in choice]
            short = lacking(people, floors)
            worth = (
                [-one for one in short],
                sum(one.score for one in choice),
                size,
                sum(one >> BITS // 2 for one in lots),
                sum(one & HALF for one in lots),
            )
            if best is None or worth > best[0]:
                best = worth, {one.code for one in choice}, short
    worth, codes, short = best
    return codes, worth[1], {one: lack for one, lack in zip(floors, short, strict=True) if lack}


def an_applicant(random: Random, code: str, **more) -> Applicant:
    facts = {factor: random.choice(values) for factor, values in ANSWERS.items()}
    facts["several"] = frozenset(one for one in SEVERAL if random.random() < 0.5)
    score = random.choice([0, 10, 20, 30, random.randint(0, 100)])
    return Applicant(code, score, facts, **more)


def a_rule(random: Random, capacity: int) -> Rule:
    factor = random.choice([*ANSWERS, "several"])
    value = random.choice(ANSWERS.get(factor, SEVERAL)) if random.random() < 0.8 else EACH
    kind, order = random.choice([FLOOR, CEILING]), random.randint(0, 3)
    if random.random() < 0.5:
        return Rule(factor, value, kind, number=random.randint(0, capacity), order=order)
    return Rule(factor, value, kind, percent=random.randint(0, 100), order=order)


def a_problem(random: Random) -> Problem:
    capacity = random.randint(1, 7)
    people = [
        an_applicant(random, f"A{number:03d}", seated=random.random() < 0.08)
        for number in range(random.randint(1, 11))
    ]
    rules = [a_rule(random, capacity) for _ in range(random.randint(0, 6))]
    return Problem(people, rules, capacity, f"seed {random.random()}")
