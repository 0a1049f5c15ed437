"""Which account an address opens. An address opens one account at most, be it as its main
address, as its backup, or as the former one that may still cancel a change."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import Q

from lms.accounts.models import AddressChange, User, normal_address


def opened_by(email: str) -> User | None:
    """The person whose main or verified backup address this is."""
    email = normal_address(email)
    if not email:
        return None
    return User.objects.filter(Q(email=email) | Q(backup_email=email)).first()


def former_of(email: str, at: datetime) -> AddressChange | None:
    """The last change away from this address that its reader can still cancel."""
    changes = AddressChange.objects.cancellable(at).filter(old_email=normal_address(email))
    return changes.exclude(applied_at=None).select_related("person").last()


def awaited(email: str, at: datetime) -> AddressChange | None:
    """A change by rescue that waits for this address to prove itself."""
    waiting = AddressChange.objects.filter(
        new_email=normal_address(email), applied_at=None, cancelled_at=None
    )
    return waiting.select_related("person").last()


def is_free(email: str, person, at: datetime) -> bool:
    """Whether the address can become one of `person`'s. Hold `lock` while acting on it."""
    holder = opened_by(email)
    if holder is not None:
        return holder == person
    former = former_of(email, at)
    return former is None or former.person == person


def lock(email: str) -> None:
    """Serialise, until the transaction ends, all that give this address to an account.
    SQLite lets only one transaction write at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [normal_address(email)]
            )
