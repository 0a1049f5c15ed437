"""Entering, and what changes about an account. Rights of staff are asked by who calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lms import journal
from lms.accounts import addresses
from lms.accounts.models import AddressChange, User


@dataclass(frozen=True)
class Entrance:
    """What a proven address opens: an account (`is_new` when made just now), or only the
    cancelling of the `change` that took the address from one."""

    person: User | None = None
    is_new: bool = False
    change: AddressChange | None = None


@transaction.atomic
def enter(email: str, *, language: str, at: datetime) -> Entrance:
    """Open the account of an address that has just proved itself by a code; makes one where
    there is none, in the page's language. A second call opens the same account."""
    addresses.lock(email)
    person = addresses.opened_by(email)
    if person is not None:
        return Entrance(person)
    former = addresses.former_of(email, at)
    if former is not None:
        return Entrance(change=former)
    person = User.objects.create_user(email, language=language, date_joined=at)
    journal.record(person, "accounts.sign_up", by=person, at=at)
    return Entrance(person, is_new=True)
