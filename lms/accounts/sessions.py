"""Signing out elsewhere. Every session carries a seal made from the account's password field,
which holds no password here but chance: renewing it ends all sessions at once."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from lms import journal
from lms.accounts.models import User


def end_all(person: User) -> None:
    """Nobody is signed in to the account any more. The session that asks goes on by
    `django.contrib.auth.update_session_auth_hash`."""
    person.set_unusable_password()
    person.save(update_fields=["password"])


def end_elsewhere(person: User, *, at: datetime) -> None:
    """The person ends all sessions; the view keeps its own."""
    end_all(person)
    journal.record(person, "accounts.sign_out_elsewhere", by=person, at=at)


def forget(person: User, at: datetime) -> None:
    """Delete the rows of the person's sessions, with what they keep of typed forms."""
    of_person = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=at).iterator(chunk_size=500)
        if session.get_decoded().get(SESSION_KEY) == str(person.pk)
    ]
    Session.objects.filter(pk__in=of_person).delete()
