"""Whether the demonstration stands in this database, and on which day it was put."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.apps import apps
from django.db import transaction
from django.db.models import F
from wagtail.models import ModelLogEntry, Page, Site

from lms import journal, kept
from lms.decisions import DomainError
from lms.hooks import DemoStage, ask
from lms.mail.models import Mailing, MailingState, MessageStatus, OutgoingMessage

OURS = ("accounts", "mail", "media", "enrollment", "content", "certificates")
BUILT, MOVED = "demo.build", "demo.move"
FRESH = timedelta(days=4)  # so long every living edition stays at its stage
STALE = (
    "The demonstration has grown stale: its living editions stand where they stood on the day it\n"
    "was built. Type: DEMO=1 .venv/bin/python manage.py demo --renew"
)


@transaction.atomic
def build(at: datetime, *, scale: float = 1.0) -> bool:
    """Build the whole demonstration. False where it stands already: nothing is changed then.
    Refuses with `not_empty` a database that holds anything else."""
    if placed_on():
        return False
    if holds_anything():
        raise DomainError(
            "not_empty", "This database holds something else: the demonstration wants an empty one."
        )
    ask("demo_build", DemoStage(at.date(), scale))
    _deliver_all()
    journal.record(Site.objects.get(is_default_site=True), BUILT, by=None, at=at, today=at.date())
    return True


def _deliver_all() -> None:
    """What was written while building has long arrived: the worker finds nothing to send."""
    queued = OutgoingMessage.objects.filter(status=MessageStatus.QUEUED)
    queued.update(status=MessageStatus.ACCEPTED, sent_at=F("created_at"))
    begun = Mailing.objects.filter(state=MailingState.CANARY)
    begun.update(state=MailingState.GOING, passed_at=F("started_at"))


@transaction.atomic
def move_to_today(at: datetime) -> int:
    """Move the living editions, with all that happened in them, to today. How many days."""
    days = (at.date() - placed_on()).days
    if days:
        ask("demo_move", days)
        kept.drop()  # rows are moved by the thousand, without a signal for each
        journal.record(
            Site.objects.get(is_default_site=True), MOVED, by=None, at=at, today=at.date()
        )
    return days


def freshen(at: datetime) -> int:
    """Move a stale demonstration to today, before a worker does what has fallen due meanwhile:
    lets offers expire, ends phases. How many days."""
    return move_to_today(at) if is_stale(at) else 0


def placed_on() -> date | None:
    """The day that counts as today in the demonstration; None where none stands."""
    last = ModelLogEntry.objects.filter(action__in=[BUILT, MOVED]).order_by("timestamp").last()
    return date.fromisoformat(last.data["today"]) if last else None


def is_stale(at: datetime) -> bool:
    """Whether some living edition may have left its stage."""
    placed = placed_on()
    return placed is not None and at.date() - placed > FRESH


def holds_anything() -> bool:
    """Whether any of our tables has a row, or the site a page of its own."""
    models = [model for model in apps.get_models() if model._meta.app_label in OURS]
    return Page.objects.count() > 2 or any(model.objects.exists() for model in models)
