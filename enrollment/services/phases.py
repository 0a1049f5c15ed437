"""A person's way through the phases: begun, signed up, completed. Alone writes `PhaseProgress`."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from enrollment import emails
from enrollment.models import Enrollment, EnrollmentStatus, Phase, PhaseProgress
from enrollment.rules.phases import standing_of
from lms import journal


def record_opened(enrollment: Enrollment, at: datetime) -> None:
    """Note when the person first opened anything of the edition; later calls cost nothing."""
    if enrollment.first_opened_at is not None:
        return
    fresh = Enrollment.objects.filter(pk=enrollment.pk, first_opened_at=None)
    fresh.update(first_opened_at=at)
    enrollment.first_opened_at = at


@transaction.atomic
def start_phase(enrollment: Enrollment, phase: Phase, at: datetime) -> PhaseProgress:
    """Note when the person began the phase. A second call changes nothing."""
    progress, _is_new = PhaseProgress.objects.get_or_create(
        enrollment=enrollment, phase=phase, defaults={"started_at": at}
    )
    if progress.started_at is None:
        progress.started_at = at
        progress.save(update_fields=["started_at"])
    record_opened(enrollment, at)
    return progress


@transaction.atomic
def complete_phase(
    enrollment: Enrollment, phase: Phase, *, work: dict, at: datetime
) -> PhaseProgress:
    """Record that the person completed the phase, once and for good.

    `work` is the frozen account of what was done, of which a certificate is made:
    `{"activities": [{"title": {lang: text}, "hours": n, …}], "hours": n, "discussions": […]}`.
    The hour is not asked: what was handed in in time may be graded after the close. Raises
    `DomainError` where the phase is not this person's. A second call changes nothing."""
    enrollment = Enrollment.objects.select_for_update(of=("self",)).get(pk=enrollment.pk)
    standing = standing_of(enrollment, phase)
    if standing.is_completed:
        return standing.own_progress
    standing.belongs(at).require()
    progress = standing.own_progress or PhaseProgress(enrollment=enrollment, phase=phase)
    progress.started_at = progress.started_at or at
    progress.completed_at = at
    progress.work = work
    progress.save()
    journal.record(enrollment, "enrollment.complete_phase", by=None, at=at, phase=phase.order)
    _complete_afterwards(enrollment, standing, at)
    emails.phase_completed(enrollment, phase, at)
    return progress


def _complete_afterwards(enrollment: Enrollment, standing, at: datetime) -> None:
    """What is graded after the close turns `not completed` into `completed`."""
    missing = {phase.pk for phase in standing.phases} - {standing.phase.pk}
    missing -= {pk for pk, row in standing.progress.items() if row.completed_at}
    if enrollment.status != EnrollmentStatus.NOT_COMPLETED or missing:
        return
    before, enrollment.status = enrollment.status, EnrollmentStatus.COMPLETED
    enrollment.save(update_fields=["status"])
    journal.record(
        enrollment, "enrollment.settle", by=None, at=at, before=before, after=enrollment.status
    )
