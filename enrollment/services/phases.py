"""A person's way through the phases: begun, signed up, completed. Alone writes `PhaseProgress`."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from enrollment import emails
from enrollment.models import (
    Edition,
    Enrollment,
    EnrollmentStatus,
    Phase,
    PhaseProgress,
    WindowKind,
)
from enrollment.queries import completions, participants
from enrollment.rules.enrollments import can_extend
from enrollment.rules.phases import standing_of
from enrollment.rules.staff import coordinates
from enrollment.services.each import in_chunks
from lms import journal
from lms.decisions import DomainError, require_reason

ANNOUNCED_WITHIN = timedelta(days=2)


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
def sign_up(enrollment: Enrollment, phase: Phase, *, by, at: datetime) -> PhaseProgress:
    """Ask for a phase that has a sign-up window, within it. Done again, it changes nothing."""
    enrollment = Enrollment.objects.select_for_update(of=("self",)).get(pk=enrollment.pk)
    if by is None or enrollment.person_id != by.pk:
        raise DomainError("not_yours", _("This is another person's place."))
    standing = standing_of(enrollment, phase)
    if standing.own_progress and standing.own_progress.signed_up_at:
        return standing.own_progress
    standing.sign_up(at).require()
    progress = standing.own_progress or PhaseProgress(enrollment=enrollment, phase=phase)
    progress.signed_up_at = at
    progress.save()
    journal.record(enrollment, "enrollment.sign_up", by=by, at=at, phase=phase.order)
    emails.signed_up(enrollment, phase, at)
    return progress


@transaction.atomic
def extend_phase(
    enrollment: Enrollment, phase: Phase, until: datetime, *, by, at: datetime, reason: str
) -> PhaseProgress:
    """Let one person work in a phase until a later UTC instant, at most seven days after its
    close. Only for coordinators. The same instant again changes nothing."""
    coordinates(by, enrollment.edition.program).require()
    enrollment = Enrollment.objects.select_for_update(of=("self",)).get(pk=enrollment.pk)
    progress = PhaseProgress.objects.filter(enrollment=enrollment, phase=phase).first()
    before = progress and progress.extended_to
    if before == until:
        return progress
    can_extend(enrollment, phase, progress, until).require()
    require_reason(reason)
    progress = progress or PhaseProgress(enrollment=enrollment, phase=phase)
    progress.extended_to = until
    progress.save()
    told = {"reason": reason, "before": before or phase.closes_at, "after": until}
    journal.record(enrollment, "enrollment.extend_phase", by=by, at=at, phase=phase.order, **told)
    emails.phase_extended(enrollment, phase, until, at)
    return progress


def announce_phases(edition: Edition, at: datetime) -> int:
    """Write to those who may enter a phase that has opened within the last two days, once each.
    Who is enrolled after it opened reads so in the mail about the place."""
    count = 0
    recent = edition.phases.filter(opens_at__lte=at, opens_at__gt=at - ANNOUNCED_WITHIN)
    for phase in recent.filter(closes_at__gt=at):
        rows = list(_to_be_told(edition, phase))
        count += in_chunks(rows, partial(emails.phase_opened, phase=phase, edition=edition, at=at))
    return count


def _to_be_told(edition: Edition, phase: Phase):
    rows = participants(edition).filter(confirmed_at__lt=phase.opens_at)
    before = edition.phases.filter(order__lt=phase.order).order_by("order").last()
    if before:
        rows = rows.filter(pk__in=completions(before).values("enrollment"))
    if phase.windows.filter(kind=WindowKind.SIGN_UP).exists():
        signed_up = PhaseProgress.objects.filter(phase=phase, signed_up_at__isnull=False)
        rows = rows.filter(pk__in=signed_up.values("enrollment"))
    return rows.exclude(person__in=emails.told("phase_opened", phase)).select_related(
        "person", "application"
    )


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
