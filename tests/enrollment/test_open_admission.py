"""An edition that selects nobody: first come, first served, then the list, in their order."""

from datetime import timedelta

import pytest

from enrollment.models import AdmissionMode, Application, Decision, Enrollment, Outcome
from enrollment.services.applications import submit_application, withdraw_application
from enrollment.services.due import sweep_editions
from enrollment.services.enrollments import withdraw_enrollment
from lms.decisions import DomainError
from lms.mail.models import OutgoingMessage
from tests.builders import a_person, a_program, an_edition, instant
from tests.enrollment.applying import address, submit

pytestmark = pytest.mark.django_db
AT = instant("2019-04-02T15:00")


@pytest.fixture
def edition(clock):
    clock(AT)
    return an_edition(
        admission_mode=AdmissionMode.OPEN,
        capacity=1,
        release_planned_at=None,
        offers_respond_by=None,
    )


def somebody(client, edition, **changes):
    person = a_person()
    client.force_login(person)
    submit(client, edition, **changes)
    return person


def mails(person):
    rows = OutgoingMessage.objects.filter(person=person).order_by("id")
    return [row.template.rpartition("/")[2] for row in rows]


def test_who_comes_first_has_the_seat_and_the_next_one_waits(client, edition):
    first, second = somebody(client, edition), somebody(client, edition)
    assert Enrollment.objects.get().person == first
    waiting = Decision.objects.get()
    assert (waiting.application.person, waiting.waitlist_rank) == (second, 1)
    assert mails(first) == ["application_received", "offer_accepted"]
    assert mails(second) == ["application_received", "waitlisted"]
    page = client.get(address("outcome", edition)).content.decode()
    assert "<strong>1</strong>" in page
    status = client.get(address("application_status", edition)).content.decode()
    assert address("outcome", edition) in status


def test_a_seat_that_is_given_back_goes_to_who_waits(client, edition):
    first, second = somebody(client, edition), somebody(client, edition)
    withdraw_enrollment(Enrollment.objects.get(), by=first, at=AT)
    done = sweep_editions(AT + timedelta(minutes=1))
    assert done["called from the waitlist"] == 1
    assert mails(second)[-1] == "waitlist_called"
    third = somebody(client, edition)
    assert mails(third)[-1] == "waitlisted"


def test_the_ineligible_read_so_at_once(client, edition):
    person = somebody(client, edition, country="ES")
    assert not Enrollment.objects.exists()
    assert Decision.objects.get().outcome == Outcome.INELIGIBLE
    assert mails(person) == ["application_received", "decision_ineligible"]
    assert sweep_editions(AT)["outcomes told"] == 0


def test_whose_match_is_open_waits_for_it(client, clock):
    clock(AT)
    edition = an_edition(
        a_program(needs_alumni=True), admission_mode=AdmissionMode.OPEN, capacity=1
    )
    somebody(client, edition)
    assert Decision.objects.get().outcome == Outcome.WAITLISTED
    assert sweep_editions(AT)["called from the waitlist"] == 0
    Application.objects.update(alumni_match="confirmed")
    assert sweep_editions(AT)["called from the waitlist"] == 1


def test_a_second_submission_changes_nothing(client, edition):
    person = somebody(client, edition)
    application = Application.objects.get()
    submit_application(application, by=person, at=AT, revision=application.revision)
    submit(client, edition, motivation="Otra motivación.")
    assert (Enrollment.objects.count(), len(mails(person))) == (1, 2)


def test_who_has_a_place_leaves_the_place_not_the_application(client, edition):
    person = somebody(client, edition)
    with pytest.raises(DomainError) as refusal:
        withdraw_application(Application.objects.get(), by=person, at=AT)
    assert refusal.value.code == "enrolled"
