"""What the privacy notice promises about learning: a copy, and erasure."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from content.models import Attempt, LessonPage, LessonProgress, ModuleProgress
from content.queries import in_reader_language
from lms.multilingual import Multilingual

LABELS = {
    "lessons": _("Lessons"),
    "lesson": _("Lesson"),
    "opened_at": _("Opened"),
    "read_at": _("Marked as read"),
    "modules": _("Modules"),
    "module": _("Module"),
    "best_score": _("Best score, percent"),
    "passed_at": _("Quiz passed"),
    "completed_at": _("Completed"),
    "quiz attempts": _("Attempts at quizzes"),
    "number": _("Number"),
    "started_at": _("Begun"),
    "submitted_at": _("Handed in"),
    "score": _("Score, percent"),
    "answers": _("Answers"),
    "question": _("Question"),
    "answer": _("Answer"),
}


def export_lessons(person):
    """The lessons that the person opened and read."""
    rows = list(LessonProgress.objects.filter(enrollment__person=person))
    keys = {row.lesson_key for row in rows}
    pages = LessonPage.objects.filter(translation_key__in=keys).select_related("locale")
    titles = {page.translation_key: page.title for page in in_reader_language(pages)}
    return (
        "lessons",
        [
            {
                "lesson": titles.get(row.lesson_key, str(row.lesson_key)),
                "opened_at": _iso(row.opened_at),
                "read_at": _iso(row.read_at),
            }
            for row in rows
        ],
        LABELS,
    )


def export_modules(person):
    rows = ModuleProgress.objects.filter(enrollment__person=person).select_related("module")
    return (
        "modules",
        [
            {
                "module": str(row.module),
                "best_score": str(row.best_score),
                "passed_at": _iso(row.passed_at),
                "completed_at": _iso(row.completed_at),
            }
            for row in rows
        ],
        LABELS,
    )


def export_attempts(person):
    """Each attempt with what was asked and answered; not what was right, which may be asked
    again."""
    rows = Attempt.objects.filter(enrollment__person=person).select_related("module")
    return (
        "quiz attempts",
        [
            {
                "module": str(row.module),
                "number": row.number,
                "started_at": _iso(row.started_at),
                "submitted_at": _iso(row.submitted_at),
                "score": None if row.score is None else str(row.score),
                "answers": [_answer(question, row.responses) for question in row.questions],
            }
            for row in rows
        ],
        LABELS,
    )


def _answer(question: dict, responses: dict) -> dict:
    chosen = responses.get(question["key"], [])
    return {
        "question": str(Multilingual(question["stem"])),
        "answer": [str(Multilingual(o["text"])) for o in question["options"] if o["id"] in chosen],
    }


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


@transaction.atomic
def erase_person(person, by, at: datetime) -> None:
    """What was read, answered and reached. A certificate keeps its own account of it."""
    for model in (LessonProgress, Attempt, ModuleProgress):
        model.objects.filter(enrollment__person=person).delete()
