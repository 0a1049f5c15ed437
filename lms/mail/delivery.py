"""Sending: takes what is due out of the outbox and hands it to the mail server."""

from __future__ import annotations

import logging
import smtplib
import time

from django.core.mail import get_connection

from lms import clock
from lms.mail import services
from lms.mail.answers import Answer, verdict
from lms.mail.letters import Unreadable, email_of
from lms.mail.models import OutgoingMessage

log = logging.getLogger("lms.mail")

MAILS_PER_CONNECTION = 50  # servers close a connection after so many, often at 100
IDLE_SECONDS = 5  # after so long a kept connection is asked whether it still lives


class MailServerAway(Exception):
    """No connection could be made: nothing was claimed, no attempt was counted."""


class Courier:
    """One worker's connection to the mail server, kept while there is work."""

    def __init__(self):
        self._backend = None
        self._sent = 0
        self._used_at = 0.0

    def deliver_due(self, limit: int | None = None) -> int:
        """Send what is due, codes first; returns how many were tried. Raises
        `MailServerAway` where the server cannot be reached."""
        tried = 0
        while limit is None or tried < limit:
            if not services.can_send(clock.now()):
                break
            self._connect()
            message = services.claim_next(clock.now())
            if message is None:
                break
            self._deliver(message)
            tried += 1
        return tried

    def close(self) -> None:
        """Say goodbye to the server, however it takes it."""
        backend, self._backend = self._backend, None
        if backend is not None:
            try:
                backend.close()
            except (OSError, smtplib.SMTPException):
                log.info("the mail server had closed the connection")

    def _deliver(self, message: OutgoingMessage) -> None:
        try:
            email = email_of(message, self._backend)
            email.message()
        except Unreadable:
            services.failed(message, "the text opens with no present key", clock.now())
            return
        except ValueError as error:
            services.failed(message, repr(error), clock.now())
            return
        if services.begin_sending(message, clock.now()):
            self._hand_over(message, email)

    def _hand_over(self, message: OutgoingMessage, email) -> None:
        try:
            self._backend.send_messages([email])
        except Exception as error:
            answer, words = verdict(error)
            log.warning("message %s to the mail server: %s: %s", message.pk, answer.value, words)
            settle = {
                Answer.LATER: services.put_off,
                Answer.REFUSED: services.failed,
                Answer.NO_SUCH_ADDRESS: services.bounced,
                Answer.UNKNOWN: services.uncertain,
            }
            settle[answer](message, words, clock.now())
            self.close()
            if answer is Answer.UNKNOWN:  # whatever broke it would make the next uncertain too
                raise MailServerAway(words) from error
        else:
            services.accepted(message, clock.now())
            self._sent += 1
            self._used_at = time.monotonic()

    def _connect(self) -> None:
        """A connection that answered just now, so that a dead one costs no mail its certainty."""
        if self._backend is not None and self._is_fresh():
            return
        self.close()
        backend = get_connection()
        try:
            backend.open()
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerAway(str(error)) from error
        if not _answers(backend):
            raise MailServerAway("the mail server does not answer")
        self._backend, self._sent, self._used_at = backend, 0, time.monotonic()

    def _is_fresh(self) -> bool:
        idle = time.monotonic() - self._used_at
        return self._sent < MAILS_PER_CONNECTION and (
            idle < IDLE_SECONDS or _answers(self._backend)
        )


def _answers(backend) -> bool:
    smtp = getattr(backend, "connection", None)
    if not isinstance(smtp, smtplib.SMTP):
        return True
    try:
        smtp.ehlo_or_helo_if_needed()
        return smtp.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False
