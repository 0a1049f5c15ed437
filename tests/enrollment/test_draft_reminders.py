"""Who began and did not submit is reminded three days and one day before, at nine in her hour."""

from datetime import timedelta

import pytest

from enrollment.models import Application
from enrollment.services.applications import save_draft
from enrollment.services.due import sweep_editions
from lms.mail.models import OutgoingMessage
from tests.builders import (
    WINDOW_CLOSES,
    WINDOW_OPENS,
    a_person,
    a_submitted_application,
    an_edition,
    instant,
)
from tests.enrollment.applying import answers

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
# The window closes on Saturday 13 April, 7:00 UTC: in Lima on that day at two in the morning.
LIMA_FIRST, LIMA_LAST = instant("2019-04-10T14:00"), instant("2019-04-12T14:00")


def a_draft(edition, person=None, **typed):
    person = person or a_person()
    window = edition.windows.get(kind="application")
    return save_draft(person, window, answers(**typed), revision=0, at=WINDOW_OPENS)


def reminded() -> list[tuple[str, str]]:
    rows = OutgoingMessage.objects.filter(template="enrollment/mail/draft_reminder")
    return sorted(rows.values_list("person__email", flat=True))


def test_at_nine_in_the_morning_of_her_country_and_not_a_second_before():
    edition = an_edition()
    rosa = a_draft(edition).person
    sweep_editions(LIMA_FIRST - SECOND)
    assert reminded() == []
    for at in (LIMA_FIRST, LIMA_FIRST + SECOND, LIMA_FIRST + timedelta(days=1)):
        sweep_editions(at)
        assert reminded() == [rosa.email]
    sweep_editions(LIMA_LAST - SECOND)
    assert reminded() == [rosa.email]
    sweep_editions(LIMA_LAST)
    sweep_editions(LIMA_LAST + SECOND)
    assert reminded() == [rosa.email] * 2


def test_everybody_has_their_own_hour():
    edition = an_edition()
    rosa, joao = a_draft(edition).person, a_draft(edition, country="BR").person
    nowhere = a_draft(edition, country="").person
    sweep_editions(instant("2019-04-10T09:00"))
    assert reminded() == [nowhere.email]
    sweep_editions(instant("2019-04-10T12:00"))
    assert reminded() == sorted([joao.email, nowhere.email])
    sweep_editions(LIMA_FIRST)
    assert reminded() == sorted([joao.email, nowhere.email, rosa.email])


def test_a_worker_that_slept_writes_once():
    a_draft(an_edition())
    sweep_editions(LIMA_LAST + timedelta(hours=3))
    assert len(reminded()) == 1


def test_who_submitted_withdrew_began_later_or_is_gone_is_not_reminded():
    edition = an_edition()
    a_submitted_application(edition)
    a_submitted_application(edition, status="withdrawn")
    late = a_draft(edition)
    Application.objects.filter(pk=late.pk).update(created_at=LIMA_LAST + SECOND)
    gone = a_draft(edition)
    type(gone.person).objects.filter(pk=gone.person_id).update(is_active=False)
    sweep_editions(LIMA_LAST + timedelta(hours=1))
    assert reminded() == []


def test_two_editions_of_a_program_remind_each_of_its_own():
    first = an_edition()
    person = a_draft(first).person
    a_draft(an_edition(first.program), person)
    sweep_editions(LIMA_FIRST)
    assert reminded() == [person.email] * 2


@pytest.mark.parametrize("at", [WINDOW_CLOSES, WINDOW_CLOSES + timedelta(days=1)])
def test_nobody_is_reminded_of_what_is_over(at):
    a_draft(an_edition())
    sweep_editions(at)
    assert reminded() == []


def test_nobody_is_reminded_while_the_window_is_suspended():
    edition = an_edition()
    a_draft(edition)
    edition.windows.update(suspended_at=LIMA_FIRST - SECOND)
    sweep_editions(LIMA_FIRST)
    assert reminded() == []


def test_a_later_close_reminds_again():
    edition = an_edition()
    rosa = a_draft(edition).person
    sweep_editions(LIMA_LAST)
    edition.windows.update(closes_at=WINDOW_CLOSES + timedelta(days=7))
    sweep_editions(LIMA_LAST + timedelta(days=7) - SECOND)
    sweep_editions(LIMA_LAST + timedelta(days=7))
    assert reminded() == [rosa.email] * 3


@pytest.mark.parametrize(
    ("language", "subject", "until"),
    [
        ("es", "aún no fue enviada", "12 de abril"),
        ("pt-br", "ainda não foi enviada", "12 de abril"),
        ("en", "not submitted yet", "12 April"),
    ],
)
def test_she_reads_it_in_her_language_with_the_close_in_her_hour(language, subject, until):
    a_draft(an_edition(), a_person(language=language))
    sweep_editions(LIMA_FIRST)
    message = OutgoingMessage.objects.get()
    assert subject in message.subject and until in message.text
    assert message.expires_at == WINDOW_CLOSES
