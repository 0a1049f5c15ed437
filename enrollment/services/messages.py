"""What the staff does with the letters of its program: only those who decide in it may."""

from __future__ import annotations

from datetime import datetime

from enrollment.models import Program
from enrollment.rules.staff import coordinates
from lms.decisions import Decision
from lms.mail import mailings, services
from lms.mail.models import Mailing, OutgoingMessage


def decides_on(row: Mailing | OutgoingMessage, by) -> Decision:
    """Whether the user decides in the program of a letter or mailing; on those of no program
    nobody does."""
    return coordinates(by, Program.objects.filter(slug=row.scope).first())


def stop_mailing(mailing: Mailing, *, by, at: datetime, reason: str) -> Mailing | None:
    """See `lms.mail.mailings.stop`."""
    decides_on(mailing, by).require()
    return mailings.stop(mailing, by=by, at=at, reason=reason)


def let_go_on(mailing: Mailing, *, by, at: datetime, reason: str) -> Mailing | None:
    """See `lms.mail.mailings.go_on`."""
    decides_on(mailing, by).require()
    return mailings.go_on(mailing, by=by, at=at, reason=reason)


def settle_message(message: OutgoingMessage, *, by, at: datetime, reason: str) -> None:
    """See `lms.mail.services.settle`."""
    decides_on(message, by).require()
    services.settle(message, by=by, at=at, reason=reason)
