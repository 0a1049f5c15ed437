"""Staff who have lost both the app (or the key) and the recovery codes are helped by two
administrators: a superuser each, neither of them the person. Nobody of a program can do it, for
the account holds rights in that program.

1. `ask`: one administrator names the person and the reason.
2. `confirm` or `refuse`: another one decides. The person is told at all addresses.
3. For 72 hours nothing happens: whoever still holds the factor keeps it, by `keep`.
4. Then the person enters by a code, and `apply` takes the factor off; a new one is set up at once,
   as the admin asks for. After 14 days it is too late.
"""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lms import journal
from lms.accounts import addresses, emails, sessions
from lms.accounts.models import FactorRescue, User
from lms.decisions import ALLOWED, Decision, DomainError, refused, require_reason


def can_help(person: User, by: User) -> Decision:
    """Whether `by` can be one of the two."""
    if not (by.is_superuser and by.is_active):
        return refused("not_theirs", _("Only administrators help with a second step."))
    if person == by:
        return refused("own_account", _("Nobody can do this for their own account."))
    if person.erased_at or not person.is_active:
        return refused("closed", _("This account is closed."))
    return ALLOWED


def can_confirm(rescue: FactorRescue, by: User) -> Decision:
    """Whether `by` can be the second: another administrator, while the first still is one."""
    if rescue.asked_by_id == by.pk:
        return refused("same_person", _("Another administrator has to confirm this."))
    return can_help(rescue.person, by) and can_help(rescue.person, rescue.asked_by)


@transaction.atomic
def ask(email: str, *, reason: str, by: User, at: datetime) -> FactorRescue:
    """Ask that the second factor be taken off the account that this address opens. Asked again it
    is the same. Mails nobody yet."""
    person = addresses.opened_by(email)
    person = person and User.objects.select_for_update().get(pk=person.pk)
    if person is None or not _holds_factor(person):
        raise DomainError("no_factor", _("No account of this address has a second step."))
    can_help(person, by).require()
    require_reason(reason)
    _end_late(person, at)
    if waiting := person.factor_rescues.open().first():
        return waiting
    rescue = FactorRescue.objects.create(
        person=person, reason=reason.strip(), asked_by=by, asked_at=at
    )
    journal.record(person, "accounts.ask_factor_rescue", by=by, at=at, reason=rescue.reason)
    return rescue


@transaction.atomic
def confirm(rescue: FactorRescue, *, by: User, at: datetime) -> FactorRescue:
    """The second administrator says yes: the person is told, and the 72 hours begin. A second
    call changes nothing."""
    rescue = _locked(rescue)
    if rescue.confirmed_at is not None:
        return rescue
    _require_open(rescue)
    can_confirm(rescue, by).require()
    rescue.confirmed_by, rescue.confirmed_at = by, at
    rescue.save(update_fields=["confirmed_by", "confirmed_at"])
    journal.record(
        rescue.person, "accounts.confirm_factor_rescue", by=by, at=at, reason=rescue.reason
    )
    emails.factor_rescue_confirmed(rescue, at=at)
    return rescue


@transaction.atomic
def refuse(rescue: FactorRescue, *, reason: str, by: User, at: datetime) -> FactorRescue:
    """An administrator says no, also after it was confirmed. A second call changes nothing."""
    rescue = _locked(rescue)
    if rescue.ended_at is not None and rescue.applied_at is None:
        return rescue
    _require_open(rescue)
    can_help(rescue.person, by).require()
    require_reason(reason)
    _end(rescue, at)
    journal.record(
        rescue.person, "accounts.refuse_factor_rescue", by=by, at=at, reason=reason.strip()
    )
    return rescue


@transaction.atomic
def keep(person: User, *, at: datetime) -> None:
    """The person, who has shown the second factor, keeps it. A second call changes nothing."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if rescue := person.factor_rescues.open().first():
        _end(rescue, at)
        journal.record(person, "accounts.keep_factor", by=person, at=at)


@transaction.atomic
def apply(person: User, *, at: datetime) -> bool:
    """Take the factor off whoever enters by a code while a confirmed rescue is open; everybody is
    signed out. Part of entering: the mailbox has just been proved. Returns whether it was."""
    if not person.factor_rescues.open().exists():
        return False
    person = User.objects.select_for_update().get(pk=person.pk)
    rescue = person.factor_rescues.open().first()
    if rescue is None or not rescue.is_applicable(at):
        return False
    Authenticator.objects.filter(user=person).delete()
    sessions.end_all(person)
    rescue.applied_at = at
    _end(rescue, at, "applied_at")
    journal.record(person, "accounts.apply_factor_rescue", by=person, at=at)
    emails.factor_removed(rescue, at=at)
    return True


def waiting(at: datetime):
    """What administrators have to look at, oldest first."""
    rows = FactorRescue.objects.open().in_time(at).order_by("asked_at")
    return rows.select_related("person", "asked_by", "confirmed_by")


def _holds_factor(person: User) -> bool:
    return person.is_staff and Authenticator.objects.filter(user=person).exists()


def _end_late(person: User, at: datetime) -> None:
    rescue = person.factor_rescues.open().first()
    if rescue and rescue.closes_at and at >= rescue.closes_at:
        _end(rescue, at)


def _end(rescue: FactorRescue, at: datetime, *more: str) -> None:
    rescue.ended_at = at
    rescue.save(update_fields=["ended_at", *more])


def _require_open(rescue: FactorRescue) -> None:
    if rescue.ended_at is not None:
        raise DomainError("ended", _("This was ended already."))


def _locked(rescue: FactorRescue) -> FactorRescue:
    """The rescue as it stands, under the lock of its person's account."""
    User.objects.select_for_update().get(pk=rescue.person_id)
    return FactorRescue.objects.select_related("person", "asked_by").get(pk=rescue.pk)
