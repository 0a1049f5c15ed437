from content.models.activities import Module, Question, QuestionKind
from content.models.copying import PageCopy
from content.models.discussion_pages import DiscussionPage
from content.models.discussions import Discussion, Participation, ParticipationState, Room
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
    PublicPage,
    TextPage,
)
from content.models.posts import (
    POST_TRANSITIONS,
    AuthorRole,
    HeldFor,
    Post,
    PostStatus,
    PostVersion,
    Report,
)

__all__ = [
    "ATTEMPT_TRANSITIONS",
    "Attempt",
    "AttemptStatus",
    "LessonProgress",
    "ModuleProgress",
    "POST_TRANSITIONS",
    "AuthorRole",
    "Discussion",
    "DiscussionPage",
    "HeldFor",
    "Participation",
    "ParticipationState",
    "Post",
    "PostStatus",
    "PostVersion",
    "Report",
    "Room",
    "PageCopy",
    "PUBLIC_PAGE_TYPES",
    "EditionPage",
    "GatedPage",
    "HomePage",
    "LessonPage",
    "Module",
    "ModulePage",
    "ProgramPage",
    "PublicPage",
    "Question",
    "QuestionKind",
    "TextPage",
]
