"""Reading lessons and completing modules. With `quizzes`, the only writer of what was learnt."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from content.models import LessonPage, LessonProgress, Module, ModuleProgress
from content.queries import learning_of
from content.services.completion import complete_if_enough
from enrollment.models import Enrollment
from enrollment.rules.phases import PhaseStanding, standing_of
from enrollment.services.phases import start_phase
from lms import journal


def locked_standing(enrollment: Enrollment, phase) -> PhaseStanding:
    """The participant's standing, with the enrollment's row locked: one person's learning is
    written one step at a time, from however many tabs."""
    row = Enrollment.objects.select_for_update(of=("self",)).select_related("person", "edition")
    return standing_of(row.get(pk=enrollment.pk), phase)


@transaction.atomic
def open_lesson(enrollment: Enrollment, lesson: LessonPage, at: datetime) -> LessonProgress:
    """Note when a lesson was first opened, and with it that the phase has begun. Later calls
    cost one query. Whether it may be opened is the gate's question."""
    row = LessonProgress.objects.filter(
        enrollment=enrollment, lesson_key=lesson.translation_key
    ).first()
    if row is None:
        row, _is_new = LessonProgress.objects.get_or_create(
            enrollment=enrollment,
            lesson_key=lesson.translation_key,
            defaults={"opened_at": at},
        )
        start_phase(enrollment, lesson.module.phase, at)
    return row


@transaction.atomic
def mark_read(enrollment: Enrollment, lesson: LessonPage, at: datetime) -> LessonProgress:
    """The participant pressed “I have read it”. Completes what that completes. Raises
    `DomainError` where the module is not open or the phase has closed; a second call changes
    nothing."""
    standing = locked_standing(enrollment, lesson.module.phase)
    row = open_lesson(standing.enrollment, lesson, at)
    if row.read_at:
        return row
    standing.work(at).require()
    learning_of(standing, at).of(lesson.module_id).decision.require()
    row.read_at = at
    row.save(update_fields=["read_at"])
    complete_what_is_done(standing, lesson.module, at)
    return row


def complete_what_is_done(standing: PhaseStanding, module: Module, at: datetime) -> None:
    """Complete the module if nothing of it is missing, and the phase if it was the last. The
    caller holds the lock on the enrollment."""
    state = learning_of(standing, at).of(module.pk)
    if state.is_completed or not state.is_done:
        return
    ModuleProgress.objects.update_or_create(
        enrollment=standing.enrollment, module=module, defaults={"completed_at": at}
    )
    journal.record(
        standing.enrollment, "content.complete_module", by=None, at=at, module=module.slug
    )
    complete_if_enough(standing, at)
