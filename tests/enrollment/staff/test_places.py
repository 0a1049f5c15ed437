"""Places, offers, the waitlist, and what a coordinator does with a place."""

import csv
import io
from datetime import timedelta

import pytest

from enrollment.models import EnrollmentStatus, OfferStatus, PhaseProgress, StaffRole
from enrollment.services import enrollments as services
from enrollment.services.offers import reinstate_offer
from enrollment.services.phases import extend_phase
from enrollment.staff.place import PlaceForm
from lms import journal
from lms.accounts.admin_profile import follow
from lms.decisions import DomainError
from lms.mail.models import OutgoingMessage
from tests.builders import (
    PHASE_ONE_CLOSES,
    a_program,
    a_staff_member,
    an_edition,
    an_enrollment,
    instant,
)
from tests.enrollment.seats import a_released_edition, an_offer, somebody_waiting
from tests.enrollment.staff.desk import address, at_the_desk

pytestmark = pytest.mark.django_db
IN_PHASE_ONE = instant("2019-05-10T12:00")


@pytest.fixture(autouse=True)
def _now(clock):
    clock(IN_PHASE_ONE)


@pytest.fixture
def place():
    return an_enrollment(a_released_edition())


@pytest.fixture
def coordinator(client, place):
    return at_the_desk(client, place.edition.program)


def act(client, place, name, **values):
    values = {"seen": PlaceForm.state_of(place), **values}
    data = {"act": name, **{f"{name}-{key}": value for key, value in values.items()}}
    answer = client.post(address("place", place.pk), data)
    place.refresh_from_db()
    return answer


def names(client, listing, **query):
    page = client.get(address(listing, **query))
    assert page.status_code == 200
    return {row.pk for row in page.context["object_list"]}


def test_phase_is_extended_for_one_person(client, place, coordinator):
    one = place.edition.phases.get(order=1)
    answer = act(client, place, "extend", phase=one.pk, days="7", reason="Fever")
    assert answer.status_code == 302
    progress = PhaseProgress.objects.get(enrollment=place, phase=one)
    assert progress.extended_to == instant("2019-06-03T07:00")
    assert journal.history(place).get(action="enrollment.extend_phase").user == coordinator
    assert OutgoingMessage.objects.filter(person=place.person).count() == 1


def test_only_coordinators_of_the_program_act_on_a_place(place):
    one, program = place.edition.phases.get(order=1), place.edition.program
    offer = an_offer(place.edition)
    others = [
        place.person,
        a_staff_member(program, StaffRole.SECOND_APPROVER),
        a_staff_member(a_program()),
    ]
    until = one.closes_at + timedelta(days=1)
    acts = [
        lambda given: services.remove_enrollment(place, **given),
        lambda given: services.defer_enrollment(place, **given),
        lambda given: services.restore_enrollment(place, **given),
        lambda given: extend_phase(place, one, until, **given),
        lambda given: reinstate_offer(offer, **given),
    ]
    for act_on in acts:
        for by in others:
            with pytest.raises(DomainError) as refusal:
                act_on({"by": by, "at": IN_PHASE_ONE, "reason": "Because"})
            assert refusal.value.code == "not_theirs"


@pytest.mark.parametrize("days", ["0", "8", "x"])
def test_extension_is_of_one_to_seven_days(client, place, coordinator, days):
    one = place.edition.phases.get(order=1)
    assert act(client, place, "extend", phase=one.pk, days=days, reason="Fever").status_code == 200
    assert not PhaseProgress.objects.filter(extended_to__gt=PHASE_ONE_CLOSES).exists()


def test_phase_of_another_edition_is_not_extended(client, place, coordinator):
    other = an_edition(place.edition.program).phases.get(order=1)
    answer = act(client, place, "extend", phase=other.pk, days="3", reason="Fever")
    assert answer.status_code == 200
    assert not PhaseProgress.objects.exists()


@pytest.mark.parametrize(
    ("name", "status"),
    [("defer", EnrollmentStatus.DEFERRED), ("remove", EnrollmentStatus.REMOVED)],
)
def test_place_is_ended_with_a_reason(client, place, coordinator, name, status):
    assert act(client, place, name, reason="").status_code == 200
    assert place.status == EnrollmentStatus.CONFIRMED
    act(client, place, name, reason="As agreed with her")
    assert place.status == status
    assert "As agreed with her" in client.get(address("place", place.pk)).content.decode()


def test_deferred_place_is_given_back_into_a_free_seat_only(client, place, coordinator):
    act(client, place, "defer", reason="Illness")
    place.edition.capacity = 1
    place.edition.save()
    taken = an_enrollment(place.edition)
    answer = act(client, place, "restore", reason="She is well")
    assert answer.status_code == 200 and place.status == EnrollmentStatus.DEFERRED
    taken.delete()
    act(client, place, "restore", reason="She is well")
    assert place.status == EnrollmentStatus.CONFIRMED


def test_second_approver_changes_no_place(client, place):
    at_the_desk(client, place.edition.program, StaffRole.SECOND_APPROVER)
    assert act(client, place, "remove", reason="x").status_code == 404
    assert place.status == EnrollmentStatus.CONFIRMED


def test_places_are_filtered(client, place, coordinator):
    one = place.edition.phases.get(order=1)
    done = an_enrollment(
        place.edition, status=EnrollmentStatus.WITHDRAWN, first_opened_at=IN_PHASE_ONE
    )
    PhaseProgress.objects.create(enrollment=done, phase=one, completed_at=IN_PHASE_ONE)
    elsewhere = an_enrollment(an_edition(place.edition.program))
    assert names(client, "places") == {place.pk, done.pk, elsewhere.pk}
    assert names(client, "places", edition=place.edition.pk) == {place.pk, done.pk}
    assert names(client, "places", completed=one.pk) == {done.pk}
    assert names(client, "places", not_completed=one.pk) == {place.pk}
    assert names(client, "places", status="withdrawn") == {done.pk}
    assert names(client, "places", began="yes") == {done.pk}
    assert names(client, "places", country="BR") == set()
    assert names(client, "places", q="quispe " + place.application.code) == {place.pk}


def test_export_of_places_is_logged(client, place, coordinator):
    answer = client.get(address("places", export="csv"))
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 2 and place.person.email in rows[1]
    assert (
        journal.history(place.edition).get(action="enrollment.export_places").data["count"] == "1"
    )


def test_offers_are_filtered_and_lead_to_their_application(client):
    offer = an_offer()
    at_the_desk(client, offer.edition.program)
    assert names(client, "offers", status="pending") == {offer.pk}
    assert names(client, "offers", status="expired") == set()
    page = client.get(address("offers")).content.decode()
    assert address("application", offer.application_id) in page
    assert offer.status == OfferStatus.PENDING


def test_waitlist_is_shown_in_the_order_of_its_ranks(client, place, coordinator):
    second = somebody_waiting(place.edition, 2)
    first = somebody_waiting(place.edition, 1)
    page = client.get(address("waitlist", place.edition.pk))
    assert [row.pk for row in page.context["object_list"]] == [first.pk, second.pk]
    assert "waiting" in page.content.decode()


def test_an_act_on_a_place_that_changed_meanwhile_is_looked_at_again(client, place, coordinator):
    seen = PlaceForm.state_of(place)
    services.withdraw_enrollment(place, by=place.person, at=IN_PHASE_ONE)
    answer = act(client, place, "restore", seen=seen, reason="She is well")
    assert answer.status_code == 200 and "changed in the meantime" in answer.content.decode()
    assert place.status == EnrollmentStatus.WITHDRAWN
    again = PlaceForm.state_of(place)
    assert f'name="restore-seen" value="{again}"' in answer.content.decode()
    act(client, place, "restore", seen=again, reason="She is well")
    assert place.status == EnrollmentStatus.CONFIRMED


def test_hours_of_a_list_name_the_editions_zone(client, coordinator, place):
    edition = place.edition
    edition.ruling_zone = "America/Montevideo"
    edition.save()
    place.confirmed_at = instant("2019-04-20T12:30")
    place.save()
    assert "20 Apr 2019, 09:30 (Montevideo)" in (client.get(address("places")).content.decode())


def test_hours_of_a_list_are_told_in_the_readers_zone(client, coordinator, place):
    coordinator.time_zone = "America/Lima"
    coordinator.save()
    follow(coordinator)
    place.confirmed_at = instant("2019-04-20T12:30")
    place.save()
    assert "20 Apr 2019, 07:30<" in (client.get(address("places")).content.decode())
