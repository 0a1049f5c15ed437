"""Where a person stands in a phase's modules: which is open, what is missing, what comes next.

Plain values in, plain values out; the rule that opens a module also says why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lms.decisions import ALLOWED, Decision, refused


@dataclass(frozen=True)
class LessonState:
    """One lesson: `page` is its page in the reader's language, where there is one."""

    page: object
    opened_at: datetime | None = None
    read_at: datetime | None = None

    @property
    def key(self):
        return self.page.translation_key

    @property
    def is_read(self) -> bool:
        return self.read_at is not None


@dataclass(frozen=True)
class ModuleState:
    """One module: `decision` says whether it is open to this person."""

    module: object
    lessons: list[LessonState] = field(default_factory=list)
    has_quiz: bool = False
    best_score: object = None
    passed_at: datetime | None = None
    completed_at: datetime | None = None
    decision: Decision = ALLOWED

    @property
    def unread(self) -> list[LessonState]:
        return [lesson for lesson in self.lessons if not lesson.is_read]

    @property
    def url(self) -> str:
        """The module's page: the one above its lessons."""
        address = self.lessons[0].page.url if self.lessons else ""
        return (address or "").rstrip("/").rpartition("/")[0] + "/" if address else ""

    @property
    def quiz_missing(self) -> bool:
        return self.has_quiz and self.passed_at is None

    @property
    def steps(self) -> int:
        return len(self.lessons) + self.has_quiz

    @property
    def steps_left(self) -> int:
        return 0 if self.completed_at else len(self.unread) + self.quiz_missing

    @property
    def is_done(self) -> bool:
        """All that completes it was done; a module of which nothing is there never is."""
        return self.steps > 0 and not self.unread and not self.quiz_missing

    @property
    def is_completed(self) -> bool:
        return self.completed_at is not None

    @property
    def missing(self) -> str:
        """“2 lessons to read and the quiz to pass”."""
        unread = len(self.unread)
        lessons = ngettext("%(n)s lesson to read", "%(n)s lessons to read", unread) % {"n": unread}
        if unread and self.quiz_missing:
            return _("%(lessons)s and the quiz to pass") % {"lessons": lessons}
        return lessons if unread else str(_("the quiz to pass")) if self.quiz_missing else ""


def opening(module, before: ModuleState | None, *, at: datetime, closed: bool) -> Decision:
    """Whether a module is open: from its date on, to who completed the one before it. When the
    phase has closed for this person, all are open to be read."""
    if closed:
        return ALLOWED
    if at < module.opens_at:
        return refused(
            "module_not_open_yet",
            _("“%(module)s” has not opened yet.") % {"module": module},
            opens_at=module.opens_at,
        )
    if before is not None and not before.is_completed:
        return refused(
            "module_before",
            _("“%(module)s” opens when “%(before)s” is completed. Still missing: %(missing)s.")
            % {"module": module, "before": before.module, "missing": before.missing},
        )
    return ALLOWED


@dataclass(frozen=True)
class Learning:
    """A person's modules of one phase, in order."""

    modules: list[ModuleState]
    required: int

    def of(self, module_id: int) -> ModuleState | None:
        return next((m for m in self.modules if m.module.pk == module_id), None)

    def lesson(self, key) -> LessonState | None:
        return next((le for m in self.modules for le in m.lessons if le.key == key), None)

    @property
    def completed(self) -> int:
        return sum(module.is_completed for module in self.modules)

    @property
    def is_completed(self) -> bool:
        return self.required > 0 and self.completed >= self.required

    @property
    def percent(self) -> int:
        """The share of the required activities' steps that are done."""
        steps = sum(module.steps for module in self.modules)
        left = sum(module.steps_left for module in self.modules)
        return 100 if self.is_completed else 100 * (steps - left) // steps if steps else 0

    @property
    def steps_left(self) -> int:
        """How many lessons and quizzes are still missing, in the shortest way to the end."""
        if self.is_completed:
            return 0
        left = sorted(module.steps_left for module in self.modules if not module.is_completed)
        return sum(left[: self.required - self.completed])

    @property
    def next_lesson(self) -> tuple[ModuleState, LessonState | None] | None:
        """Where to go on: the first open module that is not completed, and its first lesson not
        read (None: its quiz)."""
        for state in self.modules:
            if state.decision and not state.is_completed and state.steps_left:
                return state, (state.unread or [None])[0]
        return None


def learning(modules: list[ModuleState], *, required: int | None, at, closed: bool) -> Learning:
    """The modules with their opening decided, one after the other."""
    decided, before = [], None
    for state in modules:
        decision = opening(state.module, before, at=at, closed=closed)
        before = ModuleState(**{**vars(state), "decision": decision})
        decided.append(before)
    return Learning(decided, required=required or len(decided))


def neighbors(lessons: list[LessonState], key) -> tuple[LessonState | None, LessonState | None]:
    """The lessons before and after the one with this translation key."""
    at = next((i for i, lesson in enumerate(lessons) if lesson.key == key), None)
    if at is None:
        return None, None
    return (lessons[at - 1] if at else None), (lessons[at + 1] if at + 1 < len(lessons) else None)
