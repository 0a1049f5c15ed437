"""How far people are in the phase they are in: who has not begun it, who is behind, who is done.

The phase a person is in is the last that is open to them to read. What is done in it, and how
much would be done by whoever keeps pace, is answered by the apps above through hooks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from enrollment.announced import Announced, announced
from enrollment.models import Enrollment, EnrollmentStatus, Phase, PhaseProgress
from enrollment.models.enrollments import SEAT_HOLDING
from enrollment.rules.phases import PhaseStanding, standings_of
from lms.hooks import Progress, ask

NOT_BEGUN, BEHIND, COMPLETED = "not_begun", "behind", "completed"
PACES = [
    (NOT_BEGUN, _("has not begun the phase")),
    (BEHIND, _("behind")),
    (COMPLETED, _("completed the phase")),
]
AT_ONCE = 500


@dataclass(frozen=True)
class Pace:
    """Where one place stands in its phase; `progress` is None where nothing counts there."""

    standing: PhaseStanding
    progress: Progress | None
    at: datetime

    @property
    def phase(self) -> Phase:
        return self.standing.phase

    @property
    def words(self) -> list[str]:
        """Those of `PACES` that are true. Who may still work alone can be late."""
        if self.standing.is_completed:
            return [COMPLETED]
        is_confirmed = self.standing.enrollment.status == EnrollmentStatus.CONFIRMED
        if not is_confirmed or self.at >= self.standing.closes_at:
            return []
        begun = self.standing.own_progress and self.standing.own_progress.started_at
        is_behind = self.progress and self.progress.is_behind
        return [*([] if begun else [NOT_BEGUN]), *([BEHIND] if is_behind else [])]


def paces_of(places: Iterable[Enrollment], at: datetime) -> dict[int, Pace]:
    """The pace of each place that is in a phase, by the place's id, in a fixed number of queries
    for each five hundred. Reads `progress` of each: prefetch it."""
    standings = {}
    for place in places:
        opened = [one for one in standings_of(place) if one.access(at)]
        if opened:
            standings[place.pk] = opened[-1]
    known: dict[int, Progress] = {}
    keys = list(standings)
    for start in range(0, len(keys), AT_ONCE):
        phases = {pk: standings[pk].phase.pk for pk in keys[start : start + AT_ONCE]}
        for answer in ask("places_progress", phases, at):
            known.update(answer)
    return {pk: Pace(one, known.get(pk), at) for pk, one in standings.items()}


def at_pace(word: str, editions: Iterable[int], at: datetime) -> Q:
    """The places of these editions (ids) that have `word` among the `Pace.words`, as a condition
    of the database."""
    found = Q(pk__in=[])
    for facts in filter(None, map(announced, editions)):
        if not facts.edition.is_public:
            continue
        opened = [phase for phase in facts.phases if phase.opens_at <= at]
        for phase in opened:
            within = _is_in(phase, opened, facts)
            found |= Q(edition=facts.edition) & within & _goes(word, phase, at)
    return found


def _goes(word: str, phase: Phase, at: datetime) -> Q:
    completed = Q(_progress(phase, completed_at__isnull=False))
    if word == COMPLETED:
        return completed
    working = Q(status=EnrollmentStatus.CONFIRMED) & ~completed
    if at >= phase.closes_at:
        working &= Q(_progress(phase, extended_to__gt=at))
    if word == NOT_BEGUN:
        return working & ~Q(_progress(phase, started_at__isnull=False))
    behind = Q(pk__in=[])
    for condition in ask("places_behind", phase.pk, at):
        behind |= condition
    return working & behind


def _is_in(phase: Phase, opened: list[Phase], facts: Announced) -> Q:
    """That this is the last of the opened phases to which the place leads."""
    within = Q(status__in=SEAT_HOLDING) & _leads_to(phase, facts)
    for later in opened:
        if later.order > phase.order:
            within &= ~_leads_to(later, facts)
    return within


def _leads_to(phase: Phase, facts: Announced) -> Q:
    before = [one for one in facts.phases if one.order < phase.order]
    leads = Q()
    if before:
        leads &= Q(_progress(before[-1], completed_at__isnull=False))
    if phase.pk in facts.sign_ups:
        leads &= Q(_progress(phase, signed_up_at__isnull=False))
    return leads


def _progress(phase: Phase, **facts) -> Exists:
    rows = PhaseProgress.objects.filter(phase=phase, **facts)
    return Exists(rows.filter(enrollment=OuterRef("pk")))
