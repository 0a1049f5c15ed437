"""A freed seat goes to the next in rank, for 48 hours and not beyond the last entry."""

from datetime import timedelta

import pytest

from enrollment.balance.problem import FLOOR, Rule
from enrollment.models import Offer
from enrollment.rules.seats import seats_taken
from enrollment.services.offers import accept_offer, decline_offer
from enrollment.services.waitlist import call_waitlist
from lms.mail.models import OutgoingMessage
from tests.builders import LAST_ENTRY, RELEASE, instant
from tests.enrollment.seats import a_released_edition, an_offer, somebody_waiting
from tests.enrollment.test_balancing import a_ruled_edition

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
TWO_DAYS = timedelta(hours=48)
WEDNESDAY, SATURDAY = instant("2019-04-24T15:00"), instant("2019-04-27T15:00")


@pytest.fixture
def edition():
    return a_released_edition(capacity=1)


@pytest.mark.parametrize(
    ("at", "respond_by"),
    [
        (WEDNESDAY, WEDNESDAY + TWO_DAYS),
        (LAST_ENTRY - TWO_DAYS - SECOND, LAST_ENTRY - SECOND),
        (LAST_ENTRY - TWO_DAYS, LAST_ENTRY),
        (LAST_ENTRY - TWO_DAYS + SECOND, LAST_ENTRY),
        (SATURDAY, LAST_ENTRY),
    ],
    ids=["24 April", "a second less", "just 48 hours", "a second more", "not beyond the end"],
)
def test_a_freed_seat_is_offered_to_the_first_in_rank(edition, at, respond_by):
    offer = an_offer(edition)
    second, first = somebody_waiting(edition, 2), somebody_waiting(edition, 1)
    assert call_waitlist(edition, RELEASE) == 0
    accept_offer(offer, by=offer.application.person, at=RELEASE)
    decline_offer(offer, by=offer.application.person, at=at)
    assert call_waitlist(edition, at) == 1
    assert call_waitlist(edition, at) == 0
    called = Offer.objects.get(from_waitlist=True)
    assert called.application == first.application
    assert (called.visible_at, called.respond_by) == (at, respond_by)
    assert seats_taken(edition) == 1
    told = OutgoingMessage.objects.filter(template="enrollment/mail/waitlist_called")
    assert [mail.person for mail in told] == [first.application.person]
    assert not Offer.objects.filter(application=second.application).exists()


@pytest.mark.parametrize(("country", "goes_to"), [("JM", 2), ("PE", 1)])
def test_the_rank_decides_unless_a_floor_of_countries_would_be_broken(country, goes_to):
    """The only Jamaican, or one of two Peruvians, gives the seat back on 24 April."""
    edition = a_ruled_edition(
        Rule("country", "JM", FLOOR, number=1), Rule("country", "PE", FLOOR, number=1), capacity=3
    )
    leaves = an_offer(edition, country=country)
    for other in {"JM", "PE"} - {country} | {"UY"}:
        an_offer(edition, country=other)
    waiting = [somebody_waiting(edition, rank, country=of) for rank, of in ((1, "PE"), (2, "JM"))]
    decline_offer(leaves, by=leaves.application.person, at=WEDNESDAY)
    assert call_waitlist(edition, WEDNESDAY) == 1
    called = Offer.objects.get(from_waitlist=True)
    assert called.application == waiting[goes_to - 1].application
    assert called.respond_by == WEDNESDAY + TWO_DAYS


@pytest.mark.parametrize(
    ("at", "called"), [(LAST_ENTRY - SECOND, 1), (LAST_ENTRY, 0), (LAST_ENTRY + SECOND, 0)]
)
def test_nobody_is_called_from_the_last_entry_on(edition, at, called):
    somebody_waiting(edition, 1)
    assert call_waitlist(edition, at) == called


@pytest.mark.parametrize(("at", "called"), [(RELEASE - SECOND, 0), (RELEASE, 1)])
def test_nobody_is_called_before_the_release(edition, at, called):
    somebody_waiting(edition, 1)
    assert call_waitlist(edition, at) == called


@pytest.mark.parametrize("fields", [{"eligibility": "needs_proof"}, {"status": "withdrawn"}])
def test_who_may_not_enter_is_passed_over(edition, fields):
    somebody_waiting(edition, 1, **fields)
    next_one = somebody_waiting(edition, 2)
    assert call_waitlist(edition, WEDNESDAY) == 1
    assert Offer.objects.get().application == next_one.application


def test_as_many_are_called_as_seats_are_free():
    edition = a_released_edition(capacity=2)
    waiting = [somebody_waiting(edition, rank) for rank in (1, 2, 3)]
    assert call_waitlist(edition, WEDNESDAY) == 2
    called = Offer.objects.values_list("application", flat=True)
    assert set(called) == {one.application_id for one in waiting[:2]}
