"""Requests at planned instants, whether or not the earlier ones were answered: an open loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import quantiles

HANDS = 64  # so many answers may be waited for at once


@dataclass(frozen=True)
class Answer:
    """What an act gave, and the seconds from the instant for which it was planned to its end."""

    name: str
    given: object
    seconds: float


def arrive(
    planned: Iterable[tuple[float, str, Callable[[], object]]], begin: float, hands: int = HANDS
) -> list[Answer]:
    """Do each `(second, name, act)` so many seconds after `begin`, of `time.monotonic`. An act that
    raises ends it all. Answers are in the order of their instants."""

    def do(second: float, name: str, act: Callable[[], object]) -> Answer:
        given = act()
        return Answer(name, given, time.monotonic() - begin - second)

    with ThreadPoolExecutor(hands) as pool:
        begun = []
        for second, name, act in sorted(planned, key=lambda one: one[0]):
            time.sleep(max(begin + second - time.monotonic(), 0))
            begun.append(pool.submit(do, second, name, act))
        return [one.result() for one in begun]


def p95(seconds: Iterable[float]) -> float:
    return quantiles(seconds, n=20)[-1]
