"""An account under lock, as every change of it begins."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lms.accounts.models import User
from lms.decisions import DomainError


def open_account(person: User) -> User:
    """The account as it stands, locked until the transaction ends. Refuses with `closed` where
    it was erased meanwhile."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.erased_at is not None:
        raise DomainError("closed", _("This account is closed."))
    return person
