"""The addresses of an account: the backup, the change of the main one, and its cancelling.

Every address given here has proved itself by a code before; who calls has seen to it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms import journal
from lms.accounts import addresses, emails, sessions
from lms.accounts.locks import open_account
from lms.accounts.models import CANCEL_WITHIN, AddressChange, User, normal_address
from lms.decisions import DomainError
from lms.hooks import ask


@transaction.atomic
def add_backup(person: User, email: str, *, at: datetime) -> User:
    """A proven address opens the account from now on, beside the main one, which is told.
    Takes the place of an earlier backup. A second call changes nothing."""
    email = normal_address(email)
    person = _taking(person, email, at)
    if email in (person.email, person.backup_email):
        return person
    person.backup_email, person.backup_verified_at = email, at
    person.save(update_fields=["backup_email", "backup_verified_at"])
    journal.record(person, "accounts.add_backup", by=person, at=at)
    emails.backup_added(person, at=at)
    ask("address_proved", person, at)
    return person


@transaction.atomic
def remove_backup(person: User, *, by, at: datetime) -> User:
    """The backup address opens nothing any more. A second call changes nothing."""
    person = open_account(person)
    if not person.backup_email:
        return person
    emails.backup_removed(person, at=at)
    _drop_backup(person)
    journal.record(person, "accounts.remove_backup", by=by, at=at)
    return person


@transaction.atomic
def change_address(person: User, email: str, *, at: datetime) -> AddressChange | None:
    """A proven address becomes the main one. Both are told, the old one can cancel for 72
    hours. What was the backup is the main address alone then. A second call changes nothing."""
    email = normal_address(email)
    person = _taking(person, email, at)
    if email == person.email:
        return person.address_changes.filter(new_email=email).last()
    person.address_changes.filter(applied_at=None, cancelled_at=None).update(cancelled_at=at)
    change = AddressChange.objects.create(
        person=person, old_email=person.email, new_email=email, told_at=at, applied_at=at
    )
    _give(person, email)
    journal.record(person, "accounts.change_address", by=person, at=at)
    emails.address_changed(change, at=at)
    emails.address_changed_here(change, at=at)
    ask("address_proved", person, at)
    return change


def apply_rescue(change: AddressChange, *, at: datetime) -> User:
    """The new address of a rescue has proved itself: it is the account's. Part of entering,
    which holds the lock on the address. All that were signed in are signed out."""
    person = open_account(change.person)
    change.old_email, change.applied_at = person.email, at
    change.save(update_fields=["old_email", "applied_at"])
    _give(person, change.new_email)
    sessions.end_all(person)
    journal.record(person, "accounts.change_address", by=person, at=at, rescue=change.rescue_id)
    return person


@transaction.atomic
def cancel_change(change: AddressChange, *, at: datetime) -> User:
    """Who reads the old address takes the account back: it is the main one again, later changes
    fall with this one, and so does a backup address that was added about the same time.
    Everybody is signed out. Refuses with `too_late` from `cancel_until` on; a second call
    changes nothing."""
    person = open_account(change.person)
    change = AddressChange.objects.get(pk=change.pk)
    if change.cancelled_at is not None:
        return person
    if not change.is_cancellable(at):
        raise DomainError("too_late", _("The time to cancel this change is over."))
    later = person.address_changes.filter(pk__gte=change.pk, cancelled_at=None)
    later.update(cancelled_at=at)
    if change.applied_at is not None:
        _take_back(person, change)
    journal.record(person, "accounts.cancel_change", by=person, at=at)
    emails.change_cancelled(change, person, at=at)
    return person


def cancellable_by(person: User, at: datetime) -> AddressChange | None:
    """A rescue that waits for its new address, which the person can still cancel inside."""
    return person.address_changes.cancellable(at).filter(applied_at=None).last()


def _taking(person: User, email: str, at: datetime) -> User:
    """The account under lock, once the address is known to be free for it."""
    addresses.lock(email)
    person = open_account(person)
    if not addresses.is_free(email, person, at):
        raise DomainError(
            "taken",
            _("This address opens another account already, so it cannot be given to this one."),
        )
    return person


def _give(person: User, email: str) -> None:
    person.email = email
    person.save(update_fields=["email"])
    if person.backup_email == email:
        _drop_backup(person)


def _take_back(person: User, change: AddressChange) -> None:
    if person.backup_verified_at and person.backup_verified_at > change.told_at - CANCEL_WITHIN:
        _drop_backup(person)
    _give(person, change.old_email)
    sessions.end_all(person)


def _drop_backup(person: User) -> None:
    person.backup_email, person.backup_verified_at = "", None
    person.save(update_fields=["backup_email", "backup_verified_at"])


def waiting_or_recent(person: User, at: datetime):
    """The changes that their old address can still cancel, newest first."""
    changes = person.address_changes.cancellable(at).filter(~Q(new_email=person.email))
    return changes.order_by("-pk")
