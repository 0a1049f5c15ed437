"""Coordinators put a program's mails into its own words: who may, what is kept, what is sent."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrollment.models import Outcome, StaffRole
from enrollment.retention import forget_log
from enrollment.services.copying import start_edition_from
from enrollment.services.rehearsal import rehearse
from enrollment.services.release import write_outcome_messages
from enrollment.services.wordings import change_mail, languages_spoken, return_to_shipped
from lms import journal
from lms.decisions import DomainError
from lms.mail.compose import rendered
from lms.mail.kinds import kinds
from lms.mail.models import OutgoingMessage, Wording
from lms.mail.rewording import Outdated, digest, stored_words
from lms.mail.wordings import Words, shipped
from tests.builders import RELEASE, WINDOW_OPENS, a_program, a_staff_member, an_edition, instant
from tests.enrollment.seats import a_decision, a_released_edition, an_applicant, an_offer
from tests.lms.builders import a_mailing, a_message

pytestmark = pytest.mark.django_db
AT = WINDOW_OPENS
OFFER = kinds()["enrollment/mail/decision_offer"]
OWN = Words("Su lugar: {deadline_day}", "{name}: hasta {deadline}.\n\n{link}")
OTHER = Words("Otra", "Hola.\n{deadline}\n{link}")


@pytest.fixture
def program():
    return a_program()


@pytest.fixture
def coordinator(program):
    return a_staff_member(program)


def seen(program, *languages):
    """The digests of what the page shows now."""
    stored = stored_words(OFFER, program.slug)
    return {code: digest(stored.get(code) or shipped(OFFER, code)) for code in languages}


def change(program, by, words=OWN, shown=None):
    shown = shown or seen(program, "es")
    return change_mail(program, OFFER, {"es": words}, shown, by=by, at=AT)


def outcome_mails(edition):
    rows = OutgoingMessage.objects.filter(scope=edition.program.slug)
    return list(rows.filter(template__contains="decision_").order_by("pk"))


def test_what_is_changed_is_kept_and_logged_with_both_texts(program, coordinator):
    assert change(program, coordinator) == 1
    row = Wording.objects.get()
    assert (row.scope, row.template, row.language) == (program.slug, OFFER.template, "es")
    assert (row.subject, row.text) == OWN
    change(program, coordinator, OTHER)
    last, first = journal.history(row).order_by("-pk")
    assert first.data["before"] == "\n\n".join(shipped(OFFER, "es"))
    assert first.data["after"] == last.data["before"] == "\n\n".join(OWN)
    assert last.data["after"] == "\n\n".join(OTHER)
    assert (last.user, last.timestamp, last.action) == (coordinator, AT, "enrollment.change_mail")


def test_what_says_the_same_changes_nothing(program, coordinator):
    assert change(program, coordinator, shipped(OFFER, "es")) == 0
    assert not Wording.objects.exists()
    change(program, coordinator)
    assert change(program, coordinator) == 0
    assert journal.history(Wording.objects.get()).count() == 1


def test_only_the_languages_that_were_typed_anew_are_written(program, coordinator):
    shown = seen(program, "es", "en")
    typed = {"es": OWN, "en": shipped(OFFER, "en")}
    assert change_mail(program, OFFER, typed, shown, by=coordinator, at=AT) == 1
    assert stored_words(OFFER, program.slug) == {"es": OWN}


def test_whoever_saw_an_older_text_changes_nothing(program, coordinator):
    shown = seen(program, "es", "en")
    change(program, coordinator)
    typed = {"es": OTHER, "en": OTHER}
    with pytest.raises(Outdated) as refusal:
        change_mail(program, OFFER, typed, shown, by=coordinator, at=AT)
    assert refusal.value.languages == ["es"]
    assert stored_words(OFFER, program.slug) == {"es": OWN}


def test_another_language_that_changed_meanwhile_is_left_as_it_is(program, coordinator):
    """Each writes one language, on the page that has them all."""
    shown = seen(program, "es", "en")
    change(program, coordinator)
    typed = {"es": shipped(OFFER, "es"), "en": OTHER}
    assert change_mail(program, OFFER, typed, shown, by=coordinator, at=AT) == 1
    assert stored_words(OFFER, program.slug) == {"es": OWN, "en": OTHER}


def test_two_who_type_the_same_agree(program, coordinator):
    shown = seen(program, "es")
    change(program, coordinator)
    assert change(program, coordinator, OWN, shown=shown) == 0


def test_one_act_returns_to_the_site_s_own_text(program, coordinator):
    change(program, coordinator)
    shown = seen(program, "es")["es"]
    assert return_to_shipped(program, OFFER, "es", shown, by=coordinator, at=AT) == 1
    assert stored_words(OFFER, program.slug) == {}
    row = Wording.objects.get()
    assert (row.subject, row.text) == ("", "")
    assert journal.history(row).first().data["after"] == "\n\n".join(shipped(OFFER, "es"))
    now = seen(program, "es")["es"]
    assert return_to_shipped(program, OFFER, "es", now, by=coordinator, at=AT) == 0
    change(program, coordinator, OTHER)
    with pytest.raises(Outdated):
        return_to_shipped(program, OFFER, "es", shown, by=coordinator, at=AT)
    assert Wording.objects.get() == row


@pytest.mark.parametrize("role", [role for role in StaffRole.values if role != "coordinator"])
def test_only_coordinators_of_the_program_change_its_mails(program, role):
    for by in (a_staff_member(program, role), a_staff_member(a_program())):
        with pytest.raises(DomainError) as refusal:
            change(program, by)
        assert refusal.value.code == "not_theirs"
    assert not Wording.objects.exists()


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("decision_offer", Words("Su lugar", "{link}")),
        ("decision_offer", Words("", "{deadline}\n{link}")),
        ("role_given", Words("x", "y")),
        ("group_letter", Words("x", "y")),
    ],
)
def test_what_cannot_be_sent_is_not_kept(program, coordinator, template, words):
    kind = kinds()[f"enrollment/mail/{template}"]
    with pytest.raises(DomainError) as refusal:
        change_mail(program, kind, {"es": words}, {}, by=coordinator, at=AT)
    assert refusal.value.code == "not_sendable"
    assert not Wording.objects.exists()


def test_a_program_speaks_the_languages_of_its_editions(program):
    assert languages_spoken(program) == ["es", "pt-br", "en"]
    an_edition(program, languages=["en", "es"])
    assert languages_spoken(program) == ["es", "en"]
    an_edition(program, languages=["pt-br"])
    assert languages_spoken(program) == ["es", "pt-br", "en"]


# -- what is sent -------------------------------------------------------------------------


def test_a_release_tells_in_the_program_s_own_words(program, coordinator):
    edition = a_released_edition(program=program)
    offer = an_offer(edition, person=an_applicant(), given_names="https://evil.example/x")
    portuguese = an_offer(edition, person=an_applicant(language="pt-br"))
    change(program, coordinator)
    write_outcome_messages(edition, RELEASE)
    mails = {mail.person_id: mail for mail in outcome_mails(edition)}
    mine = mails[offer.application.person_id]
    assert mine.subject.startswith("Su lugar: jueves 25 de abril")
    assert "en Lima" in mine.text and "://evil" not in mine.text
    assert mine.text.endswith("\n\nhttp://localhost:8000/es/my/\n")
    assert mails[portuguese.application.person_id].subject == shipped_subject(portuguese)


def shipped_subject(offer) -> str:
    letter = OFFER.found(offer.edition.program.slug, offer.application.code)
    return rendered(OFFER.template, letter)[0]


def test_a_release_to_many_asks_for_the_words_once_a_chunk(program, coordinator):
    change(program, coordinator)
    counts = []
    for size in (2, 20):  # SQLite: at most 999 values in one INSERT
        edition = a_released_edition(program=program)
        for _one in range(size):
            a_decision(edition, Outcome.NOT_SELECTED, person=an_applicant())
        with CaptureQueriesContext(connection) as captured:
            assert write_outcome_messages(edition, RELEASE) == size
        asked = [one for one in captured if "mail_wording" in one["sql"]]
        counts.append((len(captured), len(asked)))
    assert counts[0] == counts[1]
    assert counts[0][1] == 1


def test_the_rehearsal_shows_them(program, coordinator):
    edition = an_edition(program)
    a_decision(edition, person=an_applicant())
    change(program, coordinator)
    [sample] = rehearse(edition, at=instant("2019-04-15T21:00")).samples
    assert sample.subject.startswith("Su lugar: ") and "hasta jueves" in sample.text


def test_an_edition_begun_from_another_writes_in_the_same_words(program, coordinator):
    source = an_edition(program)
    change(program, coordinator)
    copy = start_edition_from(
        source,
        type(source)(program=program, slug="next", title={"es": "Segunda"}),
        first=(WINDOW_OPENS + timedelta(365)).date(),
        by=coordinator,
        at=AT,
    )
    a_decision(copy, Outcome.SELECTED, person=an_applicant())
    letter = OFFER.found(program.slug, "")
    assert letter.context["edition"] == copy
    assert stored_words(OFFER, copy.program.slug) == {"es": OWN}


def test_the_log_of_a_text_is_kept_as_long_as_the_program_keeps_its_log(program, coordinator):
    change(program, coordinator)
    row = Wording.objects.get()
    kept = timedelta(program.keep_decision_log_days)
    forget_log(program, AT + kept - timedelta(seconds=1))
    forget_log(a_program(keep_decision_log_days=1), AT + timedelta(days=2))
    assert journal.history(row).count() == 1
    forget_log(program, AT + kept)
    assert not journal.history(row).exists()
    assert stored_words(OFFER, program.slug) == {"es": OWN}


@pytest.mark.parametrize("is_gone", [False, True])
@pytest.mark.parametrize("build", [a_message, a_mailing])
def test_so_is_the_log_of_letters_and_mailings_and_longest_when_they_are_gone(
    program, coordinator, build, is_gone
):
    row = build(scope=program.slug)
    journal.record(row, "mail.settle", by=coordinator, at=AT, reason="Rosa was told")
    log = journal.history(row)
    kept = timedelta(program.keep_decision_log_days)
    if is_gone:
        type(row).objects.all().delete()
    forget_log(a_program(keep_decision_log_days=1), AT + kept - timedelta(seconds=1))
    forget_log(program, AT + kept - timedelta(seconds=1))
    assert log.count() == 1
    forget_log(program, AT + kept)
    assert not log.exists()
