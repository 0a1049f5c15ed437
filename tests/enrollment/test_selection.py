"""The proposal of outcomes, over plain values."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from enrollment.models import Outcome
from enrollment.selection import (
    INELIGIBLE,
    NOT_SELECTED,
    SELECTED,
    WAITLISTED,
    Candidate,
    Proposed,
    propose,
    waitlist_length,
)

FIRST = datetime(2019, 4, 1, tzinfo=UTC)


def a_candidate(key, score=50, *, hours=0, eligible=True, is_open=False):
    return Candidate(
        key, f"C{key}", eligible, is_open, Decimal(score), FIRST + timedelta(hours=hours)
    )


def test_the_outcomes_are_those_of_the_model():
    assert {SELECTED, WAITLISTED, NOT_SELECTED, INELIGIBLE} == set(Outcome.values)


def test_seats_then_waitlist_then_not_selected():
    outcomes = propose([a_candidate(n, score=90 - n) for n in range(5)], capacity=2, waitlist=2)
    assert [outcomes[n] for n in range(5)] == [
        Proposed(SELECTED),
        Proposed(SELECTED),
        Proposed(WAITLISTED, 1),
        Proposed(WAITLISTED, 2),
        Proposed(NOT_SELECTED),
    ]


def test_ties_go_to_the_earlier_submission_whatever_the_order_given():
    late, early = a_candidate(1, hours=5), a_candidate(2, hours=1)
    for order in ([late, early], [early, late]):
        assert propose(order, 1, 1)[2] == Proposed(SELECTED)


def test_ineligible_takes_no_place():
    outcomes = propose([a_candidate(1, 99, eligible=False), a_candidate(2, 1)], 1, 1)
    assert outcomes == {1: Proposed(INELIGIBLE), 2: Proposed(SELECTED)}


def test_whoever_is_open_is_never_selected_and_waits_behind_the_settled():
    candidates = [a_candidate(1, 99, is_open=True), a_candidate(2, 10), a_candidate(3, 5)]
    outcomes = propose(candidates, capacity=1, waitlist=2)
    assert outcomes[2] == Proposed(SELECTED)
    assert outcomes[3] == Proposed(WAITLISTED, 1)
    assert outcomes[1] == Proposed(WAITLISTED, 2)


def test_an_open_seat_stays_free_rather_than_going_to_the_unsettled():
    assert propose([a_candidate(1, is_open=True)], 5, 5) == {1: Proposed(WAITLISTED, 1)}


def test_exceptions_stay_and_their_seats_count():
    candidates = [a_candidate(n, score=90 - n) for n in range(4)]
    outcomes = propose(candidates, 2, 1, exceptions={3: SELECTED, 0: NOT_SELECTED})
    assert outcomes == {
        3: Proposed(SELECTED),
        0: Proposed(NOT_SELECTED),
        1: Proposed(SELECTED),
        2: Proposed(WAITLISTED, 1),
    }


def test_whoever_waits_by_hand_has_a_rank_by_score_and_a_place():
    candidates = [a_candidate(n, score=90 - n) for n in range(4)]
    outcomes = propose(candidates, 1, 1, exceptions={3: WAITLISTED})
    assert outcomes[3] == Proposed(WAITLISTED, 1)
    assert outcomes[1] == outcomes[2] == Proposed(NOT_SELECTED)


def test_the_waitlist_is_a_share_of_the_seats_rounded_up():
    assert waitlist_length(1000, 35) == 350
    assert waitlist_length(3, 35) == 2
    assert waitlist_length(3, 0) == 0
