"""A window suspended in an outage: nobody gets in, nothing closes."""

from datetime import timedelta

import pytest

from content.queries import current_edition
from content.showcase import admission_of
from enrollment.calendar import calendar_entries
from enrollment.models import (
    ApplicationStatus,
    EditionStatus,
    LateAttempt,
    RegistrationWindow,
    StaffRole,
)
from enrollment.next_step import next_step
from enrollment.retention import forget_drafts
from enrollment.rules.applications import can_return, can_withdraw, can_write
from enrollment.rules.decisions import can_decide
from enrollment.rules.windows import is_window_open
from enrollment.services.applications import save_draft, submit_application, withdraw_application
from lms import journal
from lms.mail.models import OutgoingMessage
from tests.builders import (
    WINDOW_CLOSES,
    WINDOW_OPENS,
    a_person,
    a_staff_member,
    a_submitted_application,
    an_edition,
)
from tests.enrollment.applying import address, answers, draft, press_submit
from tests.enrollment.outages import (
    OUTAGE,
    SECOND,
    a_draft,
    a_window,
    has_arrived,
    refusal_of,
    suspend,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def window(clock):
    clock(OUTAGE - SECOND)
    return a_window()


@pytest.mark.parametrize(
    ("at", "expected"),
    [(OUTAGE - SECOND, ""), (OUTAGE, "window_suspended"), (OUTAGE + SECOND, "window_suspended")],
)
def test_from_the_second_of_the_suspension_on_nobody_writes(at, expected):
    window = suspend(a_window())
    application = a_draft(window)
    asked = a_submitted_application(window.edition, status=ApplicationStatus.INFO_REQUESTED)
    assert is_window_open(window, at).code == expected
    assert window.is_open(at) is (not expected)
    assert can_write(application, at).code == expected
    assert can_write(asked, at).code == expected


@pytest.mark.parametrize("at", [WINDOW_CLOSES - SECOND, WINDOW_CLOSES, WINDOW_CLOSES + SECOND])
def test_a_suspended_window_does_not_close(at):
    window = suspend(a_window())
    assert is_window_open(window, at).code == "window_suspended"
    assert not window.has_closed(at)
    assert window in RegistrationWindow.objects.not_closed(at)
    assert can_decide(window.edition, at).code == "window_suspended"
    assert admission_of(window.edition, at).code == "suspended"


def test_the_program_speaks_of_the_edition_whose_window_is_suspended():
    window = suspend(a_window())
    other = an_edition(window.edition.program).windows.get()
    other.opens_at, other.closes_at = OUTAGE, OUTAGE + SECOND
    other.save()
    for at in (WINDOW_CLOSES - SECOND, WINDOW_CLOSES):
        assert current_edition(window.edition.program, at) == window.edition


def test_nothing_of_a_suspended_window_is_forgotten_until_its_edition_is_over():
    window = suspend(a_window())
    application = a_draft(window)
    long_after = WINDOW_CLOSES + timedelta(days=400)
    program = window.edition.program
    assert forget_drafts(program, long_after) == 0
    window.edition.status = EditionStatus.CANCELLED
    window.edition.save()
    assert forget_drafts(program, long_after) == 1
    assert not type(application).objects.filter(pk=application.pk, person__isnull=False).exists()


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (WINDOW_OPENS - SECOND, "not_open"),
        (WINDOW_OPENS, ""),
        (WINDOW_CLOSES - SECOND, ""),
        (WINDOW_CLOSES, "not_open"),
    ],
)
def test_only_an_open_window_is_suspended(at, expected):
    window = a_window()
    if expected:
        assert refusal_of(suspend, window, at) == expected
    else:
        assert suspend(window, at).suspended_at == at


def test_a_draft_edition_has_nothing_to_suspend():
    assert refusal_of(suspend, a_window(status=EditionStatus.DRAFT)) == "not_published"


def test_suspending_takes_a_coordinator_of_the_program_and_a_reason():
    window = a_window()
    program = window.edition.program
    others = [a_staff_member(program, role) for role in StaffRole.values if role != "coordinator"]
    for by in [*others, a_staff_member(an_edition().program), a_person(is_superuser=True)]:
        assert refusal_of(suspend, window, by=by) == "not_theirs"
    assert refusal_of(suspend, window, reason="  ") == "reason_missing"
    window.refresh_from_db()
    assert window.suspended_at is None


def test_suspending_twice_is_suspending_once():
    window = suspend(a_window())
    suspend(window, at=OUTAGE + SECOND)
    assert window.suspended_at == OUTAGE
    entry = journal.history(window).get(action="enrollment.suspend_window")
    assert entry.data["reason"] == "The server is down"
    assert not OutgoingMessage.objects.exists()


def test_what_she_sends_while_suspended_is_kept_and_not_late(client, window, clock):
    person = a_person(language="es")
    client.force_login(person)
    draft(client, window.edition, button="save")
    suspend(window)
    clock(OUTAGE)
    application = person.applications.get()
    answer = draft(
        client, window.edition, revision=application.revision, motivation="Escrita en el corte."
    )
    assert answer.status_code == 403
    assert "guardado como borrador" in answer.content.decode()
    application.refresh_from_db()
    assert application.draft["motivation"] == "Escrita en el corte."
    assert application.status == ApplicationStatus.DRAFT
    assert not LateAttempt.objects.exists()
    page = client.get(address("application_form", window.edition)).content.decode()
    assert "suspendidas" in page
    for text in (answer.content.decode(), page):
        assert has_arrived(application, text)


def test_two_tabs_overwrite_each_other_no_more_than_in_an_open_window(client, window, clock):
    person = a_person(language="es")
    client.force_login(person)
    draft(client, window.edition, button="save", motivation="Una")
    suspend(window)
    clock(OUTAGE)
    answer = draft(client, window.edition, revision=0, motivation="Otra")
    assert answer.status_code == 409
    assert person.applications.get().draft["motivation"] == "Una"


def test_nobody_submits_while_suspended_and_the_answers_stay(client, window, clock):
    person = a_person(language="es")
    client.force_login(person)
    draft(client, window.edition)
    application = person.applications.get()
    suspend(window)
    clock(WINDOW_CLOSES)
    answer = press_submit(client, window.edition, revision=application.revision)
    assert answer.status_code == 403
    application.refresh_from_db()
    assert application.status == ApplicationStatus.DRAFT and application.draft
    assert not LateAttempt.objects.exists()
    refused = refusal_of(
        submit_application,
        application,
        by=person,
        at=WINDOW_CLOSES,
        revision=application.revision,
    )
    assert refused == "window_suspended"


def test_a_request_from_before_the_suspension_is_accepted(window):
    person = a_person(language="es")
    typed = answers(privacy_notice_version="1")
    application = save_draft(person, window, typed, revision=0, at=OUTAGE - SECOND)
    suspend(window)
    submitted = submit_application(
        application, by=person, at=OUTAGE - SECOND, revision=application.revision
    )
    assert submitted.status == ApplicationStatus.SUBMITTED


def test_a_submitted_application_is_read_and_withdrawn_but_not_changed(client, window, clock):
    application = a_submitted_application(window.edition, a_person(language="es"))
    client.force_login(application.person)
    suspend(window)
    clock(OUTAGE)
    page = client.get(address("application_status", window.edition)).content.decode()
    assert "suspendidas por el momento" in page and has_arrived(application, page)
    assert f'href="{address("application_form", window.edition)}"' not in page
    assert can_withdraw(application, OUTAGE)
    withdraw_application(application, by=application.person, at=OUTAGE)
    application.refresh_from_db()
    assert can_return(application, OUTAGE).code == "window_suspended"


@pytest.mark.parametrize("at", [OUTAGE, WINDOW_CLOSES])
def test_home_and_form_invite_nobody_while_suspended(client, window, clock, at):
    drafting = a_draft(window).person
    unsent = a_submitted_application(window.edition, draft={"motivation": "x"}).person
    suspend(window)
    clock(at)
    assert next_step(a_person(), at) is None
    drawn = [entry.text for entry in calendar_entries(window.edition_id, at)]
    assert "Postulaciones (suspendidas)" in drawn
    for person, said in (
        (drafting, "Su borrador queda guardado"),
        (unsent, "solo están guardados"),
    ):
        step = next_step(person, at)
        assert said in step.standing and "suspendidas" in step.standing and step.by is None
    page = client.get(address("application_form", window.edition)).content.decode()
    assert "suspendidas" in page and "<form" not in page.partition("<main")[2]
