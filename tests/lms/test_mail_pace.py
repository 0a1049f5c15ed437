"""The pace of letters to many: one for all workers, which no single mail waits for, and slower
where the server says so."""

from datetime import timedelta

import pytest

from lms.mail import mailings, pace, services
from lms.mail.compose import compose_code
from lms.mail.delivery import Courier
from lms.mail.models import MessageStatus, OutgoingMessage, Pace
from tests.lms.builders import a_message
from tests.lms.mailing import AT, MANY, MINUTE, SECOND, accepted, deliver, passed, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letter_templates")]


@pytest.fixture(autouse=True)
def _rates(settings, clock):
    settings.MAIL_PER_MINUTE, settings.MAIL_CANARY_MINUTES = 120, 5
    clock(AT)


@pytest.fixture
def unpaced(settings):
    settings.MAIL_PER_MINUTE = 0


def a_code():
    return compose_code(
        None,
        to="a@correo.example",
        code="123456",
        template="tests/code",
        language="es",
        expires_at=AT + 20 * MINUTE,
        at=AT,
    )


# -- the pace ----------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 3])
def test_the_pace_is_that_of_the_setting_with_any_number_of_workers(clock, workers):
    mailing = passed(write())
    couriers = [Courier() for _number in range(workers)]
    for second in range(31):
        clock(AT + second * SECOND)
        for courier in couriers:
            courier.deliver_due()
        if second == 15:
            couriers[0] = Courier()  # one that was killed and began again
    assert abs(accepted(mailing) - 60) <= 6  # 120 a minute, and what two seconds may catch up


def test_an_hour_without_a_worker_is_not_caught_up_at_once(clock):
    mailing = passed(write())
    deliver()
    before = accepted(mailing)
    clock(AT + timedelta(hours=1))
    deliver()
    assert accepted(mailing) - before <= 6


def test_codes_and_single_mails_wait_for_no_mailing(clock):
    mailing = passed(write())
    deliver()
    assert not pace.is_open(AT)
    receipt = a_message(due_at=AT)
    a_code()
    assert deliver() == 2
    assert OutgoingMessage.objects.get(pk=receipt.pk).status == MessageStatus.ACCEPTED
    assert accepted(mailing) < MANY


def test_the_mailing_that_began_first_is_finished_first(settings, clock):
    settings.MAIL_PER_MINUTE = 600
    early, late = passed(write()), passed(write(at=AT + MINUTE))
    clock(AT + MINUTE)
    deliver()
    assert accepted(early) and not accepted(late)


@pytest.mark.parametrize("first_written", [AT, AT + MINUTE])
def test_the_end_that_is_foretold_counts_what_began_before(first_written):
    second_written = AT + MINUTE if first_written == AT else AT
    rows = [passed(write(at=at)) for at in (first_written, second_written)]
    early, late = sorted(rows, key=lambda one: one.started_at)
    found = mailings.progress_of([early, late], AT + MINUTE)
    ends = [found[one.pk].ends_at - AT - MINUTE for one in (early, late)]
    assert ends == [MANY * SECOND / 2, 2 * MANY * SECOND / 2]


def test_a_server_that_says_not_now_is_left_in_peace_for_longer_each_time():
    for number, pause in enumerate([*pace.PAUSES, pace.PAUSES[-1]]):
        Pace.objects.update(next_at=AT)
        pace.push_back(AT)
        row = Pace.objects.get()
        assert (row.next_at, row.refusals) == (AT + pause, number + 1)
    pace.recover()
    assert Pace.objects.get().refusals == 0


def test_a_letter_put_off_holds_back_the_mailing_and_is_lost_or_doubled_never(clock):
    mailing = passed(write())
    message = services.claim_next(AT)
    services.begin_sending(message, AT)
    services.put_off(message, "421 too many", AT)
    assert services.claim_next(AT + 14 * SECOND) is None
    clock(AT + 15 * SECOND)
    other = services.claim_next(AT + 15 * SECOND)
    assert other.pk != message.pk and other.mailing == mailing
    message.refresh_from_db()
    assert (message.status, message.due_at) == (MessageStatus.QUEUED, AT + MINUTE)


@pytest.mark.parametrize("write_one", [a_code, lambda: a_message(due_at=AT)])
def test_a_single_mail_put_off_says_nothing_of_the_pace_of_mailings(write_one):
    write_one()
    message = services.claim_next(AT)
    services.begin_sending(message, AT)
    services.put_off(message, "450 4.2.0 greylisted", AT)
    message.refresh_from_db()
    assert (message.status, message.attempts) == (MessageStatus.QUEUED, 1)
    assert pace.is_open(AT) and not Pace.objects.filter(refusals__gt=0).exists()


def test_whatever_mail_is_accepted_ends_the_pauses_and_asks_only_after_one(
    django_assert_num_queries,
):
    for refusals, queries in ((0, 1), (3, 2)):
        Pace.objects.update_or_create(pk=pace.ROW, defaults={"next_at": AT, "refusals": refusals})
        a_message(due_at=AT)
        message = services.claim_next(AT)
        services.begin_sending(message, AT)
        with django_assert_num_queries(queries):
            services.accepted(message, AT)
        assert Pace.objects.get().refusals == 0


@pytest.mark.usefixtures("unpaced")
def test_without_a_pace_all_leave_at_once():
    passed(write())
    assert deliver() == MANY
