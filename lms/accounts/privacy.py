"""Erasure: asked for by the person with one button, carried out by staff with one. Rights are
asked by who calls."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.users.models import UserProfile

from lms import journal
from lms.accounts import emails, sessions
from lms.accounts.locks import open_account
from lms.accounts.models import EmailedCode, ErasureRequest, User
from lms.decisions import ALLOWED, Decision, DomainError, refused
from lms.hooks import ask
from lms.mail.services import anonymise


@transaction.atomic
def ask_erasure(person: User, *, keep_verification: bool, at: datetime) -> ErasureRequest:
    """The person asks that everything be erased. Asking again gives the open request, with the
    last word on the certificate."""
    person = open_account(person)
    request = person.erasure_requests.open().first()
    if request is not None:
        if request.keep_verification != keep_verification:
            request.keep_verification = keep_verification
            request.save(update_fields=["keep_verification"])
        return request
    request = ErasureRequest.objects.create(
        person=person, keep_verification=keep_verification, asked_at=at
    )
    journal.record(person, "accounts.ask_erasure", by=person, at=at)
    emails.erasure_asked(request, at=at)
    return request


@transaction.atomic
def withdraw_erasure(person: User, *, at: datetime) -> None:
    """The person thinks better of it. A second call changes nothing."""
    person = open_account(person)
    if person.erasure_requests.open().update(withdrawn_at=at):
        journal.record(person, "accounts.withdraw_erasure", by=person, at=at)


def can_erase(request: ErasureRequest, at: datetime) -> Decision:
    """Whether it can be carried out; an app's `may_erase` hook may know a reason against."""
    if request.withdrawn_at is not None:
        return refused("withdrawn", _("The person has withdrawn the request."))
    if request.person.is_staff:
        return refused("is_staff", _("This person works here: take their roles first."))
    return next(iter(ask("may_erase", request.person, at)), ALLOWED)


@transaction.atomic
def carry_out_erasure(request: ErasureRequest, *, by: User, at: datetime) -> User:
    """Every app erases its own rows, then the account goes: address, names, messages, codes,
    sessions, second factor. What is left is a row that nobody can enter and that names nobody;
    the address is free. The person gets a last mail. All or nothing; a second call changes
    nothing."""
    person = User.objects.select_for_update().get(pk=request.person_id)
    request = ErasureRequest.objects.get(pk=request.pk)
    if request.done_at is not None:
        return person
    can_erase(request, at).require()
    if person == by:
        raise DomainError("own_account", _("Nobody can do this for their own account."))
    addresses = {person.email, person.backup_email} - {""}
    farewell = {"to": person.email, "language": person.language}
    for erase in hooks.get_hooks("erase_person"):
        erase(person, by, at)
    _erase_account(person, addresses, at)
    request.done_at, request.done_by = at, by
    request.save(update_fields=["done_at", "done_by"])
    journal.record(person, "accounts.erase", by=by, at=at)
    emails.erased(**farewell, keeps_verification=request.keep_verification, at=at)
    return person


def _erase_account(person: User, addresses: set[str], at: datetime) -> None:
    sessions.forget(person, at)
    EmailedCode.objects.filter(Q(person=person) | Q(email__in=addresses)).delete()
    Authenticator.objects.filter(user=person).delete()
    UserProfile.objects.filter(user=person).delete()
    EmailAddress.objects.filter(user=person).delete()
    person.address_changes.all().delete()
    person.rescues.all().delete()
    person.factor_rescues.all().delete()
    anonymise(person, addresses, to=nobody(person), at=at)
    person.set_unusable_password()
    person.email, person.backup_email, person.backup_verified_at = nobody(person), "", None
    person.first_name = person.last_name = person.time_zone = ""
    person.language, person.last_login = settings.LANGUAGE_CODE, None
    person.is_active, person.erased_at = False, at
    person.save()


def nobody(person: User) -> str:
    """An address that takes no mail and says no name (RFC 2606)."""
    return f"erased-{person.pk}@erased.invalid"
