"""The worker killed by force in the middle of a batch of letters, over a real SMTP connection."""

import asyncio
import os
import signal
from collections import Counter
from contextlib import contextmanager
from threading import Event

import pytest

from lms import clock
from lms.mail import services
from lms.mail.models import MessageStatus, OutgoingMessage
from tests.builders import a_program
from tests.enrollment.staff.desk import a_member, address
from tests.entrance import SiteClient
from tests.lms import smtp_sink
from tests.lms.builders import a_message
from tests.work.processes import alive, family, running, until

pytestmark = pytest.mark.slow

LETTERS, BEFORE_THE_KILL = 40, 17


class StallingSink(smtp_sink.Sink):
    """Takes a mail and then does not answer, once: the answer to that one is lost."""

    def __init__(self):
        super().__init__()
        self.stalled = Event()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.mails) == BEFORE_THE_KILL and not self.stalled.is_set():
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
def a_worker(database, sink, place):
    environment = {"DATABASE_URL": database, "VAR": str(place), "EMAIL_URL": sink.url}
    with running("work", "--grace", "3", log=place / "log", **environment) as process:
        yield process


def kill(process) -> None:
    kin = family(process.pid)
    for pid in [process.pid, *kin]:
        os.kill(pid, signal.SIGKILL)
    process.wait(10)
    until(lambda: not alive(kin), 10)


def test_every_letter_leaves_once_and_the_one_in_flight_is_named(real_database, sink, tmp_path):
    program = a_program()
    for _letter in range(LETTERS):
        a_message(scope=program.slug)
    with a_worker(real_database, sink, tmp_path) as process:
        until(sink.stalled.is_set, 60)
        kill(process)
    lost = sink.mails[-1][0]
    with a_worker(real_database, sink, tmp_path):
        until(lambda: not OutgoingMessage.objects.filter(status=MessageStatus.QUEUED).exists(), 60)
        until(lambda: len(sink.mails) == LETTERS)
    in_flight = OutgoingMessage.objects.get(to=lost)
    assert in_flight.status == MessageStatus.SENDING
    services.recover(clock.now() + services.SENDING_LEASE)
    with a_worker(real_database, sink, tmp_path):
        later = a_message(scope=program.slug)
        until(lambda: sink.to(later.to), 60)

    sent = Counter(to for to, _mail in sink.mails)
    assert len(sent) == LETTERS + 1 and set(sent.values()) == {1}
    states = Counter(OutgoingMessage.objects.exclude(to=lost).values_list("status", flat=True))
    assert set(states) <= {MessageStatus.ACCEPTED, MessageStatus.SENDING}
    in_flight.refresh_from_db()
    assert in_flight.status == MessageStatus.UNCERTAIN

    client = SiteClient()
    client.force_login(a_member(program))
    page = client.get(address("messages"))
    assert page.context["uncertain"] == 1
    assert lost in page.content.decode()
