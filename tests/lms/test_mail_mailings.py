"""Letters to many: the first of every sort leave alone, the rest when these are answered, at the
set pace; stopped and let go on by hand."""

from collections import Counter
from datetime import timedelta

import pytest

from lms import journal
from lms.decisions import DomainError
from lms.mail import mailings, services
from lms.mail.compose import Letter, compose, compose_many
from lms.mail.delivery import Courier
from lms.mail.models import (
    MAILING_TRANSITIONS,
    Mailing,
    MailingState,
    MessageStatus,
    OutgoingMessage,
)
from lms.mail.retention import forget_own_messages
from lms.work import health
from tests.builders import a_person
from tests.lms.mailing import (
    AT,
    MANY,
    MINUTE,
    QUIET,
    SECOND,
    accepted,
    deliver,
    first,
    passed,
    state_of,
    write,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letter_templates")]


@pytest.fixture(autouse=True)
def _rates(settings, clock):
    settings.MAIL_PER_MINUTE, settings.MAIL_CANARY_MINUTES = 120, 5
    clock(AT)


@pytest.fixture
def unpaced(settings):
    settings.MAIL_PER_MINUTE = 0


# -- who goes first ----------------------------------------------------------------------


def test_few_are_no_mailing_and_leave_at_once():
    assert write(mailings.MANY) is None
    assert deliver() == mailings.MANY


@pytest.mark.usefixtures("unpaced")
def test_of_many_the_first_leave_alone_with_every_language_among_them():
    mailing = write(languages=("es", "pt-br", "en"))
    assert deliver() == first(mailing).count() == mailings.CANARY
    languages = first(mailing).values_list("language", flat=True)
    assert set(languages) == {"es", "pt-br", "en"}
    assert deliver() == 0


def test_every_kind_is_among_the_first():
    people = [a_person() for _number in range(MANY)]
    letters = [Letter(one, one, {"name": "x"}, template="tests/fact") for one in people]
    letters[-1] = Letter(
        people[-1], context={"code": 1, "minutes": 1}, to="a@b.example", template="tests/code"
    )
    compose_many("tests/fact", letters, at=AT)
    kinds = Counter(first(Mailing.objects.get()).values_list("template", flat=True))
    assert kinds == {"tests/fact": mailings.CANARY - 1, "tests/code": 1}


def test_a_sort_that_only_a_later_chunk_has_is_added_to_the_first():
    mailing = write(mailing="outcomes")
    write(30, languages=("es", "en"), mailing="outcomes", at=AT + MINUTE)
    assert Mailing.objects.get() == mailing
    assert mailing.messages.count() == MANY + 30
    assert Counter(first(mailing).values_list("language", flat=True)) == {"es": 20, "en": 1}


def test_two_mailings_of_one_kind_are_two():
    write()
    write(at=AT + MINUTE)
    assert Mailing.objects.count() == 2


def test_composing_again_changes_nobody_s_place():
    people = [a_person() for _number in range(MANY)]
    letters = [Letter(one, one, {"name": "x"}) for one in people]
    for _twice in range(2):
        compose_many("tests/fact", letters, at=AT)
    mailing = Mailing.objects.get()
    assert (mailing.messages.count(), first(mailing).count()) == (MANY, mailings.CANARY)


def test_the_first_are_chosen_among_those_that_were_not_written_before():
    people = [a_person() for _number in range(MANY)]
    letters = [Letter(one, one, {"name": "x"}) for one in people]
    for one in letters[: mailings.CANARY + 5]:
        compose_many("tests/fact", [one], at=AT - MINUTE)
    compose_many("tests/fact", letters, at=AT)
    mailing = Mailing.objects.get()
    assert mailing.messages.count() == MANY - mailings.CANARY - 5
    assert first(mailing).count() == mailings.CANARY


@pytest.mark.parametrize("lost", [{"is_canary": False}, {"status": "cancelled"}])
def test_without_any_first_letter_none_passes_and_others_are_chosen(lost):
    mailing = write()
    first(mailing).update(**lost)
    mailings.look_after(AT + timedelta(hours=1))
    assert state_of(mailing) == "canary"
    assert first(mailing).filter(status="queued").count() == mailings.CANARY


def test_a_letter_written_again_alone_joins_its_mailing():
    mailing = write(within="edition:1")
    write(1, within="edition:1")
    assert mailing.messages.count() == MANY + 1
    write(1, within="edition:2")
    assert mailing.messages.count() == MANY + 1


# -- what becomes of them ----------------------------------------------------------------


@pytest.mark.usefixtures("unpaced")
@pytest.mark.parametrize(("late", "state"), [(-SECOND, "canary"), (timedelta(), "going")])
def test_the_rest_goes_by_itself_when_the_first_were_accepted_and_some_minutes_passed(
    clock, late, state
):
    mailing = write()
    deliver()
    clock(AT + QUIET + late)
    for _twice in range(2):
        mailings.look_after(AT + QUIET + late)
    assert state_of(mailing) == state
    deliver()
    assert accepted(mailing) == (MANY if state == "going" else mailings.CANARY)
    assert journal.history(mailing).filter(action="mail.pass_mailing").count() == (state == "going")


def test_it_waits_for_an_answer_to_each_of_the_first():
    mailing = write()
    first(mailing).update(status=MessageStatus.ACCEPTED, sent_at=AT)
    one = first(mailing).first()
    for status in (MessageStatus.QUEUED, MessageStatus.CLAIMED, MessageStatus.SENDING):
        first(mailing).filter(pk=one.pk).update(status=status, sent_at=None)
        mailings.look_after(AT + timedelta(hours=1))
        assert state_of(mailing) == "canary", status


@pytest.mark.parametrize("status", ["bounced", "failed", "uncertain"])
@pytest.mark.parametrize(("lost", "state"), [(2, "going"), (3, "held")])
def test_it_is_held_when_more_than_two_of_the_first_do_not_arrive(status, lost, state):
    mailing = write()
    first(mailing).update(status=MessageStatus.ACCEPTED, sent_at=AT)
    some = list(first(mailing).values_list("pk", flat=True)[:lost])
    first(mailing).filter(pk__in=some).update(status=status)
    mailings.look_after(AT + QUIET)
    assert state_of(mailing) == state
    mailings.look_after(AT + timedelta(days=1))
    assert state_of(mailing) == state


def test_it_is_held_when_the_server_puts_the_first_off_again_and_again():
    mailing = write()
    first(mailing).update(status=MessageStatus.QUEUED, attempts=mailings.SLOW_AFTER - 1)
    mailings.look_after(AT)
    assert state_of(mailing) == "canary"
    first(mailing).update(attempts=mailings.SLOW_AFTER)
    mailings.look_after(AT)
    assert state_of(mailing) == "held"


def test_one_that_cannot_be_looked_after_stops_no_other_and_is_logged(monkeypatch, caplog):
    bad, good = write(), write(at=AT + MINUTE)
    for mailing in (bad, good):
        first(mailing).update(status=MessageStatus.ACCEPTED, sent_at=AT)
    record = journal.record

    def fails(row, *args, **data):
        if row == bad:
            raise ValueError("a poisoned row")
        record(row, *args, **data)

    monkeypatch.setattr(journal, "record", fails)
    mailings.look_after(AT + QUIET)
    assert (state_of(bad), state_of(good)) == ("canary", "going")
    assert f"the mailing {bad.pk} was not looked after" in caplog.text


@pytest.mark.usefixtures("unpaced")
def test_of_a_held_mailing_only_the_first_are_tried_again():
    write()
    Mailing.objects.update(state=MailingState.HELD)
    assert deliver() == mailings.CANARY


# -- by hand -----------------------------------------------------------------------------


@pytest.mark.usefixtures("unpaced")
def test_stopped_nothing_leaves_and_it_goes_on_where_it_was():
    mailing, by = passed(write()), a_person()
    Courier().deliver_due(limit=50)
    for _twice in range(2):
        mailings.stop(mailing, by=by, at=AT, reason="a wrong date")
    assert deliver() == 0
    mailings.look_after(AT + QUIET)
    for _twice in range(2):
        mailings.go_on(mailing, by=by, at=AT, reason="it was right")
    assert deliver() == MANY - 50
    log = journal.history(mailing).order_by("pk").values_list("action", "user", "data__reason")
    assert list(log) == [
        ("mail.stop_mailing", by.pk, "a wrong date"),
        ("mail.go_on_mailing", by.pk, "it was right"),
    ]


def test_stopped_before_the_first_were_answered_it_goes_on_with_them():
    mailing = write()
    mailings.stop(mailing, by=None, at=AT, reason="wait")
    assert mailings.go_on(mailing, by=None, at=AT, reason="go").state == "canary"


@pytest.mark.parametrize("stopped", [False, True])
def test_held_it_goes_when_somebody_lets_it(stopped):
    mailing = write()
    first(mailing).update(status=MessageStatus.BOUNCED)
    mailings.look_after(AT)
    if stopped:
        mailings.stop(mailing, by=None, at=AT, reason="wait")
    assert mailings.go_on(mailing, by=None, at=AT, reason="known").state == "going"


@pytest.mark.parametrize("act", [mailings.stop, mailings.go_on])
def test_nobody_acts_without_a_reason(act):
    mailing = write()
    Mailing.objects.update(state=MailingState.HELD)
    with pytest.raises(DomainError, match="Indique un motivo|reason"):
        act(mailing, by=None, at=AT, reason=" ")
    assert state_of(mailing) == "held"


def test_what_has_left_cannot_be_stopped():
    mailing = passed(write())
    mailing.messages.update(status=MessageStatus.ACCEPTED)
    with pytest.raises(DomainError) as refused:
        mailings.stop(mailing, by=None, at=AT, reason="late")
    assert refused.value.code == "nothing_waits"


def test_a_letter_of_a_stopped_mailing_is_not_sent_again_behind_its_back():
    mailing = write()
    message = first(mailing).first()
    first(mailing).update(status=MessageStatus.FAILED)
    Mailing.objects.update(state=MailingState.STOPPED)
    with pytest.raises(DomainError) as refused:
        services.resend(message, by=None, at=AT)
    assert refused.value.code == "mailing_stopped"


@pytest.mark.parametrize("before", MailingState)
@pytest.mark.parametrize("after", MailingState)
def test_only_the_written_transitions_happen(before, after):
    mailing = Mailing.objects.create(key="x", kind="tests/fact", started_at=AT, state=before)
    if after in MAILING_TRANSITIONS[before]:
        assert mailings._move(mailing, after)
        assert not mailings._move(mailing, after), "a second writer comes late"
    else:
        with pytest.raises(AssertionError):
            mailings._move(mailing, after)


# -- how far it is -----------------------------------------------------------------------


def test_the_figures_say_how_far_it_is_and_when_it_ends():
    mailing = passed(write())
    rows = list(mailing.messages.values_list("pk", flat=True))
    for status, keys in {
        "accepted": rows[:50],
        "bounced": rows[50:53],
        "failed": rows[53:54],
        "uncertain": rows[54:56],
        "sending": rows[56:57],
    }.items():
        OutgoingMessage.objects.filter(pk__in=keys).update(status=status)
    progress = mailings.progress_of([mailing], AT)[mailing.pk]
    assert (progress.written, progress.sent, progress.accepted) == (MANY, 55, 50)
    assert (progress.bounced, progress.failed, progress.uncertain) == (3, 1, 2)
    assert progress.waiting == MANY - 56
    assert progress.ends_at == AT + (MANY - 56) * SECOND / 2
    later = write(at=AT + MINUTE)
    ends_at = mailings.progress_of([later], AT)[later.pk].ends_at
    assert ends_at > progress.ends_at + QUIET


@pytest.mark.parametrize("state", ["held", "stopped"])
def test_no_end_is_foretold_of_what_waits_for_a_person(state):
    mailing = write()
    Mailing.objects.update(state=state)
    mailing.refresh_from_db()
    assert mailings.progress_of([mailing], AT)[mailing.pk].ends_at is None


def test_the_figures_cost_the_same_for_one_and_for_many(django_assert_num_queries):
    one, two = write(), write(at=AT + MINUTE)
    for asked in ([one], [one, two]):
        with django_assert_num_queries(3):
            mailings.progress_of(asked, AT)


def test_a_mailing_is_forgotten_with_its_last_letter():
    mailing = write()
    forget_own_messages(AT + timedelta(days=200))
    assert Mailing.objects.exists(), "letters that wait are not forgotten"
    mailing.messages.all().delete()
    forget_own_messages(AT + timedelta(days=200))
    assert not Mailing.objects.exists()


def test_a_mailing_at_its_pace_is_not_late_and_one_that_stands_still_is():
    passed(write())
    deliver()
    oldest = health._oldest_mail(AT + SECOND)
    assert AT <= oldest <= AT + SECOND
    assert health._oldest_mail(AT + timedelta(hours=1)) == oldest
    Mailing.objects.update(state=MailingState.STOPPED)
    assert health._oldest_mail(AT + timedelta(hours=1)) is None


def test_one_letter_asks_for_no_mailing(django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        compose("tests/fact", None, to="a@b.example", language="es", context={"name": "x"}, at=AT)
