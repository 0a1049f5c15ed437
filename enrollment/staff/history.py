"""Everything that was done with a person's application, offer and place: who, when, why, and what
it was before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from enrollment.models import (
    AlumniMatch,
    ApplicationStatus,
    Eligibility,
    EnrollmentStatus,
    OfferStatus,
    Outcome,
)
from enrollment.staff.zones import zone_of
from lms.templatetags.times import when_short

WORDS = {
    value: label
    for choices in (
        ApplicationStatus,
        AlumniMatch,
        Eligibility,
        EnrollmentStatus,
        OfferStatus,
        Outcome,
    )
    for value, label in choices.choices
}
NOTHING = ("", "None")


def add_words(choices: type[models.TextChoices]) -> None:
    """The states of another app's rows, in words."""
    WORDS.update(choices.choices)


@dataclass(frozen=True)
class Done:
    at: datetime
    what: str
    who: str
    reason: str
    before: str
    after: str
    zone: str = "UTC"


def history_of(*rows: models.Model | None) -> list[Done]:
    """The log of these rows, newest first. One query."""
    wanted, zones = Q(pk=None), {}
    for row in filter(None, rows):
        kind = ContentType.objects.get_for_model(row, for_concrete_model=False)
        wanted |= Q(content_type=kind, object_id=str(row.pk))
        zones[kind.pk, str(row.pk)] = zone_of(row)
    entries = ModelLogEntry.objects.filter(wanted).select_related("user")
    return [
        _done(entry, zones[entry.content_type_id, entry.object_id])
        for entry in entries.order_by("-timestamp", "-pk")
    ]


def _done(entry: ModelLogEntry, zone: str) -> Done:
    data = entry.data or {}
    return Done(
        at=entry.timestamp,
        what=str(entry.message),
        who=str(entry.user) if entry.user else _("the site"),
        reason=data.get("reason", ""),
        before=spoken(data.get("before", ""), zone),
        after=spoken(data.get("after", ""), zone),
        zone=zone,
    )


def spoken(text: str, zone: str = "UTC") -> str:
    """A stored state, several of them, or an instant, in words."""
    if text in NOTHING:
        return ""
    try:
        at = datetime.fromisoformat(text) if text[:1].isdigit() else None
        return when_short(at, zone) if at else _words(text)
    except ValueError:
        return _words(text)


def _words(text: str) -> str:
    return " · ".join(str(WORDS.get(part, part)) for part in text.split(" · "))
