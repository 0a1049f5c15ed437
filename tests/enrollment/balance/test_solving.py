"""The selection by rules: against every choice there is, and the same whatever the order."""

import subprocess
import sys
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from enrollment.balance import whole
from enrollment.balance.answer import because_of, counts, cut, what_if
from enrollment.balance.problem import (
    CEILING,
    FLOOR,
    Applicant,
    Contradictory,
    Problem,
    Rule,
    require_sound,
)
from enrollment.balance.solving import solve
from tests.enrollment.balance.oracle import a_problem, best_by_trying

PROBLEMS = 120


def people(*rows, factor="gender"):
    return [Applicant(code, score, {factor: value}) for code, score, value in rows]


FIVE = people(
    ("A", 90, "man"), ("B", 80, "man"), ("C", 70, "man"), ("D", 60, "woman"), ("E", 5, "")
)


def chosen(rules=(), capacity=3, applicants=FIVE, seed="s"):
    return set(solve(Problem(applicants, rules, capacity, seed)).chosen)


# -- what it means ---------------------------------------------------------------------


def test_without_rules_the_best_scores_are_in():
    assert chosen() == {"A", "B", "C"}


def test_a_floor_lets_the_best_of_those_in():
    assert chosen([Rule("gender", "woman", FLOOR, 1)]) == {"A", "B", "D"}


def test_a_ceiling_keeps_the_rest_out_though_seats_stay_free():
    assert chosen([Rule("gender", "man", CEILING, 1)], capacity=5) == {"A", "D", "E"}


def test_whoever_did_not_answer_counts_in_no_rule():
    assert chosen([Rule("gender", "", CEILING, 0)], capacity=5) == {"E"}


def test_a_seat_is_not_left_free_because_a_score_is_nothing():
    rows = people(("A", 0, "man"), ("B", 0, "woman"))
    assert chosen(applicants=rows) == {"A", "B"}


def test_floors_that_cannot_be_met_are_relaxed_in_their_order():
    applicants = [
        Applicant("A", 9, {"gender": "woman", "country": "PE"}),
        Applicant("B", 8, {"gender": "man", "country": "UY"}),
        Applicant("C", 7, {"gender": "man", "country": "BR"}),
    ]
    for first, expected in ((1, {"B"}), (2, {"C"})):
        rules = [
            Rule("country", "UY", FLOOR, 1, order=3 - first),
            Rule("country", "BR", FLOOR, 1, order=first),
            Rule("gender", "woman", CEILING, 0),
            Rule("gender", "man", CEILING, 1),
        ]
        solution = solve(Problem(applicants, rules, 3, "s"))
        assert set(solution.chosen) == expected
        assert [(one.value, lack) for one, lack in solution.lacking.items()] == [
            ("BR" if first == 1 else "UY", 1)
        ]


def test_who_has_a_seat_by_hand_counts_in_every_rule():
    applicants = [*FIVE, Applicant("F", 1, {"gender": "woman"}, seated=True)]
    assert chosen([Rule("gender", "woman", FLOOR, 1)], applicants=applicants) == {"A", "B"}
    assert chosen([Rule("gender", "woman", CEILING, 1)], 5, applicants) == {"A", "B", "C", "E"}


def test_more_seats_by_hand_than_there_are_leave_none():
    applicants = [Applicant(code, 1, {}, seated=True) for code in "FGH"]
    assert chosen(capacity=2, applicants=[*FIVE, *applicants]) == set()


def test_nobody_to_choose_from_lacks_every_floor():
    solution = solve(Problem([], [Rule("gender", "woman", FLOOR, 2)], 3, "s"))
    assert solution.chosen == ()
    assert list(solution.lacking.values()) == [2]


def test_equal_scores_are_drawn_and_another_seed_draws_others():
    equal = people(*((f"P{number}", 50, "man") for number in range(30)))
    draws = {frozenset(chosen(applicants=equal, seed=str(number))) for number in range(20)}
    assert len(draws) > 15
    assert chosen(applicants=equal, seed="x") == chosen(applicants=equal[::-1], seed="x")


# -- exact -----------------------------------------------------------------------------


@pytest.mark.parametrize("batch", range(5))
def test_the_answer_is_the_best_of_all_there_are(batch):
    random, compared = Random(batch), 0
    while compared < PROBLEMS:
        problem = a_problem(random)
        try:
            limits = require_sound(problem)
        except Contradictory:
            continue
        solution = solve(problem)
        codes, total, lacking = best_by_trying(problem, limits)
        assert set(solution.chosen) == codes, problem
        assert (solution.total, solution.lacking) == (total, lacking), problem
        assert solution.is_proven and solution.gap is None
        compared += 1


def a_large_problem(random, size=1500):
    def facts():
        return {
            "country": random.choice("abcdefgh"),
            "gender": random.choice("mmw"),
            "role": random.choice("jjjpd"),
            "topics": frozenset(one for one in "klno" if random.random() < 0.4),
        }

    applicants = [
        Applicant(f"A{number}", random.choice([random.randint(0, 9000), 3000]), facts())
        for number in range(size)
    ]
    rules = [
        Rule("country", "a", CEILING, percent=9, order=1),
        Rule("country", "b", FLOOR, percent=17, order=2),
        Rule("gender", "w", FLOOR, percent=48, order=3),
        Rule("role", "j", CEILING, percent=55),
        Rule("role", "d", FLOOR, percent=26, order=4),
        Rule("topics", "k", CEILING, percent=33),
        Rule("topics", "l", FLOOR, percent=52, order=5),
        Rule("topics", "n", CEILING, percent=29),
    ]
    return Problem(applicants, rules, size // 4, "seed")


def test_a_choice_among_many_is_proven_and_keeps_every_rule():
    problem = a_large_problem(Random(7))
    solution = solve(problem)
    assert solution.is_proven
    assert len(solution.chosen) == problem.capacity
    assert not any(one.lacking or one.above for one in counts(problem, solution))


def with_overlapping_ceilings(number, size=300):
    """What half a person more or less would decide, if people were divisible."""
    problem = a_large_problem(Random(number), size)
    rules = [
        Rule("topics", topic, CEILING, percent=percent)
        for topic, percent in zip("klno", (31, 33, 29, 30), strict=True)
    ]
    return replace(problem, rules=[*rules, Rule("role", "j", CEILING, percent=50)])


def test_cuts_prove_sooner_and_change_no_answer(monkeypatch):
    problems = [with_overlapping_ceilings(number, 40 + number) for number in range(60)]
    with_cuts = [solve(one) for one in problems]
    monkeypatch.setattr(whole, "ROUNDS", 0)
    without = [solve(one) for one in problems]
    assert all(one.is_proven for one in [*with_cuts, *without])
    assert [one.chosen for one in with_cuts] == [one.chosen for one in without]


def test_the_order_of_the_applicants_has_no_say():
    problem = a_large_problem(Random(8), 600)
    shuffled = list(problem.applicants)
    Random(1).shuffle(shuffled)
    other = Problem(shuffled, problem.rules, problem.capacity, problem.seed)
    assert solve(problem).chosen == solve(other).chosen


def test_coarse_prices_weaken_the_proof_and_never_the_answer(monkeypatch):
    problem = a_large_problem(Random(9), 400)
    expected = solve(problem)
    exact = whole._fractions
    monkeypatch.setattr(
        whole, "_fractions", lambda dual: exact(np.round(np.asarray(dual) + 1e-7, 4))
    )
    again = solve(problem)
    assert not again.is_proven or again.chosen == expected.chosen


def test_what_is_not_proven_says_by_how_much(monkeypatch):
    expected = [solve(with_overlapping_ceilings(number)) for number in range(12)]
    assert all(one.is_proven and one.gap is None for one in expected)
    for limit in ("ROUNDS", "MOST_NODES", "MOST_WORK"):
        monkeypatch.setattr(whole, limit, 0)
    branch = whole._Search.branch
    monkeypatch.setattr(
        whole._Search,
        "branch",
        lambda self, low, high, **options: branch(self, low, high, **options | {"most": 0}),
    )
    unproven = 0
    for number, best in enumerate(expected):
        problem = with_overlapping_ceilings(number)
        solution = solve(problem)
        unproven += not solution.is_proven
        assert solution.total <= best.total <= solution.total + (solution.gap or 0)
        assert not any(one.above for one in counts(problem, solution))
    assert unproven


def test_another_process_with_other_hashes_chooses_the_same():
    program = (
        "from random import Random; from enrollment.balance.solving import solve;"
        "from tests.enrollment.balance.test_solving import a_large_problem;"
        "print(*solve(a_large_problem(Random(8), 600)).chosen)"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1 and len(said.pop().split()) == 150


# -- in words --------------------------------------------------------------------------


def test_the_cut_and_the_counts():
    rules = [Rule("gender", "woman", FLOOR, 1), Rule("gender", "man", CEILING, 2)]
    problem = Problem(FIVE, rules, 3, "s")
    solution = solve(problem)
    edge = cut(problem, solution)
    assert (edge.lowest_in, edge.highest_out) == (60, 70)
    assert [(one.taken, one.is_reached) for one in counts(problem, solution)] == [
        (1, True),
        (2, True),
    ]


def test_each_rule_tells_who_is_in_and_who_is_out_because_of_it():
    rules = [Rule("gender", "woman", FLOOR, 1), Rule("gender", "man", CEILING, 3)]
    problem = Problem(FIVE, rules, 3, "s")
    first, second = because_of(problem, solve(problem))
    assert (first.inside, first.outside, first.cost) == (("D",), ("C",), 10)
    assert not second


def test_what_would_be_if_a_share_were_another():
    problem = Problem(FIVE, [Rule("gender", "man", CEILING, percent=100)], 3, "s")
    other, difference = what_if(problem, solve(problem), 0, percent=34)
    assert set(other.chosen) == {"A", "D", "E"}
    assert (difference.inside, difference.outside) == (("B", "C"), ("D", "E"))
