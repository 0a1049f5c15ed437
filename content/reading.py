"""What the pages of a module and a lesson show of the reader's way through them."""

from __future__ import annotations

from content.gate import Access
from content.models import Attempt, LessonPage, ModulePage
from content.progress import LessonState, ModuleState, neighbors
from content.queries import lessons_by_module
from content.rules.quizzes import can_start


def lesson_context(page: LessonPage, access: Access, request) -> dict:
    """The lessons before and after, whether this one was read, and whether the button counts.
    Asks the database for nothing more where the reader is a participant."""
    module = state_of(access, page.module)
    before, after = neighbors(module.lessons, page.translation_key)
    own = next((lesson for lesson in module.lessons if lesson.key == page.translation_key), None)
    at = request.at
    return {
        "module": page.module,
        "module_url": request.path.rstrip("/").rpartition("/")[0] + "/",
        "state": module,
        "before": before,
        "after": after,
        "own": own,
        "works": bool(access.standing and access.standing.work(at)),
        "number": module.lessons.index(own) + 1 if own else None,
    }


def state_of(access: Access, module) -> ModuleState:
    """The module as the reader stands in it; for staff, its lessons alone."""
    if access.learning:
        return access.learning.of(module.pk)
    lessons = lessons_by_module(module.phase_id).get(module.pk, ())
    bank = module.questions.filter(retired_at=None)
    return ModuleState(
        module=module,
        lessons=[LessonState(page=lesson) for lesson in lessons],
        has_quiz=bank.exists(),
    )


def module_context(page: ModulePage, access: Access, request) -> dict:
    """The module's lessons and quiz as a list of tasks, and what is missing."""
    at = request.at
    state = state_of(access, page.module)
    attempts = (
        list(Attempt.objects.filter(enrollment=access.enrollment, module=page.module))
        if access.enrollment
        else []
    )
    return {
        "module": page.module,
        "edition_url": request.path.rstrip("/").rpartition("/")[0] + "/",
        "state": state,
        "attempts": attempts,
        "in_progress": next((a for a in attempts if a.is_in_progress), None),
        "may_start": can_start(page.module, attempts, at),
        "works": bool(access.standing and access.standing.work(at)),
        "closes_at": access.standing.closes_at if access.standing else None,
        "zone": page.module.phase.edition.deadline_zone,
    }
