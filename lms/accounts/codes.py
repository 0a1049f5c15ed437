"""Six-digit codes by mail: sent, sent again, and spent once.

A code is checked by one conditional write, so that guesses sent at once are counted one by one.
"""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from lms.accounts import emails
from lms.accounts.models import EmailedCode, normal_address
from lms.decisions import ALLOWED, Decision, refused
from lms.mail.secrets import seal, unseal

LIFETIME = timedelta(minutes=settings.CODE_LIFETIME_MINUTES)
MAX_TRIES = 5
DOUBLE_CLICK = timedelta(seconds=30)
KEPT = timedelta(days=1)


@transaction.atomic
def send_code(purpose: str, email: str, *, language: str, at: datetime, person=None) -> EmailedCode:
    """Mail a new code to `email`. Nothing here depends on whether it opens an account."""
    ticket = EmailedCode.objects.create(
        purpose=purpose,
        email=normal_address(email),
        person=person,
        language=language,
        sealed_code=seal(_six_digits()),
        created_at=at,
        expires_at=at + LIFETIME,
    )
    emails.code_sent(ticket, unseal(ticket.sealed_code), at=at)
    return ticket


@transaction.atomic
def send_again(ticket: EmailedCode, *, at: datetime) -> EmailedCode:
    """Mail the same code once more, living 20 minutes from now; a new one where the old is
    spent, expired or was guessed at too often."""
    ticket = EmailedCode.objects.select_for_update().get(pk=ticket.pk)
    if not is_live(ticket, at) or unseal(ticket.sealed_code) is None:
        ticket.sealed_code, ticket.tries, ticket.used_at = seal(_six_digits()), 0, None
    ticket.expires_at = at + LIFETIME
    ticket.save(update_fields=["sealed_code", "tries", "used_at", "expires_at"])
    emails.code_sent(ticket, unseal(ticket.sealed_code), at=at)
    return ticket


@transaction.atomic
def spend(ticket: EmailedCode, typed: str, *, at: datetime) -> Decision:
    """Spend the code if `typed` is it. A wrong one costs a try; the right one counts once, and
    once more within the seconds of a double click. Refuses with `spent`, `expired`,
    `exhausted` or `wrong`, and writes the try in the same transaction (so it does not raise)."""
    ticket = EmailedCode.objects.select_for_update().get(pk=ticket.pk)
    is_right = secrets.compare_digest(digits(typed), unseal(ticket.sealed_code) or "-")
    if ticket.used_at is not None:
        if is_right and ticket.used_at <= at < ticket.used_at + DOUBLE_CLICK:
            return ALLOWED
        return refused("spent", _("This code was already used. Ask for a new one."))
    if at >= ticket.expires_at:
        return refused("expired", _("This code has expired. Ask for a new one."))
    if ticket.tries >= MAX_TRIES:
        return _exhausted()
    if is_right:
        ticket.used_at = at
        ticket.save(update_fields=["used_at"])
        return ALLOWED
    ticket.tries += 1
    ticket.save(update_fields=["tries"])
    left = MAX_TRIES - ticket.tries
    return refused("wrong", _wrong(left)) if left else _exhausted()


def is_live(ticket: EmailedCode, at: datetime) -> bool:
    return ticket.used_at is None and ticket.tries < MAX_TRIES and at < ticket.expires_at


def forget_old_codes(at: datetime) -> None:
    """Delete the requests whose code expired more than a day ago."""
    EmailedCode.objects.filter(expires_at__lt=at - KEPT).delete()


def digits(typed: str) -> str:
    """The digits of what was typed, in ASCII: `１２３ 456` is `123456`."""
    text = unicodedata.normalize("NFKC", typed)
    return "".join(c for c in text if c in "0123456789")


def _six_digits() -> str:
    return f"{secrets.randbelow(1_000_000):06}"


def _wrong(left: int):
    return ngettext_lazy(
        "This is not the code we sent. You have one try left.",
        "This is not the code we sent. You have %(left)d tries left.",
        left,
    ) % {"left": left}


def _exhausted() -> Decision:
    return refused("exhausted", _("Too many wrong codes. Ask for a new one."))
