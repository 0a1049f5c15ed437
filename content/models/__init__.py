from content.models.activities import Module, Question, QuestionKind
from content.models.learning import (
    ATTEMPT_TRANSITIONS,
    Attempt,
    AttemptStatus,
    LessonProgress,
    ModuleProgress,
)
from content.models.pages import (
    PUBLIC_PAGE_TYPES,
    EditionPage,
    GatedPage,
    HomePage,
    LessonPage,
    ModulePage,
    ProgramPage,
    TextPage,
)

__all__ = [
    "ATTEMPT_TRANSITIONS",
    "Attempt",
    "AttemptStatus",
    "LessonProgress",
    "ModuleProgress",
    "PUBLIC_PAGE_TYPES",
    "EditionPage",
    "GatedPage",
    "HomePage",
    "LessonPage",
    "Module",
    "ModulePage",
    "ProgramPage",
    "Question",
    "QuestionKind",
    "TextPage",
]
