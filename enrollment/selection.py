"""The proposal of outcomes: who is selected, who waits and in which order. Pure: plain values.

Order is by score, then by lot where lots are drawn, then by submission (the earlier first), then by
code, so that the same applications always give the same proposal.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

SELECTED, WAITLISTED, NOT_SELECTED, INELIGIBLE = (
    "selected",
    "waitlisted",
    "not_selected",
    "ineligible",
)


@dataclass(frozen=True)
class Candidate:
    """`open` says that something is still to be proved (the earlier course, eligibility):
    whoever is open may wait, behind everybody who is settled, and is never selected."""

    key: int
    code: str
    eligible: bool
    open: bool
    score: Decimal
    submitted_at: datetime | None = None
    lot: int = 0

    @property
    def order(self) -> tuple:
        return (self.open, -self.score, self.lot, self.submitted_at, self.code)


@dataclass(frozen=True)
class Proposed:
    outcome: str
    rank: int | None = None


def waitlist_length(capacity: int, percent: int) -> int:
    """How many may wait: `percent` of the seats, rounded up."""
    return -(-capacity * percent // 100)


def propose(
    candidates: Iterable[Candidate],
    capacity: int,
    waitlist: int,
    exceptions: Mapping[int, str] | None = None,
    choose: Callable[[int], Collection[int]] | None = None,
) -> dict[int, Proposed]:
    """An outcome for every candidate, by key.

    `choose` gives the keys of those who get so many seats; without it the first in order do.

    `exceptions` are outcomes that were decided by hand and stay: a seat given so counts, and
    whoever waits by hand has a rank even beyond `waitlist` places."""
    exceptions = exceptions or {}
    outcomes = {key: Proposed(outcome) for key, outcome in exceptions.items()}
    rest = []
    for candidate in sorted(candidates, key=lambda candidate: candidate.order):
        if candidate.key in exceptions:
            if exceptions[candidate.key] == WAITLISTED:
                rest.append(candidate)
        elif candidate.eligible:
            rest.append(candidate)
        else:
            outcomes[candidate.key] = Proposed(INELIGIBLE)
    seats = max(0, capacity - sum(outcome == SELECTED for outcome in exceptions.values()))
    free = [c.key for c in rest if not c.open and c.key not in exceptions]
    chosen = set(choose(seats) if choose else free[:seats])
    outcomes |= {key: Proposed(SELECTED) for key in chosen}
    waiting = [c for c in rest if c.key not in chosen]
    return outcomes | _rank(waiting, waitlist, exceptions)


def _rank(waiting: list[Candidate], places: int, by_hand: Collection[int]) -> dict[int, Proposed]:
    ranked, rank = {}, 0
    places -= sum(candidate.key in by_hand for candidate in waiting)
    for candidate in waiting:
        if candidate.key not in by_hand:
            places -= 1
        if candidate.key in by_hand or places >= 0:
            rank += 1
            ranked[candidate.key] = Proposed(WAITLISTED, rank)
        else:
            ranked[candidate.key] = Proposed(NOT_SELECTED)
    return ranked
