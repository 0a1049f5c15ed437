"""Who has lost the mailbox is helped by two members of staff. Rights are asked by who calls:
these services only see to it that the two are two, and neither is the person.

1. `ask_rescue`: one member of staff names the new address and the reason.
2. `confirm_rescue` or `refuse_rescue`: another one decides. Both addresses are told.
3. The new address proves itself by entering with a code; then alone is it the account's
   (`lms.accounts.services.enter`). Who reads the old one can cancel for 72 hours.

Staff never learn whether the new address opens an account of its own: only its reader does.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lms import journal
from lms.accounts import addresses, emails
from lms.accounts.models import AddressChange, MailboxRescue, User, normal_address
from lms.decisions import ALLOWED, Decision, DomainError, refused, require_reason


def can_ask(person: User, by: User) -> Decision:
    """Whether `by` can ask for another address for this account."""
    if person.erased_at or not person.is_active:
        return refused("closed", _("This account is closed."))
    if person == by:
        return refused("own_account", _("Nobody can do this for their own account."))
    return ALLOWED


def can_decide(rescue: MailboxRescue, by: User) -> Decision:
    """Whether `by` can be the second to confirm it. Refusing is open to the first as well."""
    if rescue.asked_by_id == by.pk:
        return refused("same_person", _("Another member of staff has to confirm this."))
    return can_ask(rescue.person, by)


@transaction.atomic
def ask_rescue(
    person: User, new_email: str, *, reason: str, by: User, at: datetime
) -> MailboxRescue:
    """Ask that the account be given another address. The same asking again gives the open one;
    a different one is refused with `open_rescue` while it is undecided. Mails nobody yet."""
    person = User.objects.select_for_update().get(pk=person.pk)
    can_ask(person, by).require()
    new_email, reason = normal_address(new_email), reason.strip()
    require_reason(reason)
    if new_email == person.email:
        raise DomainError("same_address", _("This is the account’s address already."))
    open_one = person.rescues.open().first()
    if open_one is not None:
        if open_one.new_email == new_email:
            return open_one
        raise DomainError("open_rescue", _("Another new address is waiting to be confirmed."))
    rescue = MailboxRescue.objects.create(
        person=person, new_email=new_email, reason=reason, asked_by=by, asked_at=at
    )
    journal.record(person, "accounts.ask_rescue", by=by, at=at, reason=reason)
    return rescue


@transaction.atomic
def confirm_rescue(rescue: MailboxRescue, *, by: User, at: datetime) -> AddressChange:
    """The second person says yes: both addresses are told, and the new one may now prove
    itself. Takes the place of an earlier rescue that still waits for its address. A second
    call changes nothing."""
    rescue = _locked(rescue)
    if rescue.confirmed_at is not None:
        return rescue.change
    if rescue.refused_at is not None:
        raise DomainError("refused", _("This was refused already."))
    can_decide(rescue, by).require()
    rescue.confirmed_by, rescue.confirmed_at = by, at
    rescue.save(update_fields=["confirmed_by", "confirmed_at"])
    person = rescue.person
    person.address_changes.filter(applied_at=None, cancelled_at=None).update(cancelled_at=at)
    change = AddressChange.objects.create(
        person=person,
        rescue=rescue,
        old_email=person.email,
        new_email=rescue.new_email,
        told_at=at,
    )
    journal.record(person, "accounts.confirm_rescue", by=by, at=at, reason=rescue.reason)
    emails.rescue_confirmed(change, at=at)
    emails.rescue_invites(change, is_free=addresses.is_free(rescue.new_email, person, at), at=at)
    return change


@transaction.atomic
def refuse_rescue(rescue: MailboxRescue, *, reason: str, by: User, at: datetime) -> MailboxRescue:
    """One of the staff says no, or the first takes it back. A second call changes nothing."""
    rescue = _locked(rescue)
    if rescue.refused_at is not None:
        return rescue
    if rescue.confirmed_at is not None:
        raise DomainError("confirmed", _("This was confirmed already."))
    require_reason(reason)
    can_ask(rescue.person, by).require()
    rescue.refused_by, rescue.refused_at = by, at
    rescue.save(update_fields=["refused_by", "refused_at"])
    journal.record(rescue.person, "accounts.refuse_rescue", by=by, at=at, reason=reason.strip())
    return rescue


def _locked(rescue: MailboxRescue) -> MailboxRescue:
    """The rescue as it stands, under the lock of its person's account."""
    User.objects.select_for_update().get(pk=rescue.person_id)
    return MailboxRescue.objects.select_related("person", "asked_by").get(pk=rescue.pk)
