"""Entering, and what a person sets about the own account. Addresses are given and taken in
`lms.accounts.changes`, by staff in `lms.accounts.rescue`; data leave in `lms.accounts.privacy`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lms import journal
from lms.accounts import addresses, admin_profile, changes, zones
from lms.accounts.locks import open_account
from lms.accounts.models import AddressChange, User


@dataclass(frozen=True)
class Entrance:
    """What a proven address opens: an account (`is_new` when made just now), or only the
    cancelling of the `change` that took the address from one."""

    person: User | None = None
    is_new: bool = False
    change: AddressChange | None = None


@transaction.atomic
def enter(email: str, *, language: str, at: datetime, time_zone: str = "") -> Entrance:
    """Open the account of an address that has just proved itself by a code; makes one where
    there is none, in the page's language and the browser's zone. Where a confirmed rescue waits
    for the address, it is the account's now. A second call opens the same account."""
    addresses.lock(email)
    person = addresses.opened_by(email)
    if person is not None:
        return Entrance(person)
    former = addresses.former_of(email, at)
    if former is not None:
        return Entrance(change=former)
    rescued = addresses.awaited(email, at)
    if rescued is not None:
        return Entrance(changes.apply_rescue(rescued, at=at))
    zone = time_zone if zones.zone_named(time_zone) else ""
    person = User.objects.create_user(email, language=language, time_zone=zone, date_joined=at)
    journal.record(person, "accounts.sign_up", by=person, at=at)
    return Entrance(person, is_new=True)


def adopt_zone(person: User, country: str) -> None:
    """Of a person who chose no zone and whose browser told none: that of the country where she
    says she works (its capital's). Changes the instance too: mails written next read it. No act
    of hers, so nothing is logged."""
    zone = zones.CAPITAL_ZONES.get(country, "")
    if not zone or person.time_zone:
        return
    if User.objects.filter(pk=person.pk, time_zone="").update(time_zone=zone):
        person.time_zone = zone


@transaction.atomic
def set_preferences(
    person: User, *, first_name: str, last_name: str, language: str, time_zone: str, at: datetime
) -> User:
    """The person's name, language and zone, as they want the site to use them."""
    person = open_account(person)
    given = {
        "first_name": first_name,
        "last_name": last_name,
        "language": language,
        "time_zone": time_zone,
    }
    changed = [name for name, value in given.items() if getattr(person, name) != value]
    if not changed:
        return person
    for name in changed:
        setattr(person, name, given[name])
    person.save(update_fields=changed)
    admin_profile.follow(person)
    journal.record(person, "accounts.set_preferences", by=person, at=at, fields=", ".join(changed))
    return person
