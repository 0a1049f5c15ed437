"""An edition that selects nobody: first come, first served, then the list, in their order."""

from datetime import timedelta

import pytest
from django.urls import reverse

from certificates.models import Design
from certificates.services import issue_due
from content.models import LessonPage, Module
from content.services.quizzes import start_attempt, submit_attempt
from enrollment.models import AdmissionMode, Application, Decision, Enrollment, Outcome
from enrollment.rules.calendar import can_change_program
from enrollment.services.applications import submit_application, withdraw_application
from enrollment.services.due import sweep_editions
from enrollment.services.enrollments import withdraw_enrollment
from lms.decisions import DomainError
from lms.mail.models import OutgoingMessage
from tests.builders import (
    CERTIFICATES,
    LAST_ENTRY,
    PHASE_ONE_CLOSES,
    PHASE_ONE_OPENS,
    WINDOW_CLOSES,
    a_person,
    a_program,
    an_edition,
    instant,
)
from tests.content.builders import a_module_with_lessons
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


def test_a_corrected_answer_admits_whom_it_made_ineligible(client, edition):
    person = somebody(client, edition, country="ES")
    submit(client, edition, country="PE")
    assert Enrollment.objects.get().person == person
    assert not Decision.objects.filter(is_current=True).exists()
    assert mails(person)[-1] == "offer_accepted"


def test_a_corrected_answer_waits_where_no_seat_is_free(client, edition):
    late = somebody(client, edition, country="ES")
    for _seat in range(edition.capacity):
        somebody(client, edition)
    client.force_login(late)
    for _time in range(2):
        submit(client, edition, country="PE")
    current = Decision.objects.get(is_current=True)
    assert (current.application.person, current.outcome) == (late, Outcome.WAITLISTED)
    assert current.version == 2
    assert mails(late).count("waitlisted") == 1


def test_a_correction_that_corrects_nothing_refuses_once(client, edition):
    person = somebody(client, edition, country="ES")
    submit(client, edition, country="FR")
    assert Decision.objects.get().outcome == Outcome.INELIGIBLE
    assert mails(person).count("decision_ineligible") == 1


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


def test_the_page_after_sending_says_at_once_whether_there_is_a_place(client, edition):
    for said in ("Su lugar está confirmado", "Los lugares se dan en el orden"):
        client.force_login(a_person())
        answer = submit(client, edition)
        assert answer.url == address("outcome", edition)
        page = client.get(answer.url).content.decode()
        assert said in page
        assert "cumple los requisitos, y hubo" not in page
    page = client.get(address("application_withdraw", edition)).content.decode()
    assert "selección" not in page


def test_criteria_stand_until_nobody_enters_any_more(client, edition):
    fields = ["eligible_countries"]
    refusal = can_change_program(edition.program, fields, AT)
    assert refusal.code == "criteria_frozen"
    assert "decisi" not in str(refusal.reason)
    assert not can_change_program(edition.program, fields, LAST_ENTRY - timedelta(seconds=1))
    assert can_change_program(edition.program, fields, LAST_ENTRY)


def test_from_the_form_to_the_certificate(client, clock):
    """Everything between: nobody selects, nobody releases."""
    clock(AT)
    edition = an_edition(admission_mode=AdmissionMode.OPEN, capacity=1, release_planned_at=None)
    edition.phases.filter(order=2).delete()
    a_module_with_lessons(edition, lessons=1, questions=6)
    person = somebody(client, edition)
    clock(PHASE_ONE_OPENS)
    client.force_login(person)
    lesson = LessonPage.objects.get()
    assert client.get(lesson.url).status_code == 200
    client.post(reverse("content:mark_read", args=[lesson.translation_key]))
    enrollment = Enrollment.objects.get(person=person)
    attempt = start_attempt(enrollment, Module.objects.get(), PHASE_ONE_OPENS)
    right = {question["key"]: ["a"] for question in attempt.questions}
    submit_attempt(attempt, right, PHASE_ONE_OPENS)
    assert mails(person)[-1] == "phase_completed"
    sweep_editions(PHASE_ONE_CLOSES)
    design = Design.objects.create(program=edition.program, kind="program", body={"es": "Sí"})
    assert issue_due(edition, design, by=None, at=CERTIFICATES) == 1
    assert Enrollment.objects.get(person=person).status == "completed"


def test_the_letter_about_a_withdrawal_names_no_selection(client, edition):
    somebody(client, edition)
    person = somebody(client, edition)
    withdraw_application(Application.objects.get(person=person), by=person, at=AT)
    letter = OutgoingMessage.objects.filter(person=person).order_by("id").last()
    assert "lugar" in letter.text and "selección" not in letter.text


@pytest.mark.parametrize(("after", "said"), [(None, "hasta"), (WINDOW_CLOSES, "Ya no se puede")])
def test_who_leaves_the_list_reads_what_that_means(client, edition, clock, after, said):
    somebody(client, edition)
    person = somebody(client, edition)
    clock(after or AT)
    client.post(address("application_withdraw", edition))
    letter = OutgoingMessage.objects.get(person=person, template__endswith="application_withdrawn")
    assert said in letter.text
    page = client.get(address("outcome", edition)).content.decode()
    assert "Usted retiró su postulación" in page and "todavía no se conocen" not in page
