"""The post: sends what is due in the outbox, all the time, codes first."""

from __future__ import annotations

import logging
import signal
import time

from django.db import DatabaseError, close_old_connections

from lms import clock
from lms.mail import mailings, services
from lms.mail.delivery import Courier, MailServerAway
from lms.work.processes import end_with, flag_on_signal

log = logging.getLogger("lms.mail")

AT_ONCE = 5  # mails between two looks at whether to stop
LOOK_SECONDS = 1
RECOVER_SECONDS = 15
LOOK_AFTER_SECONDS = 5
LONGEST_WAIT = 60


class Often:
    """Does something at the first call, and then at most once in so many seconds."""

    def __init__(self, seconds: float, act):
        self.seconds, self.act, self._done = seconds, act, float("-inf")

    def __call__(self) -> None:
        if time.monotonic() - self._done > self.seconds:
            self.act(clock.now())
            self._done = time.monotonic()


def run(parent: int) -> None:
    """The body of the post's process: until it is told to stop, after the mail in hand."""
    stop = flag_on_signal()
    end_with(parent, signal.SIGTERM)
    courier, pause = Courier(), 0
    recover = Often(RECOVER_SECONDS, services.recover)
    look_after = Often(LOOK_AFTER_SECONDS, mailings.look_after)
    while not stop.wait(pause):
        try:
            close_old_connections()
            recover()
            look_after()
            pause = 0 if courier.deliver_due(limit=AT_ONCE) else LOOK_SECONDS
        except MailServerAway as error:
            pause = min(max(2 * pause, 2), LONGEST_WAIT)
            log.warning("the mail server is away (%s): next try in %s s", error, pause)
        except DatabaseError as error:
            pause = min(max(2 * pause, 2), LONGEST_WAIT)
            log.warning("the database is away (%s): next try in %s s", error, pause)
    courier.close()
