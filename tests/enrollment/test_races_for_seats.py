"""What happens at once to seats: the last one, an answer at the deadline, a double click, two who
are called to one."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connections

from enrollment.models import Enrollment, Offer
from enrollment.queries import waiting
from enrollment.rules.seats import seats_taken
from enrollment.services.applications import save_draft, submit_application
from enrollment.services.enrollments import withdraw_enrollment
from enrollment.services.first_to_confirm import (
    end_first_to_confirm,
    forecast,
    start_first_to_confirm,
)
from enrollment.services.offers import accept_offer, decline_offer, expire_offers, reinstate_offer
from enrollment.services.waitlist import call_waitlist, seat_or_wait
from lms.accounts.models import User
from lms.mail.models import OutgoingMessage
from tests.builders import (
    LAST_ENTRY,
    OFFERS_EXPIRE,
    RELEASE,
    a_person,
    a_staff_member,
    a_submitted_application,
    an_edition,
    instant,
)
from tests.enrollment.applying import answers
from tests.enrollment.seats import a_released_edition, an_offer, somebody_waiting
from tests.rounds import RACES as ROUNDS
from tests.rounds import at_once

AT = instant("2019-04-02T15:00")

MOMENT = timedelta(milliseconds=1)


@pytest.fixture(autouse=True)
def _committed(real_database):
    yield
    connections.close_all()


def test_the_last_seat_goes_to_one_of_two():
    for _round in range(ROUNDS):
        edition = an_edition(admission_mode="open", capacity=1)
        both = [a_submitted_application(edition) for _one in range(2)]
        given = at_once(*(lambda row=row: seat_or_wait(row, AT) for row in both))
        assert sum(place is not None for place in given) == 1
        assert seats_taken(edition) == 1
        queue = edition.decisions.filter(is_current=True)
        assert [decision.waitlist_rank for decision in queue] == [1]


def test_of_many_who_send_at_once_so_many_enter_as_there_are_seats():
    """Three seats and seven people, each with the form filled in: they press within one instant."""
    for _round in range(ROUNDS):
        edition = an_edition(admission_mode="open", capacity=3)
        seven = [filled_in(edition) for _one in range(7)]
        assert at_once(*map(pressing, seven)) == ["submitted"] * 7
        assert seats_taken(edition) == edition.enrollments.count() == 3
        queue = edition.decisions.filter(is_current=True)
        assert sorted(decision.waitlist_rank for decision in queue) == [1, 2, 3, 4]
        for row in seven:
            told = "offer_accepted" if hasattr(row, "enrollment") else "waitlisted"
            mails = OutgoingMessage.objects.filter(person=row.person).order_by("id")
            names = [mail.template.rpartition("/")[2] for mail in mails]
            assert names == ["application_received", told]


def test_a_seat_given_back_goes_to_who_waits_and_to_no_newcomer():
    """The one who leaves, the sweep that calls, and somebody who applies, all at once."""
    for _round in range(ROUNDS):
        edition = an_edition(admission_mode="open", capacity=1)
        first, second, newcomer = (filled_in(edition) for _one in range(3))
        pressing(first)(), pressing(second)()
        place = edition.enrollments.get()
        at_once(
            lambda place=place: withdraw_enrollment(place, by=place.person, at=AT),
            lambda edition=edition: call_waitlist(edition, AT + MOMENT),
            pressing(newcomer),
        )
        call_waitlist(edition, AT + 2 * MOMENT)
        assert seats_taken(edition) == 1
        [offer] = Offer.objects.filter(edition=edition)
        assert offer.application_id == second.pk
        assert newcomer.decisions.get(is_current=True).waitlist_rank == 2


def filled_in(edition):
    window = edition.windows.select_related("edition__program").get()
    typed = answers(privacy_notice_version="1")
    return save_draft(a_person(), window, typed, revision=0, at=AT)


def pressing(row):
    def press():
        return submit_application(row, by=row.person, at=AT, revision=row.revision).status

    return press


def test_of_two_called_for_the_last_seat_one_is_enrolled_and_one_keeps_the_rank():
    """999 of 1,000 seats are held; both of those called press within the same instant."""
    edition = a_released_edition(capacity=1000)
    people = User.objects.bulk_create(
        User(email=f"held{number}@correo.example") for number in range(999)
    )
    Enrollment.objects.bulk_create(
        Enrollment(person=person, edition=edition, language="es", confirmed_at=RELEASE)
        for person in people
    )
    for round_number in range(ROUNDS):
        ranks = (2 * round_number + 1, 2 * round_number + 2)
        both = [somebody_waiting(edition, rank) for rank in ranks]
        offers = Offer.objects.bulk_create(
            Offer(
                application=decision.application,
                edition=edition,
                visible_at=OFFERS_EXPIRE,
                respond_by=OFFERS_EXPIRE + timedelta(hours=48),
                from_waitlist=True,
                holds_seat=False,
            )
            for decision in both
        )

        def press(offer):
            return accept_offer(offer, by=offer.application.person, at=OFFERS_EXPIRE + MOMENT).pk

        given = at_once(*(lambda offer=offer: press(offer) for offer in offers))
        assert given.count("no_seat") == 1
        assert edition.enrollments.count() == 1000
        loser = both[given.index("no_seat")]
        loser.refresh_from_db()
        assert loser.is_current and loser.waitlist_rank in ranks
        assert loser.application.offer.status == "pending"
        assert loser in waiting(edition, OFFERS_EXPIRE + MOMENT)
        told = OutgoingMessage.objects.filter(person=loser.application.person)
        assert [mail.template for mail in told] == ["enrollment/mail/seat_taken"]
        assert seats_taken(edition) == 1000
        Offer.objects.filter(edition=edition).delete()
        edition.enrollments.filter(application__isnull=False).delete()
        edition.decisions.update(is_current=False)


def test_who_confirms_while_the_call_is_ended_has_a_seat_or_waits_again():
    for _round in range(ROUNDS):
        edition = a_released_edition(capacity=1)
        decision = somebody_waiting(edition, 1)
        person, by = decision.application.person, a_staff_member(edition.program)
        now = LAST_ENTRY - timedelta(hours=3)
        how = {"by": by, "at": now, "reason": "x"}
        shown = forecast(edition, now).said
        assert start_first_to_confirm(edition, 2, shown=shown, **how) == 1
        offer = Offer.objects.get(edition=edition)
        at = now + MOMENT
        answer, _ended = at_once(
            partial(accept_offer, offer, by=person, at=at),
            partial(end_first_to_confirm, edition, by=by, at=at, reason="x"),
        )
        offer.refresh_from_db()
        told = OutgoingMessage.objects.filter(person=person).order_by("id")
        names = [mail.template.rpartition("/")[2] for mail in told]
        if answer == "no_seat":
            assert offer.status == "expired" and list(waiting(edition, at)) == [decision]
            assert names == ["first_to_confirm", "seat_taken"]
        else:
            assert offer.status == "accepted" and answer.holds_seat
            assert names == ["first_to_confirm", "offer_accepted"]
        assert seats_taken(edition) == (answer != "no_seat")


def test_of_ten_called_to_two_seats_two_are_enrolled_and_eight_told_once():
    for _round in range(ROUNDS // 4):
        edition = a_released_edition(capacity=2)
        people = [somebody_waiting(edition, rank).application.person for rank in range(1, 11)]
        by, now = a_staff_member(edition.program), LAST_ENTRY - timedelta(hours=3)
        shown = forecast(edition, now).said
        how = {"shown": shown, "by": by, "at": now, "reason": "x"}
        begun = at_once(*[partial(start_first_to_confirm, edition, 5, **how)] * 2)
        assert begun in ([10, None], [None, 10])
        offers = Offer.objects.filter(edition=edition).select_related("application__person")
        given = at_once(
            *(
                partial(accept_offer, one, by=one.application.person, at=now + MOMENT)
                for one in offers
            )
        )
        assert given.count("no_seat") == 8 and seats_taken(edition) == 2
        told = OutgoingMessage.objects.filter(person__in=people, template__endswith="seat_taken")
        assert told.count() == 8 == told.values("person").distinct().count()


def test_a_double_click_on_accept_is_one_place():
    for _round in range(ROUNDS):
        offer = an_offer(a_released_edition(capacity=1))
        person = offer.application.person

        def press(offer=offer, person=person):
            return accept_offer(offer, by=person, at=RELEASE).pk

        first, second = at_once(press, press)
        assert first == second
        assert OutgoingMessage.objects.filter(person=person).count() == 1


def test_an_answer_and_the_expiry_end_in_one_order():
    for _round in range(ROUNDS):
        offer = an_offer(a_released_edition(capacity=1))
        edition, person = offer.edition, offer.application.person
        at_once(
            lambda offer=offer, person=person: accept_offer(
                offer, by=person, at=OFFERS_EXPIRE - MOMENT
            ),
            lambda edition=edition: expire_offers(edition, OFFERS_EXPIRE),
        )
        offer.refresh_from_db()
        has_place = Enrollment.objects.filter(person=person).exists()
        assert offer.status == ("accepted" if has_place else "expired")
        assert seats_taken(edition) == int(has_place)
        assert OutgoingMessage.objects.filter(person=person).count() == 1


def test_who_accepts_in_one_tab_and_declines_in_the_other_has_declined():
    for _round in range(ROUNDS):
        offer = an_offer(a_released_edition(capacity=1))
        person = offer.application.person
        accepted, _declined = at_once(
            partial(accept_offer, offer, by=person, at=RELEASE),
            partial(decline_offer, offer, by=person, at=RELEASE + MOMENT),
        )
        offer.refresh_from_db()
        assert offer.status == "declined" and seats_taken(offer.edition) == 0
        places = Enrollment.objects.filter(person=person)
        assert [place.status for place in places] == ["withdrawn"] * (accepted != "declined")
        told = OutgoingMessage.objects.filter(person=person, template__endswith="offer_declined")
        assert told.count() == 1


def test_a_free_seat_is_the_reinstated_person_s_or_the_next_one_s_never_both():
    for _round in range(ROUNDS):
        edition = a_released_edition(capacity=1)
        offer = an_offer(edition)
        by = a_staff_member(edition.program)
        somebody_waiting(edition, 1)
        expire_offers(edition, OFFERS_EXPIRE)
        reinstate = partial(reinstate_offer, offer, by=by, reason="Holy Week leave")
        reinstated, called = at_once(
            partial(reinstate, at=OFFERS_EXPIRE + MOMENT),
            partial(call_waitlist, edition, OFFERS_EXPIRE + MOMENT),
        )
        assert seats_taken(edition) == 1
        assert called == (reinstated == "no_seat")
