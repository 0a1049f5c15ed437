"""A window that two people extend after its close: drafts live on, and the late are told."""

import pytest

from enrollment.models import StaffRole
from enrollment.services import joint
from enrollment.services.applications import keep_late_attempt, save_draft, submit_application
from lms import journal
from lms.decisions import DomainError
from lms.mail.models import OutgoingMessage
from tests.builders import (
    WINDOW_CLOSES,
    WINDOW_OPENS,
    a_person,
    a_staff_member,
    a_submitted_application,
    an_edition,
    instant,
)
from tests.enrollment.applying import answers

pytestmark = pytest.mark.django_db
LATER = instant("2019-04-17T07:00")


def extend(window, until=LATER, at=WINDOW_CLOSES):
    program = window.edition.program
    act = joint.ask(
        "extend",
        window,
        by=a_staff_member(program),
        at=at,
        reason="The site was down",
        new_closes_at=until.isoformat(),
    )
    approver = a_staff_member(program, StaffRole.SECOND_APPROVER)
    return [joint.confirm(act, by=approver, at=at) for _click in range(2)][0]


def test_an_extended_window_reopens_lapsed_drafts_and_tells_the_late():
    window = an_edition().windows.select_related("edition__program").get()
    late = [a_person(language="es") for _one in range(3)]
    for person in late:
        typed = answers(privacy_notice_version="1")
        keep_late_attempt(person, window, typed, at=WINDOW_CLOSES)
    in_time = a_submitted_application(window.edition)
    keep_late_attempt(in_time.person, window, None, at=WINDOW_CLOSES)
    extend(window)
    told = OutgoingMessage.objects.filter(template="enrollment/mail/window_extended")
    assert {mail.person for mail in told} == set(late) and told.count() == 3
    draft = late[0].applications.get()
    submitted = submit_application(
        draft, by=late[0], at=LATER.replace(hour=6), revision=draft.revision
    )
    assert submitted.status == "submitted"
    logged = journal.history(window).get(action="enrollment.extend").data
    assert (logged["closes_at"], logged["new_closes_at"], logged["reason"]) == (
        WINDOW_CLOSES.isoformat(),
        LATER.isoformat(),
        "The site was down",
    )


@pytest.mark.parametrize("at", [WINDOW_OPENS, WINDOW_CLOSES])
def test_a_window_is_never_made_to_close_earlier(at):
    window = an_edition().windows.get()
    with pytest.raises(DomainError) as refusal:
        extend(window, until=WINDOW_CLOSES.replace(hour=6), at=at)
    assert refusal.value.code == "earlier"
    window.refresh_from_db()
    assert window.closes_at == WINDOW_CLOSES


def test_a_window_is_not_extended_once_the_decisions_are_locked():
    edition = an_edition(decisions_locked_at=instant("2019-04-15T21:00"))
    with pytest.raises(DomainError) as refusal:
        extend(edition.windows.get(), at=instant("2019-04-15T21:00"))
    assert refusal.value.code == "locked"


def test_a_draft_lapsed_until_the_extension_is_saved_again():
    window = an_edition().windows.select_related("edition__program").get()
    person = a_person()
    application = save_draft(person, window, {"given_names": "Rosa"}, revision=0, at=WINDOW_OPENS)
    changed = {"given_names": "Rosa María"}
    with pytest.raises(DomainError):
        save_draft(person, window, changed, revision=application.revision, at=WINDOW_CLOSES)
    extend(window)
    window.refresh_from_db()
    kept = save_draft(person, window, changed, revision=application.revision, at=WINDOW_CLOSES)
    assert kept.draft == changed
