"""What happens to a message: the only writer of `OutgoingMessage.status`.

How a mail is sent once, by any number of workers:

1. A worker claims the first due row with a conditional UPDATE; who comes second changes no row.
   The claim is a lease: its end is also the token that shows whose claim it is.
2. Right before SMTP begins the row says `sending`; the Message-ID is already in it.
3. The server's answer makes it `accepted`, `bounced`, `failed`, or `queued` for later.
4. A lease that ran out before step 2 is `queued` again. One that ran out after it is
   `uncertain`: the mail may have left, so it is sent again by hand alone.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from lms import journal
from lms.decisions import DomainError, require_reason
from lms.mail import pace
from lms.mail.models import (
    RESENDABLE,
    TRANSITIONS,
    UNDELIVERED,
    MailingState,
    MessageStatus,
    OutgoingMessage,
)

LEASE = timedelta(minutes=2)
# A mail server that is slow at every step still answers within this, or never.
SENDING_LEASE = timedelta(minutes=5)
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440)]
CANDIDATES = 20  # so many workers may want the same first row


def can_send(at: datetime) -> bool:
    """Whether anything is due that may leave now."""
    due = OutgoingMessage.objects.due(at)
    return due.single().exists() or (pace.is_open(at) and due.of_mailings().exists())


def claim_next(at: datetime) -> OutgoingMessage | None:
    """The next due message, now this worker's until its lease ends; None when none may leave.
    What is of a mailing comes last, and at its pace."""
    due = OutgoingMessage.objects.due(at)
    if message := _claim_among(due.single(), at):
        return message
    many = due.of_mailings()
    return _claim_among(many, at) if many.exists() and pace.take(at) else None


def _claim_among(due, at: datetime) -> OutgoingMessage | None:
    for message in due.annotate(after_refusals=pace.was_refused())[:CANDIDATES]:
        fields = {
            "lease_until": at + LEASE,
            "attempts": F("attempts") + 1,
            "message_id": message.message_id or _new_message_id(),
        }
        if _move(_row(message), MessageStatus.QUEUED, MessageStatus.CLAIMED, **fields):
            message.refresh_from_db()
            return message
    return None


def begin_sending(message: OutgoingMessage, at: datetime) -> bool:
    """SMTP begins now. False where the lease was lost meanwhile: then nothing may be sent."""
    begun = _move(
        _held(message),
        MessageStatus.CLAIMED,
        MessageStatus.SENDING,
        lease_until=at + SENDING_LEASE,
    )
    message.lease_until = at + SENDING_LEASE
    return begun


def accepted(message: OutgoingMessage, at: datetime) -> None:
    """The mail server took it. True also where the lease ran out while it was answering."""
    if getattr(message, "after_refusals", message.mailing_id):
        pace.recover()
    done = {"sent_at": at, "lease_until": None, "error": "", **_without_code(message)}
    _move(_held(message), MessageStatus.SENDING, MessageStatus.ACCEPTED, **done) or _move(
        _row(message), MessageStatus.UNCERTAIN, MessageStatus.ACCEPTED, **done
    )


def put_off(message: OutgoingMessage, answer: str, at: datetime) -> None:
    """The server could not take it now: again after a growing wait, `failed` after the last. Of
    a letter of a mailing it says that there are too many: mailings pause, too."""
    if message.mailing_id:
        pace.push_back(at)
    if message.attempts > len(WAITS):
        failed(message, answer, at)
        return
    due_at = at + WAITS[message.attempts - 1]
    _move(
        _held(message),
        MessageStatus.SENDING,
        MessageStatus.QUEUED,
        due_at=due_at,
        lease_until=None,
        error=answer,
    )


def failed(message: OutgoingMessage, answer: str, at: datetime) -> None:
    """It cannot be sent as it is: the server refused it for good, or it cannot be built."""
    done = {"lease_until": None, "error": answer, **_without_code(message)}
    for before in (MessageStatus.SENDING, MessageStatus.CLAIMED):
        _move(_held(message), before, MessageStatus.FAILED, **done)


@transaction.atomic
def bounced(message: OutgoingMessage, answer: str, at: datetime) -> None:
    """The address does not take mail, as the server said at once or a provider told later.

    The mail goes as a new one to the person's verified backup address, once; codes do not."""
    done = {"lease_until": None, "error": answer, **_without_code(message)}
    befores = (MessageStatus.SENDING, MessageStatus.UNCERTAIN, MessageStatus.ACCEPTED)
    if any(_move(_row(message), before, MessageStatus.BOUNCED, **done) for before in befores):
        _send_to_backup_address(message, at)


def uncertain(message: OutgoingMessage, answer: str, at: datetime) -> None:
    """The connection broke after SMTP had begun: nobody knows whether the mail left."""
    _move(
        _held(message),
        MessageStatus.SENDING,
        MessageStatus.UNCERTAIN,
        lease_until=None,
        error=answer,
        **_without_code(message),
    )


def recover(at: datetime) -> int:
    """Settle the rows whose worker died, and drop what has expired. Returns how many."""
    lost = OutgoingMessage.objects.filter(lease_until__lte=at)
    untouched = {"lease_until": None, "attempts": F("attempts") - 1}
    back = _move(lost, MessageStatus.CLAIMED, MessageStatus.QUEUED, **untouched)
    doubt = {"lease_until": None, "error": "the worker ended while sending"}
    codes = _move(
        lost.filter(is_code=True), MessageStatus.SENDING, MessageStatus.UNCERTAIN, text="", **doubt
    )
    letters = _move(lost, MessageStatus.SENDING, MessageStatus.UNCERTAIN, **doubt)
    return back + codes + letters + _drop_expired(at)


def cancel(message: OutgoingMessage, *, by, at: datetime, reason: str) -> None:
    """Take back a mail that is still queued; once a worker has claimed it, it is refused."""
    with transaction.atomic():
        if not _move(_row(message), MessageStatus.QUEUED, MessageStatus.CANCELLED, error=reason):
            message.refresh_from_db()
            if message.status == MessageStatus.CANCELLED:
                return
            raise DomainError("not_queued", _("This message has left already."))
        journal.record(message, "mail.cancel", by=by, at=at, reason=reason)
    message.refresh_from_db()


def resend(message: OutgoingMessage, *, by, at: datetime) -> None:
    """Queue it again by hand, with its own Message-ID, so that a mailbox that has it already
    shows it once. A second call changes nothing."""
    with transaction.atomic():
        message = OutgoingMessage.objects.select_for_update().get(pk=message.pk)
        if message.status == MessageStatus.QUEUED:
            return
        if message.is_code or message.status not in RESENDABLE:
            raise DomainError("not_resendable", _("This message cannot be sent again."))
        if message.mailing_id and message.mailing.state == MailingState.STOPPED:
            raise DomainError("mailing_stopped", _("Its mailing is stopped: let that go on first."))
        before = message.status
        anew = {"due_at": at, "attempts": 0, "expires_at": None, "settled_at": None}
        _move(_row(message), before, MessageStatus.QUEUED, **anew)
        journal.record(message, "mail.resend", by=by, at=at, before=before, after="queued")


@transaction.atomic
def settle(message: OutgoingMessage, *, by, at: datetime, reason: str) -> None:
    """Note that somebody has seen to a letter which did not arrive. A second call changes
    nothing."""
    message = OutgoingMessage.objects.select_for_update().get(pk=message.pk)
    if message.settled_at:
        return
    if message.is_code or message.status not in UNDELIVERED:
        raise DomainError("not_undelivered", _("This message has not come back."))
    require_reason(reason)
    message.settled_at = at
    message.save(update_fields=["settled_at"])
    journal.record(message, "mail.settle", by=by, at=at, reason=reason.strip())


def anonymise(person: models.Model, addresses: set[str], *, to: str, at: datetime) -> None:
    """Nothing more is sent to who is erased, and what was sent says no longer what nor where
    to: the rows stay as figures. Mails with codes to `addresses` go."""
    OutgoingMessage.objects.filter(is_code=True, to__in=addresses).delete()
    theirs = OutgoingMessage.objects.filter(person=person)
    theirs.filter(is_code=True).delete()
    cancelled = {"error": "the person was erased"}
    _move(theirs, MessageStatus.QUEUED, MessageStatus.CANCELLED, **cancelled)
    journal.forget_reasons(OutgoingMessage, theirs.values_list("pk", flat=True))
    theirs.update(to=to, subject="", text="", reply_to="", message_id="", error="")


def _move(rows, before: str, after: str, **fields) -> int:
    """Write a status where it still is `before`. Returns how many rows it was."""
    assert after in TRANSITIONS[before], f"{before} → {after}"  # noqa: S101
    return rows.filter(status=before).update(status=after, **fields)


def _row(message: OutgoingMessage):
    return OutgoingMessage.objects.filter(pk=message.pk)


def _held(message: OutgoingMessage):
    """The row, while this worker's lease is the one that holds it."""
    return _row(message).filter(lease_until=message.lease_until)


def _without_code(message: OutgoingMessage) -> dict:
    return {"text": ""} if message.is_code else {}


def _drop_expired(at: datetime) -> int:
    expired = OutgoingMessage.objects.filter(expires_at__lte=at)
    queued, cancelled = MessageStatus.QUEUED, MessageStatus.CANCELLED
    codes = _move(expired.filter(is_code=True), queued, cancelled, text="", error="expired")
    return codes + _move(expired, queued, cancelled, error="expired")


def _send_to_backup_address(message: OutgoingMessage, at: datetime) -> None:
    person = message.person
    if message.is_code or not person or not person.backup_verified_at:
        return
    if person.backup_email.lower() == message.to.lower():
        return
    copied = ("language", "template", "about", "version", "scope", "within", "subject")
    copied += ("text", "reply_to")
    OutgoingMessage.objects.get_or_create(
        instead_of=message,
        defaults={
            **{name: getattr(message, name) for name in copied},
            "person": person,
            "to": person.backup_email,
            "created_at": at,
            "due_at": at,
        },
    )


def _new_message_id() -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{uuid.uuid4().hex}@{domain}>"
