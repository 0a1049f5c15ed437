"""What participants have read, tried and completed: as many at each step as in 2019."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from content.grading import draw, grade
from content.models import (
    Attempt,
    AttemptStatus,
    LessonPage,
    LessonProgress,
    Module,
    ModuleProgress,
)
from content.queries import discussions_in
from content.services.completion import activity_of
from content.services.quizzes import bank_of
from enrollment.demo.data import read as read_people
from enrollment.demo.data import scenes
from enrollment.models import Edition, Enrollment, EnrollmentStatus, Phase, PhaseProgress

STEPS = ("started", "passed_module_1", "passed_module_2", "passed_module_3", "completed_phase_one")
CHUNK = 300


@dataclass
class Rows:
    """What will be written, in bulk."""

    lessons: list = field(default_factory=list)
    modules: list = field(default_factory=list)
    attempts: list = field(default_factory=list)
    phases: list = field(default_factory=list)
    enrollments: list = field(default_factory=list)

    def write(self) -> None:
        for model, rows in (
            (LessonProgress, self.lessons),
            (ModuleProgress, self.modules),
            (Attempt, self.attempts),
            (PhaseProgress, self.phases),
        ):
            model.objects.bulk_create(rows, batch_size=CHUNK)
        Enrollment.objects.bulk_update(self.enrollments, ["first_opened_at"], batch_size=CHUNK)


def learn(
    edition: Edition, luck: Random, until: datetime, reached: list[int] | None = None
) -> None:
    """Phase one of an edition, as far as it had come at `until`. `reached` says how many people
    came to each step: it began, one module completed, two …; as many as in 2019 where it is not
    given. How far an account has come, modules completed and lessons read of the next, its row
    says."""
    phase = edition.phases.first()
    modules = list(phase.modules.order_by("order"))
    open_modules = sum(module.opens_at <= until for module in modules)
    banks = {module.pk: bank_of(module) for module in modules}
    lessons = {module.pk: lesson_keys(module) for module in modules}
    rows = Rows()
    fixed = {row["email"]: row.get("progress") for row in scenes(edition).values()}
    places = edition.enrollments.exclude(status=EnrollmentStatus.WITHDRAWN)
    places = list(places.select_related("person").order_by("pk"))
    chance = ways(reached or _reached_in_2019(len(places)), len(places), luck)
    for enrollment, drawn in zip(places, chance, strict=True):
        done, read_next = fixed.get(enrollment.person.email) or drawn
        done = min(done, open_modules)
        if done + read_next == 0 or (done == open_modules and read_next and done < len(modules)):
            read_next = 0
        walk = Walk(enrollment, phase, modules, banks, lessons, luck, min(until, phase.closes_at))
        walk.go(done, read_next, rows)
    rows.write()


def _reached_in_2019(total: int) -> list[int]:
    funnel = read_people("distribution")["funnel"]
    return [round(funnel[step] * total / funnel["enrolled"]) for step in STEPS]


def ways(reached: list[int], total: int, luck: Random) -> list[tuple[int, int]]:
    """(modules completed, lessons read of the next) for each place, shuffled."""
    found, last = [], len(reached) - 1
    for completed, (here, beyond) in enumerate(zip(reached, [*reached[1:], 0], strict=True)):
        found += [(completed, luck.randint(1, 4) if completed < last else 0)] * (here - beyond)
    found = (found + [(0, 0)] * total)[:total]
    luck.shuffle(found)
    return found


@dataclass
class Walk:
    """One person's way through a phase."""

    enrollment: Enrollment
    phase: Phase
    modules: list[Module]
    banks: dict
    lessons: dict
    luck: Random
    until: datetime

    def go(self, done: int, read_next: int, rows: Rows) -> None:
        if not done and not read_next:
            return
        started = at = self._from(max(self.phase.opens_at, self.enrollment.confirmed_at), 1)
        activities = []
        for module in self.modules[:done]:
            at = self._module(module, self._from(max(at, module.opens_at), done), rows)
            activities.append(activity_of(module, at))
        if read_next and done < len(self.modules):
            module = self.modules[done]
            self._read(module, self._from(max(at, module.opens_at), 2), read_next, rows)
        is_done = done == len(self.modules) and not discussions_in(self.phase.pk)
        work = {"activities": activities, "hours": self.phase.hours} if is_done else {}
        rows.phases.append(
            PhaseProgress(
                enrollment=self.enrollment,
                phase=self.phase,
                started_at=started,
                completed_at=at if is_done else None,
                work=work,
            )
        )
        self.enrollment.first_opened_at = started
        rows.enrollments.append(self.enrollment)

    def _from(self, earliest: datetime, steps: int) -> datetime:
        """Some while after `earliest`, leaving room for what follows."""
        room = max(self.until - earliest, timedelta())
        return earliest + min(room * 0.5, timedelta(hours=self.luck.randint(2, 60)) / max(1, steps))

    def _read(self, module: Module, at: datetime, count: int, rows: Rows) -> datetime:
        for key in self.lessons[module.pk][:count]:
            read_at = self._after(at, self.luck.randint(20, 50))
            rows.lessons.append(
                LessonProgress(
                    enrollment=self.enrollment, lesson_key=key, opened_at=at, read_at=read_at
                )
            )
            at = self._after(read_at, self.luck.randint(3, 400))
        return at

    def _after(self, at: datetime, minutes: int) -> datetime:
        return at + min(timedelta(minutes=minutes), (self.until - at) / 4)

    def _module(self, module: Module, at: datetime, rows: Rows) -> datetime:
        """All lessons, a failed attempt for some, then one that passes."""
        at = self._read(module, at, len(self.lessons[module.pk]), rows)
        number, seen = 1, set()
        if self.luck.random() < 0.22:
            attempt = self._attempt(module, at, number, seen, share=0.5)
            rows.attempts.append(attempt)
            seen = {question["key"] for question in attempt.questions}
            number, at = 2, self._after(attempt.submitted_at, module.cooldown_minutes + 30)
        attempt = self._attempt(module, at, number, seen, share=1)
        rows.attempts.append(attempt)
        rows.modules.append(
            ModuleProgress(
                enrollment=self.enrollment,
                module=module,
                best_score=attempt.score,
                passed_at=attempt.submitted_at,
                completed_at=attempt.submitted_at,
            )
        )
        return attempt.submitted_at

    def _attempt(self, module, at, number, seen, *, share: float) -> Attempt:
        questions = draw(self.banks[module.pk], module.draw, seen, self.luck)
        enough = -(-len(questions) * module.pass_mark // 100)
        is_best = share == 1 and self.luck.random() < 0.5
        right = len(questions) if is_best else enough if share == 1 else enough - 2
        responses = {
            question["key"]: answer_to(question, place < right)
            for place, question in enumerate(questions)
        }
        submitted_at = self._after(at, self.luck.randint(6, 25))
        return Attempt(
            enrollment=self.enrollment,
            module=module,
            number=number,
            status=AttemptStatus.GRADED,
            questions=questions,
            responses=responses,
            pass_mark=module.pass_mark,
            score=grade(questions, responses),
            started_at=at,
            saved_at=submitted_at,
            submitted_at=submitted_at,
        )


def answer_to(question: dict, is_right: bool) -> list[str]:
    wanted = [option["id"] for option in question["options"] if option["correct"] == is_right]
    return sorted(wanted if is_right else wanted[:1])


def lesson_keys(module: Module) -> list[UUID]:
    """The keys of the module's lessons in order, the same in all languages."""
    pages = LessonPage.objects.filter(module=module).order_by("path")
    return list(dict.fromkeys(pages.values_list("translation_key", flat=True)))


def complete_2019(edition: Edition, luck: Random) -> None:
    """The record that is left of 2019: phase one completed by all who are on it, phase two by
    those whose places say so."""
    one, two = edition.phases.order_by("order")
    modules, discussions = list(one.modules.all()), list(two.discussions.all())
    rows = []
    for enrollment in edition.enrollments.order_by("pk"):
        rows.append(_progress(enrollment, one, modules, one.closes_at, luck))
        if enrollment.status == "completed":
            taken = luck.sample(discussions, luck.choice([2, 3, 3]))
            taken.sort(key=lambda discussion: discussion.order)
            rows.append(_progress(enrollment, two, taken, two.closes_at, luck))
    PhaseProgress.objects.bulk_create(rows, batch_size=CHUNK)


def _progress(enrollment, phase, activities: Iterable, until, luck) -> PhaseProgress:
    completed_at = until - timedelta(hours=luck.randint(2, 200))
    work = [activity_of(row, completed_at) for row in activities]
    return PhaseProgress(
        enrollment=enrollment,
        phase=phase,
        started_at=phase.opens_at + timedelta(hours=luck.randint(1, 72)),
        completed_at=completed_at,
        work={"activities": work, "hours": phase.hours},
    )
