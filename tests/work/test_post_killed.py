"""The worker killed by force in the middle of a batch of letters, over a real SMTP connection."""

import asyncio
import os
import signal
import time
from collections import Counter
from contextlib import contextmanager
from threading import Event

import pytest

from lms import clock
from lms.accounts.models import User
from lms.mail import mailings, services
from lms.mail.models import Mailing, MailingState, MessageStatus, OutgoingMessage
from tests.builders import a_program
from tests.enrollment.staff.desk import a_member, address
from tests.entrance import SiteClient
from tests.lms import smtp_sink
from tests.work.processes import alive, family, running, until

pytestmark = pytest.mark.slow

FIRST = mailings.CANARY
# Of how many letters the server has how many when the worker is killed, and whether its last answer
# is lost.
KILLS = {
    "among the first letters": (60, 7, True),
    "between the first and the rest": (60, FIRST, False),
    "in the rest": (999, 412, True),
}


class StallingSink(smtp_sink.Sink):
    """Takes a mail and then does not answer, once: the answer to that one is lost."""

    def __init__(self):
        super().__init__()
        self.stalls_at = 0
        self.stalled = Event()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.mails) == self.stalls_at:
            self.stalled.set()
            await asyncio.sleep(60)
        return answer


@pytest.fixture
def sink():
    sink = StallingSink()
    controller = smtp_sink.start(sink)
    sink.url = f"smtp://127.0.0.1:{controller.port}"
    yield sink
    controller.stop()


@contextmanager
def a_worker(database, sink, place, *, minutes=0, **changes):
    environment = {
        "DATABASE_URL": database,
        "VAR": str(place),
        "EMAIL_URL": sink.url,
        "MAIL_PER_MINUTE": "6000",
        "MAIL_CANARY_MINUTES": str(minutes),
        **changes,
    }
    with running("work", "--grace", "3", log=place / "log", **environment) as process:
        yield process


def kill(process) -> None:
    kin = family(process.pid)
    for pid in [process.pid, *kin]:
        os.kill(pid, signal.SIGKILL)
    process.wait(10)
    until(lambda: not alive(kin), 10)


def a_release(program, size) -> Mailing:
    """So many letters that wait, the first of them chosen."""
    about = {"key": "outcomes", "kind": "enrollment/mail/outcomes", "started_at": clock.now()}
    mailing = Mailing.objects.create(scope=program.slug, **about)
    people = a_crowd(size)
    OutgoingMessage.objects.bulk_create(
        a_letter(person, mailing, number < FIRST) for number, person in enumerate(people)
    )
    return mailing


def a_crowd(size) -> list[User]:
    people = [User(email=f"person-{number}@correo.example") for number in range(size)]
    return User.objects.bulk_create(people)


def a_letter(person, mailing, is_first) -> OutgoingMessage:
    at = mailing.started_at
    return OutgoingMessage(
        person=person,
        to=person.email,
        language="es",
        template="enrollment/mail/decision_offer",
        about=f"application:{person.pk}",
        scope=mailing.scope,
        mailing=mailing,
        is_canary=is_first,
        subject="Su postulación",
        text="Tiene un lugar.\n",
        created_at=at,
        due_at=at,
    )


@pytest.mark.parametrize("when", KILLS)
def test_every_letter_leaves_once_and_the_one_in_flight_is_named(
    when, real_database, sink, tmp_path
):
    program = a_program()
    size, count, is_lost = KILLS[when]
    mailing = a_release(program, size)
    sink.stalls_at = count if is_lost else 0
    with a_worker(real_database, sink, tmp_path, minutes=0 if count > FIRST else 60) as process:
        until(sink.stalled.is_set if is_lost else lambda: accepted() == count, 120)
        kill(process)
    sink.stalls_at = 0
    assert len(sink.mails) == count
    lost = {to for to, _mail in sink.mails[-1:] if is_lost}
    assert {one.to for one in letters(MessageStatus.SENDING)} == lost
    services.recover(clock.now() + services.SENDING_LEASE)
    assert {one.to for one in letters(MessageStatus.UNCERTAIN)} == lost
    with a_worker(real_database, sink, tmp_path):
        until(lambda: accepted() == size - len(lost), 240)

    sent = Counter(to for to, _mail in sink.mails)
    assert len(sent) == size and set(sent.values()) == {1}
    states = Counter(OutgoingMessage.objects.values_list("status", flat=True))
    assert states == +Counter(accepted=size - len(lost), uncertain=len(lost))
    mailing.refresh_from_db()
    assert mailing.state == MailingState.GOING

    client = SiteClient()
    client.force_login(a_member(program))
    page = client.get(address("messages"))
    assert page.context["uncertain"] == len(lost)
    assert all(to in page.content.decode() for to in lost)
    assert ("may not have arrived" in client.get("/admin/").content.decode()) is is_lost


def letters(status):
    return OutgoingMessage.objects.filter(status=status)


def accepted() -> int:
    return letters(MessageStatus.ACCEPTED).count()


def test_two_workers_together_keep_the_pace(real_database, sink, tmp_path):
    a_release(a_program(), 300)
    Mailing.objects.update(state=MailingState.GOING, passed_at=clock.now())
    places = [tmp_path / name for name in ("one", "two")]
    for place in places:
        place.mkdir()
    slow = {"MAIL_PER_MINUTE": "300"}
    with (
        a_worker(real_database, sink, places[0], **slow),
        a_worker(real_database, sink, places[1], **slow),
    ):
        until(lambda: len(sink.mails) > 10, 60)
        begun, started = len(sink.mails), time.monotonic()
        time.sleep(12)
        count, seconds = len(sink.mails) - begun, time.monotonic() - started
    assert 0.5 * 5 * seconds < count < 5 * seconds + 11, (count, seconds)
    sent = Counter(to for to, _mail in sink.mails)
    assert set(sent.values()) == {1}
