"""How long the record of messages stays. Nothing that is still to be sent is touched."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from wagtail.models import ModelLogEntry

from lms import journal
from lms.mail.models import Mailing, MessageStatus, OutgoingMessage, Wording

LOGGED = (OutgoingMessage, Mailing, Wording)
CODES_KEPT = timedelta(days=1)
AT_WORK = (MessageStatus.QUEUED, MessageStatus.CLAIMED, MessageStatus.SENDING)


def forget_messages(before: datetime, *, scope: str) -> int:
    """Delete the messages of a scope (a program's slug) written before `before`. How many."""
    return _delete(OutgoingMessage.objects.letters().filter(scope=scope, created_at__lt=before))


def forget_own_messages(at: datetime) -> int:
    """Delete what belongs to no program: the mails with codes after a day, those to nobody's
    account (the last word to who was erased) too, the others as `MESSAGES_KEPT_DAYS` says. A
    mailing goes with the last of its messages."""
    yesterday = at - CODES_KEPT
    codes = OutgoingMessage.objects.filter(is_code=True, created_at__lt=yesterday)
    farewells = OutgoingMessage.objects.letters().filter(person=None, created_at__lt=yesterday)
    kept = timedelta(days=settings.MESSAGES_KEPT_DAYS)
    Mailing.objects.filter(messages=None, started_at__lt=yesterday).delete()
    return _delete(codes) + _delete(farewells) + forget_messages(at - kept, scope="")


def forget_log(before: datetime, *, scope: str, oldest: datetime) -> int:
    """Delete what was logged before `before` of a scope's letters, mailings and own texts of mails;
    and what was logged before `oldest` of letters and mailings that are no more. How many."""
    deleted = 0
    for model in LOGGED:
        keys = model.objects.filter(scope=scope).annotate(logged_as=Cast("pk", CharField()))
        due = Q(timestamp__lte=before, object_id__in=keys.order_by().values("logged_as"))
        if model is not Wording:
            due |= Q(timestamp__lte=oldest)
        rows = ModelLogEntry.objects.filter(content_type=journal.kind_of(model))
        deleted += rows.filter(due).delete()[0]
    return deleted


def _delete(messages) -> int:
    return messages.exclude(status__in=AT_WORK).delete()[0]
