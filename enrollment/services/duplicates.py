"""Applications that look like the same person's: settled by people."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from enrollment.models import Application, ApplicationStatus, Edition
from enrollment.models.applications import IN_SELECTION
from enrollment.queries import pairs_to_settle
from enrollment.rules.duplicates import can_merge, can_take_back, is_surely_one
from enrollment.rules.eligibility import can_settle
from enrollment.services.eligibility import assess, take_turn
from enrollment.services.information import OPEN as ASKED
from enrollment.services.windows import form_of
from lms import journal
from lms.decisions import DomainError, require_reason

NOTED, TAKEN_BACK = "enrollment.note_duplicate", "enrollment.take_back_duplicate"
WITH = ("person", "role", "window")
TELLING = ("name", "text", "number", "date")  # kinds of fields
Pair = tuple[Application, Application]


def in_order(one: Application, other: Application) -> Pair:
    """The earlier and the later one."""
    earlier, later = sorted((one, other), key=lambda row: (row.submitted_at, row.pk))
    return earlier, later


def sure_pairs(edition: Edition) -> list[Pair]:
    """The open pairs, each the earlier and the later one, that are one person by all they say and
    look like no third. Three queries."""
    rows = list(
        pairs_to_settle(edition).select_related(*WITH, *(f"duplicate_of__{one}" for one in WITH))
    )
    alike = Application.objects.filter(edition=edition, status__in=IN_SELECTION)
    alike = alike.filter(likeness__in={row.likeness for row in rows}).order_by()
    counts = dict(alike.values_list("likeness").annotate(count=Count("pk")))
    return [
        in_order(row, row.duplicate_of)
        for row in rows
        if counts.get(row.likeness) == 2 and is_surely_one(row, row.duplicate_of, _telling(row))
    ]


def _telling(application: Application) -> list[str]:
    return [one["id"] for one in form_of(application.window) if one["kind"] in TELLING]


def pair_seen(application: Application, other: Application) -> str:
    """What a decision on the two rests on: where any of it has changed, another look is needed."""
    rows = sorted((application, other), key=lambda row: row.pk)
    return "|".join(f"{row.pk}:{row.version}:{row.status}:{_settled(row)}" for row in rows)


@transaction.atomic
def keep_both(application: Application, *, by, at: datetime, reason: str, seen: str = "") -> None:
    """Settle that these are two people: both count, and neither waits to be looked at, until
    another application looks like theirs. Logged with both. Where they are not as they were
    `seen`, refuses `changed`."""
    take_turn(application.edition_id)
    application, other = _pair(application, seen)
    can_settle(application, by, at).require()
    _ask_for_reason(reason)
    pair = (application, other)
    Application.objects.filter(pk__in=[one.pk for one in pair]).update(duplicate_settled_at=at)
    for one, twin in (pair, pair[::-1]):
        _log(one, NOTED, by, at, reason, other=twin.code)


@transaction.atomic
def merge_application(
    application: Application, *, by, at: datetime, reason: str, seen: str = ""
) -> Application:
    """Settle that it is the other's person: this one leaves the selection, the other counts, since
    whichever of them came first. Merging it again changes nothing. Where they are not as they
    were `seen`, refuses `changed`."""
    turn = take_turn(application.edition_id)
    application, other = _pair(application, seen)
    if application.status == ApplicationStatus.MERGED:
        return application
    can_merge(application, other, by, at).require()
    _ask_for_reason(reason)
    _count_since(other, min(application.submitted_at, other.submitted_at))
    change = _move(application, ApplicationStatus.MERGED)
    _log(application, "enrollment.merge_application", by, at, reason, other=other.code, **change)
    _log(other, NOTED, by, at, reason, other=application.code)
    assess(application, at=at, turn=turn)
    return application


@transaction.atomic
def take_back(
    application: Application, *, by, at: datetime, reason: str, seen: str = ""
) -> Application:
    """Undo either of the above: the two look alike again, and wait to be settled. Who was merged
    is back in the selection, and the other counts since its own time. Where they are not as they
    were `seen`, refuses `changed`."""
    turn = take_turn(application.edition_id)
    application, other = _pair(application, seen)
    can_take_back(application, by, at).require()
    _ask_for_reason(reason)
    change = {}
    if application.status == ApplicationStatus.MERGED:
        is_asked = application.information_requests.filter(**ASKED).exists()
        change = _move(
            application,
            ApplicationStatus.INFO_REQUESTED if is_asked else ApplicationStatus.SUBMITTED,
        )
        _count_since(other, _earliest(other))
    else:
        keys = (application.pk, other.pk)
        Application.objects.filter(pk__in=keys).update(duplicate_settled_at=None)
    _log(application, TAKEN_BACK, by, at, reason, other=other.code, **change)
    _log(other, TAKEN_BACK, by, at, reason, other=application.code)
    assess(application, at=at, turn=turn)
    return application


def _pair(application: Application, seen: str) -> Pair:
    """It and what it looks like, both locked: whoever takes two takes the lower key first, so that
    nobody waits for somebody who waits for them."""
    found = Application.objects.filter(pk=application.pk).values_list("duplicate_of", flat=True)
    keys = [application.pk, found.get()]
    rows = Application.objects.select_for_update(of=("self",)).select_related("edition__program")
    locked = {row.pk: row for row in rows.filter(pk__in=keys).order_by("pk")}
    application = locked[application.pk]
    other = locked.get(application.duplicate_of_id)
    if seen and (other is None or seen != pair_seen(application, other)):
        raise DomainError("changed", _("It was settled, or changed, meanwhile: look again."))
    if other is None:
        raise DomainError("no_duplicate", _("Nothing looks like this application."))
    return application, other


def _settled(application: Application) -> str:
    at = application.duplicate_settled_at
    return at.isoformat() if at else ""


def _move(application: Application, status: str) -> dict:
    """Out of the selection, or back into it; what the log says of it."""
    before, application.status = application.status, status
    application.revision += 1
    application.save(update_fields=["status", "revision"])
    return {"before": before, "after": status}


def _count_since(application: Application, at: datetime) -> None:
    if application.submitted_at != at:
        application.submitted_at = at
        application.save(update_fields=["submitted_at"])


def _earliest(application: Application) -> datetime:
    """When it was first sent itself, or one that is still merged into it."""
    first = application.versions.order_by("number").values_list("at", flat=True).first()
    merged = Application.objects.filter(
        duplicate_of=application, status=ApplicationStatus.MERGED
    ).values_list("submitted_at", flat=True)
    return min([first or application.submitted_at, *merged])


def _ask_for_reason(reason: str) -> None:
    require_reason(reason, _("Write what you found."))


def _log(application: Application, action: str, by, at: datetime, reason: str, **data) -> None:
    journal.record(application, action, by=by, at=at, reason=reason.strip(), **data)
