"""The last hours under rules of balance: who is called, who is outrun, and what is read for it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from enrollment.balance.problem import CEILING, FLOOR, Rule
from enrollment.models import Edition, Offer
from enrollment.rules.seats import seats_left
from enrollment.services import freed_seats
from enrollment.services.offers import decline_offer
from enrollment.services.waitlist import call_waitlist
from tests.enrollment.seats import a_released_edition, an_offer, somebody_waiting
from tests.enrollment.test_balancing import a_ruled_edition
from tests.enrollment.test_first_to_confirm import NOW, a_line, begin, called, mails, press

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


# -- the balance ---------------------------------------------------------------------------


def test_nobody_is_called_whose_seat_would_pass_a_ceiling():
    edition = a_ruled_edition(Rule("country", "PE", CEILING, number=1), capacity=3)
    an_offer(edition, country="PE")
    somebody_waiting(edition, 1, country="PE")
    somebody_waiting(edition, 2, country="UY")
    begin(edition)
    assert called(edition) == [2]


def test_a_confirmation_that_brings_the_ceiling_outruns_those_it_would_break_with():
    edition = a_ruled_edition(Rule("country", "PE", CEILING, number=1), capacity=2)
    first, second = (somebody_waiting(edition, rank, country="PE") for rank in (1, 2))
    third = somebody_waiting(edition, 3, country="UY")
    begin(edition)
    assert called(edition) == [1, 2, 3]
    assert press(second) == "confirmed"
    assert press(first) == "no_seat" and mails(first)[-1] == "seat_taken"
    assert seats_left(edition) == 1 and called(edition) == [3]
    assert call_waitlist(edition, NOW + HOUR) == 0
    assert press(third) == "confirmed"


def test_the_last_seat_is_kept_for_a_floor_that_somebody_waiting_meets():
    edition = a_ruled_edition(Rule("gender", "woman", FLOOR, number=1), capacity=2)
    men = [somebody_waiting(edition, rank, gender="man") for rank in (1, 2, 3)]
    woman = somebody_waiting(edition, 4, gender="woman")
    begin(edition)
    assert 4 in called(edition)
    assert press(men[0]) == "confirmed" and press(men[1]) == "no_seat"
    assert called(edition) == [4] and call_waitlist(edition, NOW + HOUR) == 0
    decline_offer(woman.application.offer, by=woman.application.person, at=NOW + HOUR)
    assert call_waitlist(edition, NOW + HOUR) == 2
    assert press(men[2], NOW + 2 * HOUR) == "confirmed"


def test_a_press_reads_the_line_once_and_only_where_rules_are_stated(monkeypatch):
    read = []
    facts = freed_seats.facts_of
    monkeypatch.setattr(freed_seats, "facts_of", lambda *given: read.append(given) or facts(*given))
    ruled = a_ruled_edition(Rule("country", "PE", CEILING, number=1), capacity=2)
    line = [somebody_waiting(ruled, rank, country="PE") for rank in (1, 2, 3)]
    begin(ruled)
    read.clear()
    assert press(line[0]) == "confirmed" and len(read) == 1
    assert mails(line[1])[-1] == "seat_taken" and mails(line[2]) == []
    plain = a_released_edition(slug="plain", program=ruled.program, capacity=2)
    line = a_line(plain, 4)
    begin(plain)
    with CaptureQueriesContext(connection) as asked:
        assert press(line[0]) == "confirmed"
    assert not [one for one in asked.captured_queries if "waitlist_rank" in one["sql"]]


@pytest.mark.parametrize(
    "state",
    [
        {"outrun_at": NOW, "holds_seat": True},
        {"outrun_at": NOW, "holds_seat": False, "status": "accepted"},
    ],
)
def test_the_database_lets_nobody_be_outrun_who_has_a_seat(state):
    edition = a_released_edition(capacity=1)
    a_line(edition, 1)
    begin(edition)
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.update(**state)


@pytest.mark.parametrize(("since", "per_seat"), [(None, 2), (NOW, 1), (NOW, 11)])
def test_the_database_calls_several_to_a_seat_only_while_it_is_on(since, per_seat):
    edition = a_released_edition(capacity=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(
            first_to_confirm_at=since, called_per_seat=per_seat
        )
