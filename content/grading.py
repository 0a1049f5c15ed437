"""Drawing and grading quizzes: plain values in, plain values out.

A question counts one. Of a question with several answers each right one ticked adds its share and
each wrong one ticked takes as much away, never below nothing: ticking all earns nothing for free.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from random import Random

FULL = Decimal(100)


def draw(bank: list[dict], count: int, seen: Iterable[str], rng: Random) -> list[dict]:
    """`count` questions of the bank (all, if it has fewer), those not in `seen` (keys) first;
    options shuffled, except true and false."""
    seen = set(seen)
    shuffled = rng.sample(bank, len(bank))
    chosen = sorted(shuffled, key=lambda question: question["key"] in seen)[:count]
    return [with_shuffled_options(question, rng) for question in rng.sample(chosen, len(chosen))]


def with_shuffled_options(question: dict, rng: Random) -> dict:
    options = question["options"]
    if question["kind"] != "true_false":
        options = rng.sample(options, len(options))
    return {**question, "options": options}


def grade_question(question: dict, chosen: Iterable[str]) -> Fraction:
    """What one answer is worth, from 0 to 1. Options it does not have count nothing."""
    ids = {option["id"] for option in question["options"]}
    right = {option["id"] for option in question["options"] if option["correct"]}
    chosen = set(chosen) & ids
    if not right or not chosen:
        return Fraction(0)
    if question["kind"] == "multiple":
        return max(Fraction(len(chosen & right) - len(chosen - right), len(right)), Fraction(0))
    return Fraction(chosen <= right and len(chosen) == 1)


def grade(
    questions: list[dict], responses: dict[str, list[str]], corrected: list[dict] | None = None
) -> Decimal:
    """The percentage, two decimals, never rounded up: 69.999 is not 70. Where what is right was
    `corrected` (the same questions in the same order), the better of both counts for each."""
    if not questions:
        return FULL
    worth = [grade_question(q, responses.get(q["key"], [])) for q in questions]
    if corrected is not None:
        again = [grade_question(q, responses.get(q["key"], [])) for q in corrected]
        worth = [max(pair) for pair in zip(worth, again, strict=True)]
    share = Fraction(sum(worth)) * 100 / len(questions)
    exact = Decimal(share.numerator) / Decimal(share.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_DOWN)
