"""A window that two people extend after its close: drafts live on, and the late are told."""

from datetime import timedelta

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
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
READERS = [
    {"language": "es", "time_zone": "America/Montevideo"},
    {"language": "pt-br", "time_zone": "America/Sao_Paulo"},
    {"language": "en", "time_zone": "America/Jamaica"},
]
SAID = [
    "hasta las 04:00 del 17 de abril en Montevideo (07:00 UTC)",
    "até as 04:00 de 17 de abril em São Paulo (07:00 UTC)",
    "until 02:00 on 17 April in Jamaica (07:00 UTC)",
]


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
    late = [a_person(**READERS[number % 3]) for number in range(41)]
    for person in late:
        typed = answers(privacy_notice_version="1")
        keep_late_attempt(person, window, typed, at=WINDOW_CLOSES)
    in_time = a_submitted_application(window.edition)
    keep_late_attempt(in_time.person, window, None, at=WINDOW_CLOSES)
    closed = a_person(is_active=False)
    keep_late_attempt(closed, window, None, at=WINDOW_CLOSES)
    extend(window)
    told = OutgoingMessage.objects.filter(template="enrollment/mail/window_extended")
    assert {mail.person for mail in told} == set(late) and told.count() == 41
    for mail, said in zip(told.order_by("person"), SAID * 14, strict=False):
        assert said in mail.text and mail.language == mail.person.language
        assert mail.status == "queued"
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
@pytest.mark.parametrize("until", [WINDOW_CLOSES - SECOND, WINDOW_CLOSES])
def test_a_window_is_never_made_to_close_earlier(at, until):
    window = an_edition().windows.get()
    with pytest.raises(DomainError) as refusal:
        extend(window, until=until, at=at)
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


def test_extended_twice_the_late_are_told_of_each_close():
    window = an_edition().windows.select_related("edition__program").get()
    keep_late_attempt(a_person(), window, None, at=WINDOW_CLOSES)
    extend(window)
    window.refresh_from_db()
    extend(window, until=LATER + DAY)
    told = OutgoingMessage.objects.filter(template="enrollment/mail/window_extended")
    assert told.count() == 2
    closes = [
        entry.data["closes_at"]
        for entry in journal.history(window).filter(action="enrollment.extend")
    ]
    assert closes == [LATER.isoformat(), WINDOW_CLOSES.isoformat()]


def test_who_came_too_late_and_has_submitted_since_is_not_asked_again():
    window = an_edition().windows.select_related("edition__program").get()
    person = a_person()
    keep_late_attempt(person, window, answers(privacy_notice_version="1"), at=WINDOW_CLOSES)
    extend(window)
    draft = person.applications.get()
    submit_application(draft, by=person, at=WINDOW_CLOSES, revision=draft.revision)
    window.refresh_from_db()
    extend(window, until=LATER + DAY)
    told = OutgoingMessage.objects.filter(template="enrollment/mail/window_extended")
    assert told.count() == 1
