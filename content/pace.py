"""How much of a phase's modules or discussions people have done, for staff's lists of places."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from content.models import (
    Attempt,
    LessonProgress,
    ModuleProgress,
    Participation,
    ParticipationState,
    Post,
)
from content.queries import activities_of, discussions_in, modules_of
from lms.hooks import Progress

DOINGS = (
    (LessonProgress, ("opened_at", "read_at")),
    (Attempt, ("started_at", "saved_at", "submitted_at")),
    (Participation, ("entered_at",)),
    (Post, ("posted_at",)),
)


@dataclass(frozen=True)
class Plan:
    """What completes a phase, how much of it is `due` now, and the rows of what was done, of each
    kind."""

    required: int
    due: int
    done: list[QuerySet]


def plan_of(phase_id: int, at: datetime) -> Plan | None:
    """None where the phase has neither modules nor discussions.

    A module is due when a later one has opened: who keeps pace is in the one that opened last. A
    discussion is due when it has closed, unless it can still be made up for by another one. When
    the phase has closed, all is due."""
    activities = activities_of(phase_id)
    if not activities:
        return None
    phase, total = activities[0].phase, len(activities)
    required = min(phase.required_activities or total, total)
    if at >= phase.closes_at:
        due = required
    else:
        closed = sum(one.closes_at <= at for one in discussions_in(phase_id))
        due = min(_modules_due(phase_id, at) + max(0, closed - (total - required)), required)
    return Plan(required, due, _done_in(phase_id))


def _modules_due(phase_id: int, at: datetime) -> int:
    opened = [module.opens_at for module in modules_of(phase_id) if module.opens_at <= at]
    return sum(instant < max(opened) for instant in opened)


def _done_in(phase_id: int) -> list[QuerySet]:
    done = []
    if modules_of(phase_id):
        rows = ModuleProgress.objects.filter(module__phase=phase_id, completed_at__isnull=False)
        done.append(rows)
    if discussions_in(phase_id):
        met = ParticipationState.MET
        done.append(Participation.objects.filter(discussion__phase=phase_id, state=met))
    return done


def places_progress(phases: dict[int, int], at: datetime) -> dict[int, Progress]:
    """`phases` gives the phase of each enrollment, both by id. A query for each phase and kind of
    activity, and four for when something was last done, however many people there are."""
    plans = {pk: plan for pk in set(phases.values()) if (plan := plan_of(pk, at))}
    done = {
        pk: sum((_counts(rows, phases) for rows in p.done), Counter()) for pk, p in plans.items()
    }
    seen = last_seen(phases)
    return {
        enrollment: Progress(
            done=min(done[phase][enrollment], plans[phase].required),
            required=plans[phase].required,
            due=plans[phase].due,
            last_seen=seen.get(enrollment),
        )
        for enrollment, phase in phases.items()
        if phase in plans
    }


def _counts(done: QuerySet, enrollments) -> Counter:
    rows = done.filter(enrollment__in=list(enrollments)).order_by().values("enrollment")
    return Counter(dict(rows.annotate(n=Count("pk")).values_list("enrollment", "n")))


def last_seen(enrollments) -> dict[int, datetime]:
    """When each last opened or read a lesson, worked on a quiz, entered a room or wrote."""
    seen: dict[int, datetime] = {}
    for model, fields in DOINGS:
        rows = model.objects.filter(enrollment__in=list(enrollments)).order_by()
        latest = {f"last_{name}": Max(name) for name in fields}
        for enrollment, *instants in (
            rows.values("enrollment").annotate(**latest).values_list("enrollment", *latest)
        ):
            known = filter(None, [seen.get(enrollment), *instants])
            seen[enrollment] = max(known)
    return seen


def places_behind(phase_id: int, at: datetime) -> Q | None:
    """The enrollments that have done less of this phase than is due; None where nothing is."""
    plan = plan_of(phase_id, at)
    if plan is None or not plan.due:
        return None
    first, *rest = map(_own, plan.done)
    return Q(LessThan(sum(rest, start=first), plan.due))


def _own(done: QuerySet) -> Coalesce:
    own = done.filter(enrollment=OuterRef("pk")).order_by().values("enrollment")
    return Coalesce(Subquery(own.annotate(n=Count("pk")).values("n")), 0)
