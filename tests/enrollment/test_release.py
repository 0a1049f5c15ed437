"""From the release on everybody is told, once; before it no letter exists."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrollment.models import Decision, Offer, StaffRole
from enrollment.services import joint, release
from enrollment.services.decisions import propose_decisions
from enrollment.services.release import write_due_messages, write_outcome_messages
from lms.mail import mailings
from lms.mail import services as mail
from lms.mail.delivery import Courier
from lms.mail.models import Mailing, OutgoingMessage
from tests.builders import (
    RELEASE,
    WINDOW_CLOSES,
    a_person,
    a_staff_member,
    a_submitted_application,
    an_edition,
)

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
MONDAY = WINDOW_CLOSES + timedelta(days=2)
LANGUAGES = ("es", "pt-br", "en")


def an_armed_edition(people, **fields):
    edition = an_edition(**fields)
    coordinator = a_staff_member(edition.program)
    approver = a_staff_member(edition.program, StaffRole.SECOND_APPROVER)
    for number, person in enumerate(people):
        a_submitted_application(edition, person, score=90 - number)
    propose_decisions(edition, by=coordinator, at=MONDAY)
    for act in ("lock", "arm"):
        asked = joint.ask(act, edition, by=coordinator, at=MONDAY)
        joint.confirm(asked, by=approver, at=MONDAY)
    edition.refresh_from_db()
    return edition


def letters(person=None):
    rows = OutgoingMessage.objects.filter(template__contains="decision_")
    return rows.filter(person=person) if person else rows


def test_no_letter_exists_before_the_instant_and_one_each_from_it_on():
    people = [a_person() for _number in range(5)]
    edition = an_armed_edition(people, capacity=2, waitlist_percent=50)
    assert write_due_messages(RELEASE - SECOND) == 0
    assert write_outcome_messages(edition, RELEASE - SECOND) == 0
    assert not OutgoingMessage.objects.exists()
    assert write_due_messages(RELEASE) == 5
    assert write_due_messages(RELEASE + SECOND) == 0
    assert [letters(person).get().template.rpartition("/")[2] for person in people] == [
        "decision_offer",
        "decision_offer",
        "decision_waitlist",
        "decision_not_selected",
        "decision_not_selected",
    ]


def test_a_sweep_that_was_killed_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr(release, "CHUNK", 2)
    edition = an_armed_edition([a_person() for _number in range(5)], capacity=2)
    release._tell_chunk(edition, RELEASE)
    assert letters().count() == 2
    assert write_due_messages(RELEASE + SECOND) == 3
    assert letters().count() == 5


def test_a_letter_is_written_once_even_when_its_mark_was_lost():
    an_armed_edition([a_person()], capacity=1)
    write_due_messages(RELEASE)
    Decision.objects.update(told_at=None)
    write_due_messages(RELEASE + SECOND)
    assert letters().count() == 1


def test_who_answered_before_the_worker_ran_gets_no_letter_that_asks():
    person = a_person()
    an_armed_edition([person], capacity=1)
    Offer.objects.update(status="accepted", answered_at=RELEASE)
    write_due_messages(RELEASE + timedelta(hours=2))
    assert not letters().exists()
    assert Decision.objects.get().told_at


def test_who_withdrew_gets_no_letter():
    edition = an_armed_edition([a_person(), a_person()], capacity=1)
    edition.applications.update(status="withdrawn")
    assert write_due_messages(RELEASE) == 0


def test_letters_say_what_to_do_by_when_in_the_readers_language_and_zone():
    person = a_person(language="en", time_zone="America/Lima")
    edition = an_armed_edition([person], capacity=1)
    write_due_messages(RELEASE)
    letter = letters(person).get()
    assert letter.scope == edition.program.slug
    assert letter.subject == (
        "You have a place in the program: confirm it by Thursday 25 April 2019"
    )
    assert "until 02:00 on 26 April in Lima (07:00 UTC)" in letter.text
    assert "/en/my/" in letter.text
    assert letter.text.count("http") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ineligible_are_told_which_requirement_is_not_met(language):
    person = a_person(language=language)
    edition = an_edition()
    row = a_submitted_application(
        edition, person, eligibility="ineligible", eligibility_reason="region"
    )
    coordinator = a_staff_member(edition.program)
    propose_decisions(edition, by=coordinator, at=MONDAY)
    approver = a_staff_member(edition.program, StaffRole.SECOND_APPROVER)
    for act in ("lock", "arm"):
        asked = joint.ask(act, edition, by=coordinator, at=MONDAY)
        joint.confirm(asked, by=approver, at=MONDAY)
    write_due_messages(RELEASE)
    letter = letters(person).get()
    assert row.code in letter.subject
    assert f"/{language}/my/" in letter.text


def test_a_chunk_costs_the_same_for_few_and_for_many_of_whatever_outcome():
    queries = []
    for size, capacity in ((1, 1), (9, 9), (9, 3)):
        people = [a_person() for _number in range(size)]
        edition = an_armed_edition(people, capacity=capacity, waitlist_percent=50)
        with CaptureQueriesContext(connection) as captured:
            release._tell_chunk(edition, RELEASE)
        queries.append(len(captured))
    assert len(set(queries)) == 1, queries


def test_the_letters_of_a_release_are_one_mailing_with_every_outcome_and_language_first(
    monkeypatch,
):
    monkeypatch.setattr(mailings, "MANY", 3)
    monkeypatch.setattr(mailings, "CANARY", 8)
    monkeypatch.setattr(release, "CHUNK", 5)
    people = [a_person(language=LANGUAGES[number % 3]) for number in range(12)]
    edition = an_armed_edition(people, capacity=4, waitlist_percent=100)
    write_due_messages(RELEASE)
    mailing = Mailing.objects.get()
    assert (mailing.within, mailing.scope) == (f"edition:{edition.pk}", edition.program.slug)
    assert mailing.messages.count() == letters().count() == 12
    sorts = letters().values_list("template", "language")
    first = mailing.messages.filter(is_canary=True)
    assert set(first.values_list("template", "language")) == set(sorts)
    assert 8 <= first.count() < 12


def test_a_correction_leaves_whatever_became_of_the_release_s_mailing(monkeypatch):
    monkeypatch.setattr(mailings, "MANY", 3)
    people = [a_person() for _number in range(5)]
    an_armed_edition(people, capacity=4)
    write_due_messages(RELEASE)
    mailings.stop(Mailing.objects.get(), by=None, at=RELEASE, reason="A wrong date")
    later = RELEASE + timedelta(days=1)
    corrected = {"at": later, "told_at": None, "version": 2}
    Decision.objects.filter(application__person=people[0]).update(**corrected)
    write_due_messages(later)
    [letter] = OutgoingMessage.objects.due(later)
    assert (letter.person, letter.mailing) == (people[0], None)
    assert letter.template == "enrollment/mail/decision_corrected"
    assert Mailing.objects.get().messages.count() == 5


def test_an_offer_that_comes_back_reaches_the_backup_address(mailoutbox, clock):
    clock(RELEASE)
    person = a_person(backup_email="backup@correo.example", backup_verified_at=RELEASE)
    an_armed_edition([person, a_person()], capacity=1)
    write_due_messages(RELEASE)
    Courier().deliver_due()
    offer = letters(person).get()
    clock(RELEASE + timedelta(minutes=40))
    mail.bounced(offer, "550 5.1.1 no such user", RELEASE + timedelta(minutes=40))
    Courier().deliver_due()
    [copy] = [one for one in mailoutbox if one.to == ["backup@correo.example"]]
    assert copy.subject == offer.subject
    again = OutgoingMessage.objects.get(instead_of=offer)
    assert again.within == offer.within
    assert again.sent_at - offer.sent_at < timedelta(hours=1)
