"""Editions and their windows. The only writer of `Edition.status`, and with
`enrollment.services.suspending` of a window's close."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from enrollment import emails
from enrollment.models import Edition, EditionStatus, JointAct, RegistrationWindow
from enrollment.rules import programs as rules
from enrollment.rules.staff import coordinates
from lms import journal

INSTANTS = (
    "selection_locks_at",
    "release_planned_at",
    "offers_respond_by",
    "last_entry_at",
    "certificates_planned_at",
)


def calendar_of(edition: Edition) -> dict[str, object]:
    """Seats and every instant of the edition, as ISO texts in UTC: what is published."""
    instants = {name: getattr(edition, name) for name in INSTANTS}
    return {
        "capacity": edition.capacity,
        "windows": [_span(window) for window in edition.windows.order_by("opens_at")],
        "phases": [_span(phase) for phase in edition.phases.all()],
        **{name: value.isoformat() for name, value in instants.items() if value},
    }


def _span(row) -> str:
    return f"{row.opens_at.isoformat()} / {row.closes_at.isoformat()}"


def publish(edition: Edition, act: JointAct, by, at: datetime) -> None:
    """Perform the joint act `publish`."""
    _become(edition, EditionStatus.PUBLISHED)


def cancel(edition: Edition, act: JointAct, by, at: datetime) -> None:
    _become(edition, EditionStatus.CANCELLED)


@transaction.atomic
def close_edition(edition: Edition, *, by, at: datetime) -> Edition:
    """Close after the last phase. A second call changes nothing."""
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    coordinates(by, edition.program).require()
    if edition.status == EditionStatus.CLOSED:
        return edition
    rules.can_close(edition, at).require()
    edition.closed_at = at
    edition.save(update_fields=["closed_at"])
    _become(edition, EditionStatus.CLOSED)
    journal.record(edition, "enrollment.close_edition", by=by, at=at)
    return edition


@transaction.atomic
def archive_edition(edition: Edition, at: datetime) -> int:
    """Archive a closed edition once the records of its participants are no longer kept. Returns
    how many were archived; a second call changes nothing."""
    if not rules.can_archive(edition, at):
        return 0
    edition = Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    if not rules.can_archive(edition, at):
        return 0
    _become(edition, EditionStatus.ARCHIVED)
    journal.record(edition, "enrollment.archive_edition", by=None, at=at)
    return 1


def extend_window(window: RegistrationWindow, act: JointAct, by, at: datetime) -> None:
    """Perform the joint act `extend`: drafts that had lapsed are drafts again by themselves, and
    whoever came too late is told."""
    window.closes_at = datetime.fromisoformat(act.terms["new_closes_at"])
    window.save(update_fields=["closes_at"])
    late = window.late_attempts.filter(person__is_active=True).select_related("person")
    in_time = window.edition.applications.filter(submitted_at__isnull=False)
    late = late.exclude(person__in=in_time.values("person"))
    emails.window_extended(late, window, at)


def _become(edition: Edition, status: str) -> None:
    edition.status = status
    edition.save(update_fields=["status"])
