"""A window suspended in an outage: nobody gets in, nothing closes, and two people resume it."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse

from content.queries import current_edition
from content.showcase import admission_of
from enrollment.calendar import calendar_entries
from enrollment.models import (
    ApplicationStatus,
    EditionStatus,
    JointAct,
    LateAttempt,
    RegistrationWindow,
    StaffRole,
    WindowKind,
)
from enrollment.next_step import next_step
from enrollment.retention import forget_drafts
from enrollment.rules.applications import can_return, can_withdraw, can_write
from enrollment.rules.decisions import can_decide
from enrollment.rules.programs import can_extend
from enrollment.rules.windows import is_window_open
from enrollment.services import joint
from enrollment.services.applications import save_draft, submit_application, withdraw_application
from enrollment.services.phases import complete_phase, sign_up
from enrollment.services.suspending import proposed_close, suspend_window
from enrollment.tasks import task_tell_resumed
from lms import journal
from lms.decisions import DomainError
from lms.mail.models import OutgoingMessage
from tests.builders import (
    PHASE_ONE_OPENS,
    WINDOW_CLOSES,
    WINDOW_OPENS,
    a_person,
    a_staff_member,
    a_submitted_application,
    an_edition,
    an_enrollment,
    instant,
)
from tests.enrollment.applying import address, answers, draft, press_submit
from tests.enrollment.staff.desk import at_the_desk

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
OUTAGE = instant("2019-04-13T03:00")
BACK = instant("2019-04-13T06:00")
LATER = instant("2019-04-13T10:00")


def has_arrived(application, page: str) -> bool:
    """What the browser forgets of what it kept: all up to this revision."""
    return f'data-revision="{application.revision}"' in page


def a_window(**fields) -> RegistrationWindow:
    edition = an_edition(**fields)
    return RegistrationWindow.objects.select_related("edition__program", "phase").get(
        edition=edition
    )


def suspend(window, at=OUTAGE, by=None, reason="The server is down"):
    by = by or a_staff_member(window.edition.program)
    suspend_window(window, by=by, at=at, reason=reason)
    window.refresh_from_db()
    return window


def ask_to_resume(window, until=LATER, at=BACK, reason="The server is back"):
    by = a_staff_member(window.edition.program)
    given = {"new_closes_at": until.isoformat()}
    return joint.ask("resume", window, by=by, at=at, reason=reason, **given)


def confirm(act, at=BACK):
    approver = a_staff_member(act.program, StaffRole.SECOND_APPROVER)
    return joint.confirm(act, by=approver, at=at)


def resume(window, until=LATER, at=BACK):
    act = confirm(ask_to_resume(window, until, at), at)
    window.refresh_from_db()
    return act


def a_draft(window, person=None, at=WINDOW_OPENS, **typed):
    person = person or a_person(language="es")
    return save_draft(person, window, typed or {"given_names": "Rosa"}, revision=0, at=at)


def refusal_of(act, *args, **how) -> str:
    with pytest.raises(DomainError) as refusal:
        act(*args, **how)
    return refusal.value.code


# -- suspending --------------------------------------------------------------------------


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


# -- the applicant -----------------------------------------------------------------------


@pytest.fixture
def window(clock):
    clock(OUTAGE - SECOND)
    return a_window()


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


# -- resuming ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "proposed"),
    [
        (BACK, LATER),
        (BACK + SECOND, LATER + timedelta(minutes=1)),
        (OUTAGE, WINDOW_CLOSES),
        (OUTAGE + timedelta(days=2), WINDOW_CLOSES + timedelta(days=2)),
    ],
)
def test_the_proposed_close_is_later_by_the_outage(at, proposed):
    assert proposed_close(suspend(a_window()), at) == proposed


def test_two_people_resume_it_with_the_new_close():
    window = suspend(a_window())
    act = ask_to_resume(window)
    window.refresh_from_db()
    assert window.suspended_at == OUTAGE
    assert refusal_of(joint.confirm, act, by=act.asked_by, at=BACK) == "same_person"
    confirm(act)
    confirm(act)
    window.refresh_from_db()
    assert (window.suspended_at, window.closes_at) == (None, LATER)
    assert window.is_open(LATER - SECOND) and window.has_closed(LATER)
    logged = journal.history(window).get(action="enrollment.resume").data
    assert (logged["suspended_at"], logged["closes_at"], logged["new_closes_at"]) == (
        OUTAGE.isoformat(),
        WINDOW_CLOSES.isoformat(),
        LATER.isoformat(),
    )


@pytest.mark.parametrize(
    ("until", "at", "expected"),
    [
        (WINDOW_CLOSES - SECOND, BACK, "earlier"),
        (WINDOW_CLOSES, BACK, ""),
        (LATER, LATER - SECOND, ""),
        (LATER, LATER, "past"),
    ],
)
def test_it_never_closes_earlier_nor_in_the_past(until, at, expected):
    window = suspend(a_window())
    if expected:
        assert refusal_of(ask_to_resume, window, until, at) == expected
    else:
        resume(window, until, at)
        assert window.closes_at == until


def test_confirming_too_late_is_refused():
    window = suspend(a_window())
    act = ask_to_resume(window)
    assert refusal_of(confirm, act, at=LATER) == "past"
    window.refresh_from_db()
    assert window.suspended_at == OUTAGE


def test_what_is_not_suspended_is_not_resumed():
    assert refusal_of(ask_to_resume, a_window()) == "not_suspended"


def test_resuming_takes_a_reason():
    assert refusal_of(ask_to_resume, suspend(a_window()), reason=" ") == "reason_missing"


def test_it_is_not_resumed_while_an_extension_waits():
    window = a_window()
    by = a_staff_member(window.edition.program)
    given = {"new_closes_at": LATER.isoformat()}
    extension = joint.ask("extend", window, by=by, at=WINDOW_OPENS, reason="x", **given)
    suspend(window)
    assert refusal_of(ask_to_resume, window) == "extension_waits"
    assert refusal_of(confirm, extension) == "suspended"
    joint.drop(extension, by=by, at=BACK)
    resume(window)
    assert window.closes_at == LATER


def test_an_extension_asked_for_in_the_meantime_is_refused():
    window = suspend(a_window())
    assert can_extend(window, LATER, BACK).code == "suspended"


def test_an_act_on_an_earlier_suspension_is_not_confirmed():
    window = suspend(a_window())
    act = ask_to_resume(window)
    type(window).objects.filter(pk=window.pk).update(suspended_at=F("suspended_at") + SECOND)
    assert refusal_of(confirm, act) == "terms_changed"


# -- who is told -------------------------------------------------------------------------


def told(name="window_resumed"):
    return OutgoingMessage.objects.filter(template=f"enrollment/mail/{name}")


def test_whoever_was_interrupted_is_told_once_in_the_own_language_and_hour(clock):
    window = a_window()
    spanish = a_draft(window, a_person(language="es", time_zone="America/Montevideo"))
    portuguese = a_draft(window, a_person(language="pt-br", time_zone="America/Sao_Paulo"))
    unsent = a_submitted_application(window.edition, draft={"motivation": "x"})
    a_submitted_application(window.edition)
    closed = a_draft(window, a_person(is_active=False))
    erased = a_draft(window, a_person(erased_at=WINDOW_OPENS))
    suspend(window)
    act = resume(window)
    clock(BACK)
    for _time in range(2):
        task_tell_resumed(window.pk, act.pk)
    mails = {mail.person: mail for mail in told()}
    assert told().count() == 3
    assert mails.keys() == {spanish.person, portuguese.person, unsent.person}
    assert not mails.keys() & {closed.person, erased.person}
    assert "siguen" in mails[spanish.person].subject
    assert "07:00" in mails[spanish.person].text  # 10:00 UTC in Montevideo
    assert "prosseguem" in mails[portuguese.person].subject
    assert mails[spanish.person].scope == window.edition.program.slug


def test_a_second_suspension_is_told_of_again(clock):
    window = a_window()
    a_draft(window)
    for hours in (0, 1):
        suspend(window, at=OUTAGE + timedelta(hours=hours))
        act = resume(window, at=OUTAGE + timedelta(hours=hours, minutes=30))
        clock(OUTAGE + timedelta(hours=hours, minutes=30))
        task_tell_resumed(window.pk, act.pk)
    assert told().count() == 2


def test_nobody_is_told_when_it_was_suspended_again_or_has_closed(clock):
    window = a_window()
    a_draft(window)
    suspend(window)
    act = resume(window)
    clock(LATER)
    assert task_tell_resumed(window.pk, act.pk) == "0 told"
    suspend(window, at=BACK + SECOND)
    clock(BACK + SECOND)
    assert task_tell_resumed(window.pk, act.pk) == "0 told"
    assert task_tell_resumed(0, act.pk) == task_tell_resumed(window.pk, 0) == "gone"


# -- signing up --------------------------------------------------------------------------


def test_a_sign_up_is_suspended_and_resumed_in_the_same_way(clock):
    edition = an_edition()
    one, two = edition.phases.order_by("order")
    window = RegistrationWindow.objects.create(
        edition=edition,
        phase=two,
        kind=WindowKind.SIGN_UP,
        opens_at=PHASE_ONE_OPENS,
        closes_at=two.closes_at,
    )
    at = PHASE_ONE_OPENS + timedelta(days=1)
    done, other = an_enrollment(edition), an_enrollment(edition)
    complete_phase(done, one, work={}, at=PHASE_ONE_OPENS)
    suspend(window, at=at)
    assert refusal_of(sign_up, done, two, by=done.person, at=at) == "sign_up_suspended"
    assert "suspendida" in next_step(done.person, at).standing
    act = resume(window, until=two.closes_at, at=at)
    clock(at)
    task_tell_resumed(window.pk, act.pk)
    assert [mail.person for mail in told("sign_up_resumed")] == [done.person]
    assert sign_up(done, two, by=done.person, at=at).signed_up_at == at
    assert other.person != done.person


# -- the staff's pages -------------------------------------------------------------------


def test_a_coordinator_suspends_and_resumes_from_the_edition(client, window, clock, english):
    edition = window.edition
    at_the_desk(client, edition.program)
    page = reverse("enrollment_staff:window_suspend", args=[edition.pk, window.pk])
    overview = reverse("enrollment_staff:edition", args=[edition.pk])
    assert page in client.get(overview).content.decode()
    assert "At once nobody can submit" in client.get(page).content.decode()
    clock(OUTAGE)
    for _click in range(2):
        assert client.post(page, {"reason": "The server is down"}).status_code == 302
    assert client.post(page, {"reason": "a\x00b"}).status_code == 200
    window.refresh_from_db()
    assert window.suspended_at == OUTAGE
    text = client.get(overview).content.decode()
    assert "Suspended since" in text and "Window suspended" in text and page not in text
    clock(BACK)
    ask = reverse("enrollment_staff:ask", args=["resume", f"registrationwindow:{window.pk}"])
    assert ask in text
    assert (
        ask in client.get(reverse("enrollment_staff:selection", args=[edition.pk])).content.decode()
    )
    assert 'value="2019-04-13T03:00"' in client.get(ask).content.decode()  # 10:00 UTC in Tijuana
    answer = client.get(ask, {"new_closes_at": "2019-04-13T03:00"})
    assert "The form opens again at once" in answer.content.decode()
    given = {"terms": answer.context["raw_terms"], "reason": "It is back"}
    assert client.post(f"{ask}?new_closes_at=2019-04-13T03:00", given).status_code == 302
    assert JointAct.objects.get().act == "resume"


def test_the_staff_are_reminded_of_it_on_their_home(client, window, clock, english):
    at_the_desk(client, window.edition.program)
    said = "is suspended: nobody gets in until it is resumed"
    assert said not in client.get(reverse("wagtailadmin_home")).content.decode()
    suspend(window)
    clock(WINDOW_CLOSES)
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    assert said in page
    assert reverse("enrollment_staff:edition", args=[window.edition_id]) in page
    selection = reverse("enrollment_staff:selection", args=[window.edition_id])
    assert "now suspended, was to close" in client.get(selection).content.decode()
    at_the_desk(client, an_edition().program)
    assert said not in client.get(reverse("wagtailadmin_home")).content.decode()


@pytest.mark.parametrize("role", [role for role in StaffRole.values if role != "coordinator"])
def test_nobody_but_coordinators_finds_the_page(client, window, role):
    at_the_desk(client, window.edition.program, role)
    page = reverse("enrollment_staff:window_suspend", args=[window.edition_id, window.pk])
    assert client.get(page).status_code == 404
    assert client.post(page, {"reason": "x"}).status_code == 404
