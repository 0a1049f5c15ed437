"""Completing a phase: with enough of its modules and discussions, whichever of them came last."""

from __future__ import annotations

from datetime import datetime

from content.models import ModuleProgress, Participation
from content.participation import MET
from content.queries import activities_of, discussions_in, modules_of
from enrollment.models import Phase
from enrollment.rules.phases import PhaseStanding
from enrollment.services.phases import complete_phase


def complete_if_enough(standing: PhaseStanding, at: datetime) -> None:
    """Complete the phase when enough of its modules are completed, and of its discussions met for
    good. A completion is never taken back. The caller holds the lock on the enrollment."""
    phase = standing.phase
    if standing.is_completed or not standing.belongs(at):
        return
    done = [*_modules_done(standing), *_discussions_met(standing)]
    required = phase.required_activities or len(activities_of(phase.pk))
    if required and len(done) >= required:
        complete_phase(standing.enrollment, phase, work=work_done(done, phase), at=at)


def _modules_done(standing: PhaseStanding) -> list[dict]:
    if not modules_of(standing.phase.pk):
        return []
    rows = ModuleProgress.objects.filter(
        enrollment=standing.enrollment, module__phase=standing.phase, completed_at__isnull=False
    )
    rows = rows.select_related("module").order_by("module__order")
    return [activity_of(row.module, row.completed_at) for row in rows]


def _discussions_met(standing: PhaseStanding) -> list[dict]:
    if not discussions_in(standing.phase.pk):
        return []
    rows = Participation.objects.filter(
        enrollment=standing.enrollment,
        discussion__phase=standing.phase,
        state=MET,
        frozen_at__isnull=False,
    )
    rows = rows.select_related("discussion").order_by("discussion__order")
    return [activity_of(row.discussion, row.met_at) for row in rows]


def activity_of(row, at: datetime) -> dict:
    return {"title": dict(row.title), "hours": row.hours, "completed_on": at.date().isoformat()}


def work_done(activities: list[dict], phase: Phase) -> dict:
    """The frozen account of what was completed: titles in all languages, hours, days."""
    return {"activities": activities, "hours": phase.hours}
