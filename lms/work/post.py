"""The post: sends what is due in the outbox, all the time, codes first."""

from __future__ import annotations

import logging
import signal
import time

from django.db import DatabaseError, close_old_connections

from lms import clock
from lms.mail import services
from lms.mail.delivery import Courier, MailServerAway
from lms.work.processes import end_with, flag_on_signal

log = logging.getLogger("lms.mail")

AT_ONCE = 5  # mails between two looks at whether to stop
LOOK_SECONDS = 1
RECOVER_SECONDS = 15
LONGEST_WAIT = 60


def run(parent: int) -> None:
    """The body of the post's process: until it is told to stop, after the mail in hand."""
    stop = flag_on_signal()
    end_with(parent, signal.SIGTERM)
    courier, pause, recovered = Courier(), 0, 0.0
    while not stop.wait(pause):
        try:
            close_old_connections()
            if time.monotonic() - recovered > RECOVER_SECONDS:
                services.recover(clock.now())
                recovered = time.monotonic()
            pause = 0 if courier.deliver_due(limit=AT_ONCE) else LOOK_SECONDS
        except MailServerAway as error:
            pause = min(max(2 * pause, 2), LONGEST_WAIT)
            log.warning("the mail server is away (%s): next try in %s s", error, pause)
        except DatabaseError as error:
            pause = min(max(2 * pause, 2), LONGEST_WAIT)
            log.warning("the database is away (%s): next try in %s s", error, pause)
    courier.close()
