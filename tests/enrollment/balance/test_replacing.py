"""A freed seat: against every choice there is, and who was passed over."""

from itertools import combinations
from random import Random

from enrollment.balance.problem import CEILING, FLOOR, Applicant, Rule, limits_of, values_of
from enrollment.balance.replacing import replacements
from tests.enrollment.balance.oracle import ANSWERS, by_importance, keeps_ceilings, lacking


def somebody(code, **facts):
    return Applicant(code, 0, facts)


def best_by_trying(seated, waiting, limits, free) -> list[str]:
    """Least lacking, then the better ranks; a seat given before a seat left."""
    floors, best = by_importance(limits), None
    for size in range(min(free, len(waiting)) + 1):
        for ranks in combinations(range(len(waiting)), size):
            people = [*seated, *(waiting[rank] for rank in ranks)]
            if keeps_ceilings(people, seated, limits):
                worth = (lacking(people, floors), (*ranks, *[99] * (free - size)))
                best = min(best or worth, worth)
    return [waiting[rank].code for rank in best[1] if rank < 99]


def test_the_promoted_are_the_best_of_all_there_are():
    random = Random(3)
    for _ in range(250):
        facts = [{f: random.choice(v) for f, v in ANSWERS.items()} for _ in range(13)]
        everybody = [somebody(f"P{place}", **one) for place, one in enumerate(facts)]
        held = random.randint(0, 6)
        seated, waiting = everybody[:held], everybody[held : held + random.randint(0, 7)]
        free = random.randint(1, 4)
        rules = {}
        for _ in range(random.randint(0, 5)):
            factor = random.choice(list(ANSWERS))
            value = random.choice(ANSWERS[factor])
            seats = random.randint(0, held + free)
            kind, order = random.choice([FLOOR, CEILING]), random.randint(0, 2)
            rules[factor, value] = Rule(factor, value, kind, seats, order=order)
        stated = list(rules.values())
        found = replacements(seated, waiting, stated, held + free, free)
        limits = limits_of(stated, held + free, values_of([*seated, *waiting], stated))
        expected = best_by_trying(seated, waiting, limits, free)
        assert sorted(one.code for one in found) == sorted(expected)


def test_like_goes_to_like_and_who_was_passed_over_is_told():
    seated = [somebody("S", gender="man")]
    waiting = [somebody("first", gender="man"), somebody("second", gender="woman")]
    (found,) = replacements(seated, waiting, [Rule("gender", "woman", FLOOR, 1)], 2, 1)
    assert found.code == "second"
    assert [(code, limit.kind) for code, limit in found.passed] == [("first", FLOOR)]


def test_rank_alone_decides_where_every_floor_is_met():
    seated = [somebody("S", gender="woman")]
    waiting = [somebody("first", gender="man"), somebody("second", gender="woman")]
    (found,) = replacements(seated, waiting, [Rule("gender", "woman", FLOOR, 1)], 2, 1)
    assert (found.code, found.passed) == ("first", ())


def test_a_seat_stays_free_rather_than_passing_a_ceiling():
    seated = [somebody("S", country="PE")]
    waiting = [somebody("first", country="PE"), somebody("second", country="UY")]
    found = replacements(seated, waiting, [Rule("country", "PE", CEILING, 1)], 3, 2)
    assert [one.code for one in found] == ["second"]
    assert found[0].passed[0][0] == "first"


def test_nobody_waits_or_no_seat_is_free():
    assert replacements([], [], [Rule("a", "b", FLOOR, 1)], 1, 1) == []
    assert replacements([], [somebody("x")], [], 1, 0) == []
