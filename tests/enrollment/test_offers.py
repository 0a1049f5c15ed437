from contextlib import suppress
from datetime import timedelta

import pytest

from enrollment.models import (
    ApplicationStatus,
    Enrollment,
    EnrollmentStatus,
    Offer,
    OfferStatus,
    PeerName,
)
from enrollment.models.offers import OFFER_TRANSITIONS
from enrollment.rules.seats import seats_left
from enrollment.services.offers import (
    accept_offer,
    decline_offer,
    expire_offers,
    make_offers,
    reinstate_offer,
    remind_offers,
    unmake_offers,
)
from lms.decisions import DomainError
from lms.journal import history
from lms.mail.models import OutgoingMessage
from tests.builders import LAST_ENTRY, OFFERS_EXPIRE, RELEASE, a_person, a_staff_member, instant
from tests.enrollment.seats import a_decision, a_released_edition, an_applicant, an_offer

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ANSWERED = RELEASE + DAY


def actions(row):
    return [entry.action.removeprefix("enrollment.") for entry in reversed(history(row))]


def mails(person=None):
    rows = OutgoingMessage.objects.order_by("id")
    rows = rows.filter(person=person) if person else rows
    return [row.template.removeprefix("enrollment/mail/") for row in rows]


def in_state(status, **application) -> Offer:
    offer = an_offer(**application)
    if status == OfferStatus.ACCEPTED:
        accept_offer(offer, by=offer.application.person, at=ANSWERED)
    elif status == OfferStatus.DECLINED:
        decline_offer(offer, by=offer.application.person, at=ANSWERED)
    elif status == OfferStatus.EXPIRED:
        expire_offers(offer.edition, OFFERS_EXPIRE)
    offer.refresh_from_db()
    return offer


def move(offer, status):
    """The act that leads to `status`, at an hour at which nothing but the state speaks."""
    person, coordinator = offer.application.person, a_staff_member(offer.edition.program)
    if status == OfferStatus.ACCEPTED:
        accept_offer(offer, by=person, at=ANSWERED + HOUR)
    elif status == OfferStatus.DECLINED:
        decline_offer(offer, by=person, at=ANSWERED + HOUR)
    elif status == OfferStatus.EXPIRED:
        expire_offers(offer.edition, OFFERS_EXPIRE)
    else:
        reinstate_offer(offer, by=coordinator, at=OFFERS_EXPIRE + HOUR, reason="Holy Week leave")


@pytest.mark.parametrize("before", OfferStatus.values)
@pytest.mark.parametrize("after", OfferStatus.values)
def test_offer_moves_only_as_its_table_says(before, after):
    offer = in_state(before)
    if after in OFFER_TRANSITIONS[before]:
        move(offer, after)
        offer.refresh_from_db()
        assert offer.status == after
        return
    with suppress(DomainError):
        move(offer, after)
    offer.refresh_from_db()
    assert offer.status == before


def test_offers_made_for_the_selected_once():
    edition = a_released_edition()
    chosen, other = a_decision(edition), a_decision(edition, "not_selected")
    armed_at = instant("2019-04-15T22:00")
    assert make_offers(edition, at=armed_at) == 1
    assert make_offers(edition, at=armed_at) == 0
    offer = Offer.objects.get()
    assert offer.application == chosen.application != other.application
    assert (offer.visible_at, offer.respond_by) == (RELEASE, OFFERS_EXPIRE)
    assert mails() == []


def test_offers_made_never_exceed_the_seats():
    edition = a_released_edition(capacity=1)
    a_decision(edition), a_decision(edition)
    with pytest.raises(DomainError) as refusal:
        make_offers(edition, at=instant("2019-04-15T22:00"))
    assert refusal.value.code == "no_seat"
    assert not Offer.objects.exists()


def test_offers_go_again_when_the_release_is_disarmed():
    offer = an_offer()
    assert unmake_offers(offer.edition, at=RELEASE) == 0
    assert unmake_offers(offer.edition, at=RELEASE - SECOND) == 1
    assert not Offer.objects.exists()


def test_offer_made_after_a_correction_lasts_two_days():
    edition = a_released_edition()
    a_decision(edition)
    corrected_at = OFFERS_EXPIRE - HOUR
    make_offers(edition, at=corrected_at)
    offer = Offer.objects.get()
    assert (offer.visible_at, offer.respond_by) == (corrected_at, corrected_at + 2 * DAY)


def test_offer_accepted_makes_the_place_with_the_applications_facts():
    person = an_applicant()
    offer = an_offer(
        person=person,
        language="pt-br",
        certificate_name="María José Ñáñez d'Ávila-Gonçalves",
        answers={"show_name_to_peers": "name_and_initial"},
    )
    place = accept_offer(offer, by=person, at=ANSWERED)
    again = accept_offer(offer, by=person, at=ANSWERED + HOUR)
    assert again == place == Enrollment.objects.get()
    assert place.certificate_name == "María José Ñáñez d'Ávila-Gonçalves"
    assert (place.language, place.peer_name) == ("pt-br", "Rosa M.")
    assert (place.confirmed_at, place.status) == (ANSWERED, EnrollmentStatus.CONFIRMED)
    assert actions(offer) == ["accept_offer"]
    assert actions(place) == ["enroll"]
    assert mails() == ["offer_accepted"]


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        (PeerName.FULL, "Rosa Medina Quispe"),
        (PeerName.INITIAL, "Rosa M."),
        ("", "Rosa Medina Quispe"),
    ],
)
def test_offer_accepted_keeps_the_name_peers_see(mode, shown):
    offer = an_offer(answers={"show_name_to_peers": mode})
    assert accept_offer(offer, by=offer.application.person, at=ANSWERED).peer_name == shown


def test_offer_accepted_under_a_pseudonym_tells_nothing_of_the_name():
    offer = an_offer(answers={"show_name_to_peers": PeerName.PSEUDONYM})
    place = accept_offer(offer, by=offer.application.person, at=ANSWERED)
    assert "Rosa" not in place.peer_name
    assert offer.application.code not in place.peer_name


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (RELEASE - SECOND, "no_offer"),
        (RELEASE, ""),
        (OFFERS_EXPIRE - SECOND, ""),
        (OFFERS_EXPIRE, "expired"),
        (OFFERS_EXPIRE + SECOND, "expired"),
    ],
)
def test_offer_accepted_between_its_instants(at, code):
    offer = an_offer()
    try:
        accept_offer(offer, by=offer.application.person, at=at)
    except DomainError as error:
        assert error.code == code
        assert not Enrollment.objects.exists()
    else:
        assert code == ""


def test_offer_accepted_by_nobody_else():
    offer = an_offer()
    for stranger in (a_person(), None):
        with pytest.raises(DomainError) as refusal:
            accept_offer(offer, by=stranger, at=ANSWERED)
        assert refusal.value.code == "not_yours"


def test_offer_of_a_withdrawn_application_is_not_there_and_its_seat_is_freed():
    offer = an_offer()
    offer.application.status = ApplicationStatus.WITHDRAWN
    offer.application.save()
    with pytest.raises(DomainError):
        accept_offer(offer, by=offer.application.person, at=ANSWERED)
    assert expire_offers(offer.edition, ANSWERED) == 1
    offer.refresh_from_db()
    assert offer.status == OfferStatus.DECLINED
    assert mails() == []


def test_offer_declined_frees_the_seat_once():
    offer = an_offer()
    left = seats_left(offer.edition)
    for _time in range(2):
        decline_offer(offer, by=offer.application.person, at=ANSWERED)
    assert seats_left(offer.edition) == left + 1
    assert actions(offer) == ["decline_offer"]
    assert mails() == ["offer_declined"]


@pytest.mark.parametrize(
    ("at", "allowed"),
    [(LAST_ENTRY - SECOND, True), (LAST_ENTRY, False), (LAST_ENTRY + SECOND, False)],
)
def test_offer_accepted_can_be_declined_until_the_last_entry(at, allowed):
    offer = in_state(OfferStatus.ACCEPTED)
    if not allowed:
        with pytest.raises(DomainError):
            decline_offer(offer, by=offer.application.person, at=at)
        assert Enrollment.objects.get().holds_seat
        return
    decline_offer(offer, by=offer.application.person, at=at)
    assert Enrollment.objects.get().status == EnrollmentStatus.WITHDRAWN
    assert seats_left(offer.edition) == offer.edition.capacity


@pytest.mark.parametrize(
    ("at", "count"), [(OFFERS_EXPIRE - SECOND, 0), (OFFERS_EXPIRE, 1), (OFFERS_EXPIRE + SECOND, 1)]
)
def test_offers_expire_at_their_instant(at, count):
    offer = an_offer()
    assert expire_offers(offer.edition, at) == count
    assert expire_offers(offer.edition, at) == 0
    assert mails() == ["offer_expired"] * count
    assert actions(offer) == ["expire_offer"] * count


def test_offers_expire_around_one_that_cannot():
    edition = a_released_edition()
    poison = an_offer(edition, person=a_person(time_zone="Nowhere/At-All"))
    others = [an_offer(edition) for _number in range(3)]
    assert expire_offers(edition, OFFERS_EXPIRE) == 3
    poison.refresh_from_db()
    assert poison.status == OfferStatus.PENDING
    assert mails() == ["offer_expired"] * 3
    assert all(actions(offer) == ["expire_offer"] for offer in others)


def test_offers_are_reminded_of_two_days_and_twelve_hours_before():
    offer = an_offer()
    edition = offer.edition
    at = lambda hours: remind_offers(edition, OFFERS_EXPIRE - hours * HOUR)  # noqa: E731
    assert [at(49), at(48), at(47), at(13), at(12), at(11), at(0)] == [0, 1, 0, 0, 1, 0, 0]
    assert mails() == ["offer_reminder"] * 2


def test_offers_are_reminded_of_once_after_the_worker_slept():
    offer = an_offer()
    assert remind_offers(offer.edition, OFFERS_EXPIRE - HOUR) == 1
    assert remind_offers(offer.edition, OFFERS_EXPIRE - SECOND) == 0


def test_offers_answered_are_not_reminded_of():
    offer = in_state(OfferStatus.ACCEPTED)
    assert remind_offers(offer.edition, OFFERS_EXPIRE - HOUR) == 0


def test_offer_expired_in_holy_week_is_reinstated_into_a_free_seat():
    offer = in_state(OfferStatus.EXPIRED)
    coordinator = a_staff_member(offer.edition.program)
    at = instant("2019-04-27T15:00")
    with pytest.raises(DomainError) as refusal:
        reinstate_offer(offer, by=coordinator, at=at, reason=" ")
    assert refusal.value.code == "reason_missing"
    for _time in range(2):
        offer = reinstate_offer(offer, by=coordinator, at=at, reason="Holy Week leave")
    assert offer.respond_by == LAST_ENTRY
    assert history(offer)[0].data["reason"] == "Holy Week leave"
    assert mails(offer.application.person)[-1] == "offer_reinstated"
    assert accept_offer(offer, by=offer.application.person, at=at + HOUR).holds_seat


def test_offer_expired_is_not_reinstated_without_a_seat_or_after_the_last_entry():
    offer = in_state(OfferStatus.EXPIRED)
    coordinator = a_staff_member(offer.edition.program)
    with pytest.raises(DomainError) as refusal:
        reinstate_offer(offer, by=coordinator, at=LAST_ENTRY, reason="late")
    assert refusal.value.code == "entry_closed"
    offer.edition.capacity = 1
    offer.edition.save()
    an_offer(offer.edition)
    with pytest.raises(DomainError) as refusal:
        reinstate_offer(offer, by=coordinator, at=OFFERS_EXPIRE + HOUR, reason="leave")
    assert refusal.value.code == "no_seat"
