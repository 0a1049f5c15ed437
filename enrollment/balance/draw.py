"""A draw as one document: everything that went into it, so that anybody can repeat it.

The document is JSON: `{"input": {…}, "checksum": "…"}`. The input is

    {"format": 1, "program": "…", "edition": "…", "capacity": 1000, "waitlist": 350, "seed": "…",
     "rules": [{"factor", "value", "kind", "number" or "percent", "order"}],
     "applicants": [{"code", "score", "facts", "open"?, "by_hand"?}]}

with scores in hundredths, `value` "" for each answer, `open` for those who may wait and not be
selected, `by_hand` the outcome that people decided. The checksum is SHA-256 over the input and the
outcomes, so that it agrees only where both do.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from enrollment.balance.lots import lot
from enrollment.balance.problem import CEILING, FLOOR, Applicant, Contradictory, Problem, Rule
from enrollment.balance.solving import Solution, solve
from enrollment.selection import NOT_SELECTED, SELECTED, WAITLISTED, Candidate, Proposed, propose

FORMAT = 1
MOST = 2**31 - 1
LONGEST = 200
BY_HAND = (SELECTED, WAITLISTED, NOT_SELECTED)


class Unreadable(ValueError):
    """The document does not say what a draw needs."""


@dataclass(frozen=True)
class Drawn:
    """`outcomes` by code."""

    problem: Problem
    solution: Solution
    outcomes: dict[str, Proposed]
    checksum: str


def open_cases(given: Mapping) -> int:
    """How many of those drawn from may wait and not be selected, as something of theirs was still
    open."""
    return sum(1 for one in given["applicants"] if one.get("open"))


def by_hand(given: Mapping) -> Counter[str]:
    """How many people decided on, by outcome."""
    return Counter(one["by_hand"] for one in given["applicants"] if "by_hand" in one)


def document(given: Mapping, checksum: str) -> str:
    """The document's text."""
    return json.dumps({"input": given, "checksum": checksum}, ensure_ascii=False, indent=1) + "\n"


def run(given: Mapping) -> Drawn:
    """Draw what an input says. Raises `Unreadable`, `Contradictory`."""
    capacity = _whole(given, "capacity")
    waitlist = _whole(given, "waitlist")
    seed = _text(given, "seed")
    if given.get("format") != FORMAT:
        raise Unreadable(f"format: {given.get('format')!r}")
    rules = [_rule(one) for one in _list(given, "rules")]
    people = [_Person.read(one) for one in _list(given, "applicants")]
    if len({one.code for one in people}) < len(people):
        raise Unreadable("applicants: a code stands there twice")
    fixed = {one.code: one.by_hand for one in people if one.by_hand}
    problem = Problem(
        [
            Applicant(one.code, one.score, one.facts, one.by_hand == SELECTED)
            for one in people
            if one.by_hand == SELECTED or not (one.by_hand or one.is_open)
        ],
        rules,
        capacity,
        seed,
    )
    solution = solve(problem)
    candidates = [
        Candidate(one.code, one.code, True, one.is_open, one.score, None, lot(seed, one.code))
        for one in people
    ]
    outcomes = propose(candidates, capacity, waitlist, fixed, lambda _seats: solution.chosen)
    return Drawn(problem, solution, outcomes, _checksum(given, outcomes))


def read(text: str) -> tuple[dict, str]:
    """The input of a document and the checksum that it states. Raises `Unreadable`."""
    try:
        whole = json.loads(text)
        given, checksum = whole["input"], whole["checksum"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable(f"not a document of a draw ({error})") from error
    if not isinstance(given, dict) or not isinstance(checksum, str):
        raise Unreadable("not a document of a draw")
    return given, checksum


def digest(given: Mapping) -> str:
    """SHA-256 of the input alone."""
    return hashlib.sha256(_canonical(given)).hexdigest()


def _canonical(given: Mapping) -> bytes:
    return json.dumps(given, sort_keys=True, separators=(",", ":")).encode()


def _checksum(given: Mapping, outcomes: Mapping[str, Proposed]) -> str:
    whole = hashlib.sha256(_canonical(given) + b"\n")
    for code in sorted(outcomes):
        one = outcomes[code]
        rank = "" if one.rank is None else one.rank
        whole.update(f"{code}|{one.outcome}|{rank}\n".encode())
    return whole.hexdigest()


# -- reading -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Person:
    code: str
    score: int
    facts: dict[str, str | tuple[str, ...]]
    is_open: bool
    by_hand: str

    @classmethod
    def read(cls, given: object) -> _Person:
        if not isinstance(given, dict):
            raise Unreadable("applicants: not an object")
        code, by_hand = _text(given, "code"), given.get("by_hand", "")
        facts, is_open = given.get("facts", {}), given.get("open", False)
        if by_hand and by_hand not in BY_HAND:
            raise Unreadable(f"{code}: by_hand")
        if not isinstance(is_open, bool) or not isinstance(facts, dict):
            raise Unreadable(f"{code}: open, facts")
        return cls(code, _whole(given, "score"), _facts(code, facts), is_open, by_hand)


def _facts(code: str, given: dict) -> dict[str, str | tuple[str, ...]]:
    found: dict[str, str | tuple[str, ...]] = {}
    for factor, answers in given.items():
        if isinstance(answers, list) and all(isinstance(one, str) for one in answers):
            found[factor] = tuple(answers)
        elif isinstance(answers, str):
            found[factor] = answers
        else:
            raise Unreadable(f"{code}: facts")
    return found


def _rule(given: object) -> Rule:
    if not isinstance(given, dict) or given.get("kind") not in (FLOOR, CEILING):
        raise Unreadable("rules: floor or ceiling")
    if ("number" in given) == ("percent" in given):
        raise Unreadable("rules: either number or percent")
    value = given.get("value")
    if not isinstance(value, str):
        raise Unreadable("rules: value")
    number = _whole(given, "number") if "number" in given else None
    percent = _whole(given, "percent") if "percent" in given else None
    factor, order = _text(given, "factor"), _whole(given, "order")
    return Rule(factor, value, given["kind"], number, percent, order)


def _whole(given: Mapping, name: str) -> int:
    found = given.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= MOST:
        raise Unreadable(f"{name}: {str(found)[:LONGEST]!r}")
    return found


def _text(given: Mapping, name: str) -> str:
    found = given.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= LONGEST:
        raise Unreadable(f"{name}: {str(found)[:LONGEST]!r}")
    return found


def _list(given: Mapping, name: str) -> Sequence:
    found = given.get(name)
    if not isinstance(found, list):
        raise Unreadable(f"{name}: not a list")
    return found


__all__ = [
    "Contradictory",
    "Drawn",
    "Unreadable",
    "digest",
    "document",
    "open_cases",
    "read",
    "run",
]
