"""Rules in seats, and rules that cannot hold together."""

import pytest

from enrollment.balance.problem import (
    CEILING,
    EACH,
    FLOOR,
    Applicant,
    Contradictory,
    Problem,
    Rule,
    contradictions,
    limits_of,
    require_sound,
)

VALUES = {"gender": ["man", "woman"], "country": ["BR", "PE", "UY"]}


def limits(*rules, capacity=1000):
    return limits_of(rules, capacity, VALUES)


def found(*rules, capacity=1000, several=()):
    return [
        (one.what, one.arithmetic)
        for one in contradictions(limits(*rules, capacity=capacity), capacity, several)
    ]


def test_a_share_is_rounded_up_for_a_floor_and_down_for_a_ceiling():
    floor, ceiling = limits(
        Rule("gender", "woman", FLOOR, percent=33),
        Rule("country", "PE", CEILING, percent=33),
        capacity=10,
    )
    assert (floor.seats, ceiling.seats) == (4, 3)


def test_a_rule_for_each_answer_is_one_for_every_answer_there_is():
    each = limits(Rule("country", EACH, CEILING, number=200))
    assert [(one.value, one.seats, one.rule) for one in each] == [
        ("BR", 200, 0),
        ("PE", 200, 0),
        ("UY", 200, 0),
    ]


def test_a_rule_for_one_answer_takes_the_place_of_that_for_each():
    found = limits(Rule("country", EACH, CEILING, number=200), Rule("country", "PE", CEILING, 300))
    assert {one.value: one.seats for one in found} == {"BR": 200, "UY": 200, "PE": 300}


def test_a_floor_above_the_seats_is_refused():
    assert found(Rule("gender", "woman", FLOOR, 1001)) == [("floor_above_capacity", "1001 > 1000")]
    assert found(Rule("gender", "woman", FLOOR, 1000)) == []


def test_a_floor_above_its_ceiling_is_refused():
    rules = Rule("country", "PE", FLOOR, percent=30), Rule("country", "PE", CEILING, 299)
    assert found(*rules) == [("floor_above_ceiling", "300 > 299")]
    assert found(rules[0], Rule("country", "PE", CEILING, 300)) == []
    assert found(rules[0], Rule("country", "UY", CEILING, 1)) == []


def test_floors_of_one_question_that_add_up_to_more_than_the_seats_are_refused():
    rules = Rule("gender", "woman", FLOOR, 600), Rule("gender", "man", FLOOR, 401)
    assert found(*rules) == [("floors_above_capacity", "600 + 401 = 1001 > 1000")]
    assert found(rules[0], Rule("gender", "man", FLOOR, 400)) == []
    assert found(rules[0], Rule("country", "PE", FLOOR, 600)) == []


def test_floors_for_each_answer_are_added_up_too():
    each = Rule("country", EACH, FLOOR, percent=34)
    assert found(each) == [("floors_above_capacity", "3 × 340 = 1020 > 1000")]


def test_floors_of_a_question_with_several_answers_may_add_up_to_more():
    rules = Rule("gender", "woman", FLOOR, 600), Rule("gender", "man", FLOOR, 600)
    assert found(*rules, several={"gender"}) == []


def test_the_same_said_twice_is_refused_once():
    rules = [Rule("gender", "woman", CEILING, 5), Rule("gender", "woman", CEILING, 7)]
    assert found(*rules) == [("stated_twice", "5, 7")]
    twice = [Rule("country", EACH, CEILING, 5), Rule("country", EACH, CEILING, 7)]
    assert found(*twice) == [("stated_twice", "5, 7")]


def test_contradictory_rules_are_never_solved():
    problem = Problem(
        [Applicant("A", 1, {"gender": "woman"})], [Rule("gender", "woman", FLOOR, 3)], 2, "s"
    )
    with pytest.raises(Contradictory, match="3 > 2"):
        require_sound(problem)
