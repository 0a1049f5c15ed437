"""What other rooms ask about people's places."""

from __future__ import annotations

from django.db.models import QuerySet

from enrollment.models import (
    Decision,
    Edition,
    Eligibility,
    Enrollment,
    Outcome,
    Phase,
    PhaseProgress,
)
from enrollment.models.applications import IN_SELECTION, MATCH_SETTLED_YES
from enrollment.models.enrollments import SEAT_HOLDING


def participants(edition: Edition | int) -> QuerySet[Enrollment]:
    """Enrollments that hold a seat."""
    return Enrollment.objects.filter(edition=edition, status__in=SEAT_HOLDING)


def completions(phase: Phase) -> QuerySet[PhaseProgress]:
    """Who completed the phase, in the order in which they did."""
    rows = PhaseProgress.objects.filter(phase=phase, completed_at__isnull=False)
    return rows.select_related("enrollment__person").order_by("completed_at", "pk")


def waiting(edition: Edition, *, settled: bool = True) -> QuerySet[Decision]:
    """Current decisions of those who wait for a seat and were never called, by rank; `settled`
    leaves out those who cannot be called: not eligible, or with their alumni match open."""
    rows = Decision.objects.filter(
        edition=edition,
        is_current=True,
        outcome=Outcome.WAITLISTED,
        application__status__in=IN_SELECTION,
        application__offer=None,
        application__enrollment=None,
    ).exclude(application__person__enrollments__edition=edition)
    if settled:
        rows = rows.filter(application__eligibility=Eligibility.ELIGIBLE)
        if edition.program.needs_alumni:
            rows = rows.filter(application__alumni_match__in=MATCH_SETTLED_YES)
    return rows.select_related("application__person").order_by("waitlist_rank")
