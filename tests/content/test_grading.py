from decimal import Decimal
from random import Random

import pytest

from content.grading import draw, grade, grade_question


def question(key="q", kind="single", right="a", options="abcd"):
    return {
        "key": key,
        "kind": kind,
        "options": [{"id": o, "text": {"en": o}, "correct": o in right} for o in options],
    }


@pytest.mark.parametrize(
    ("kind", "right", "chosen", "worth"),
    [
        ("single", "a", ["a"], 1),
        ("single", "a", ["b"], 0),
        ("single", "a", ["a", "b"], 0),
        ("single", "a", [], 0),
        ("true_false", "a", ["a"], 1),
        ("multiple", "abd", ["a", "b", "d"], 1),
        ("multiple", "ab", ["a"], 0.5),
        ("multiple", "ab", ["a", "c"], 0),
        ("multiple", "ab", ["c", "d"], 0),
        ("multiple", "ab", ["a", "b", "c", "d"], 0),
        ("multiple", "ab", ["a", "forged"], 0.5),
    ],
)
def test_question_is_worth(kind, right, chosen, worth):
    assert grade_question(question(kind=kind, right=right), chosen) == worth


def test_grade_is_never_rounded_up():
    questions = [question(str(n), "multiple", right="abc") for n in range(3)]
    assert grade(questions, {"0": ["a", "b", "c"], "1": ["a", "b", "c"], "2": []}) == Decimal(
        "66.66"
    )


def test_grade_of_nothing_answered_is_zero():
    assert grade([question()], {}) == 0


def test_draw_prefers_questions_not_seen_and_shuffles_options():
    bank = [question(str(n)) for n in range(8)]
    drawn = draw(bank, 6, {"0", "1", "2"}, Random(1))
    keys = [q["key"] for q in drawn]
    assert len(set(keys)) == 6
    assert {"3", "4", "5", "6", "7"} < set(keys)
    assert any([o["id"] for o in q["options"]] != list("abcd") for q in drawn)


def test_draw_leaves_true_and_false_in_their_order():
    drawn = draw([question(kind="true_false", options="tf")], 6, set(), Random(3))
    assert [o["id"] for o in drawn[0]["options"]] == ["t", "f"]
