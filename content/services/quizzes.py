"""Attempts at quizzes: begun, saved, submitted, graded, regraded."""

from __future__ import annotations

import logging
from datetime import datetime
from decimal import Decimal
from random import Random, SystemRandom

from django.db import transaction

from content.grading import draw, grade
from content.models import Attempt, AttemptStatus, Module, ModuleProgress, Question
from content.queries import learning_of
from content.rules.quizzes import can_start
from content.services.learning import complete_what_is_done, locked_standing
from enrollment.models import Enrollment
from enrollment.rules.phases import PhaseStanding, standing_of
from enrollment.services.phases import start_phase
from lms import journal

log = logging.getLogger(__name__)


@transaction.atomic
def start_attempt(
    enrollment: Enrollment, module: Module, at: datetime, rng: Random | None = None
) -> Attempt:
    """Draw the questions of a new attempt, or join the one in progress. Raises `DomainError`
    where the module is closed, the attempts are used up or the wait is not over."""
    standing = locked_standing(enrollment, module.phase)
    attempts = list(Attempt.objects.filter(enrollment=enrollment, module=module))
    if attempts and attempts[-1].is_in_progress:
        return attempts[-1]
    standing.work(at).require()
    learning_of(standing, at).of(module.pk).decision.require()
    can_start(module, attempts, at).require()
    seen = {question["key"] for attempt in attempts for question in attempt.questions}
    attempt = Attempt.objects.create(
        enrollment=standing.enrollment,
        module=module,
        number=len(attempts) + 1,
        questions=draw(bank_of(module), module.draw, seen, rng or SystemRandom()),
        pass_mark=module.pass_mark,
        started_at=at,
    )
    start_phase(standing.enrollment, module.phase, at)
    journal.record(attempt, "content.start_attempt", by=standing.enrollment.person, at=at)
    return attempt


def bank_of(module: Module) -> list[dict]:
    """The module's questions in use, as attempts keep them."""
    return [as_asked(question) for question in module.questions.filter(retired_at=None)]


def as_asked(question: Question) -> dict:
    return {
        "key": question.key,
        "kind": question.kind,
        "stem": dict(question.stem),
        "options": question.options,
        "explanation": dict(question.explanation),
        "reference": dict(question.reference),
    }


@transaction.atomic
def save_responses(attempt: Attempt, responses: dict, at: datetime) -> Attempt:
    """Keep the answers given so far: `{question key: [option ids]}`, replacing earlier ones.
    Raises `DomainError` once the phase has closed; an attempt submitted meanwhile stays."""
    standing = locked_standing(attempt.enrollment, attempt.module.phase)
    attempt = _fresh(attempt)
    if not attempt.is_in_progress:
        return attempt
    standing.work(at).require()
    return _keep(attempt, responses, at)


@transaction.atomic
def submit_attempt(attempt: Attempt, responses: dict | None, at: datetime) -> Attempt:
    """Hand in and grade. After the close what was saved in time counts, not what comes with
    this call. A second call changes nothing."""
    standing = locked_standing(attempt.enrollment, attempt.module.phase)
    attempt = _fresh(attempt)
    if not attempt.is_in_progress:
        return attempt
    if at < standing.closes_at and responses is not None:
        attempt = _keep(attempt, responses, at)
    _grade(attempt, standing, at)
    return attempt


def _fresh(attempt: Attempt) -> Attempt:
    return Attempt.objects.select_related("module__phase", "enrollment__person").get(pk=attempt.pk)


def _keep(attempt: Attempt, responses: dict, at: datetime) -> Attempt:
    asked = {q["key"]: {option["id"] for option in q["options"]} for q in attempt.questions}
    attempt.responses = {
        key: sorted(set(chosen) & asked[key]) for key, chosen in responses.items() if key in asked
    }
    attempt.saved_at = at
    attempt.save(update_fields=["responses", "saved_at"])
    return attempt


def _grade(attempt: Attempt, standing: PhaseStanding, at: datetime) -> None:
    attempt.status = AttemptStatus.GRADED
    attempt.submitted_at = min(at, standing.closes_at)
    attempt.score = present_score(attempt)
    attempt.save(update_fields=["status", "submitted_at", "score"])
    journal.record(
        attempt,
        "content.submit_attempt",
        by=standing.enrollment.person,
        at=at,
        after=attempt.score,
        number=attempt.number,
    )
    _raise_best(attempt, standing, at)


def _raise_best(attempt: Attempt, standing: PhaseStanding, at: datetime) -> None:
    """The best attempt counts; a later one or a regrade never takes anything away."""
    progress, _is_new = ModuleProgress.objects.get_or_create(
        enrollment=standing.enrollment, module=attempt.module
    )
    progress.best_score = max(progress.best_score, attempt.score)
    if attempt.is_passed and progress.passed_at is None:
        progress.passed_at = attempt.submitted_at
    progress.save(update_fields=["best_score", "passed_at"])
    complete_what_is_done(standing, attempt.module, at)


def settle_attempts(enrollment: Enrollment, at: datetime) -> int:
    """Grade, as saved, the person's attempts whose phase has closed: whoever looks first does
    it, so that nothing waits for the sweep. Returns how many."""
    open_attempts = Attempt.objects.filter(
        enrollment=enrollment,
        status=AttemptStatus.IN_PROGRESS,
        module__phase__closes_at__lte=at,
    ).select_related("module__phase", "enrollment")
    settled = 0
    for attempt in open_attempts:
        if at >= standing_of(attempt.enrollment, attempt.module.phase).closes_at:
            submit_attempt(attempt, None, at)
            settled += 1
    return settled


def settle_all_attempts(at: datetime) -> int:
    """The same for everybody: the sweep. One bad row does not stop it."""
    people = Enrollment.objects.filter(
        attempts__status=AttemptStatus.IN_PROGRESS, attempts__module__phase__closes_at__lte=at
    ).distinct()
    settled = 0
    for enrollment in list(people):
        try:
            settled += settle_attempts(enrollment, at)
        except Exception:
            log.exception("attempts of enrollment %s were not settled", enrollment.pk)
    return settled


def regrade_question(question: Question, *, by, at: datetime) -> int:
    """Grade again the attempts that were asked a question whose right answers were corrected.
    Scores only rise. Returns how many did."""
    asked = Attempt.objects.filter(module=question.module, status=AttemptStatus.GRADED)
    return sum(_regrade(attempt, by, at) for attempt in list(asked))


@transaction.atomic
def _regrade(attempt: Attempt, by, at: datetime) -> bool:
    standing = locked_standing(attempt.enrollment, attempt.module.phase)
    before, score = attempt.score, present_score(attempt)
    if score <= before:
        return False
    attempt.score = score
    attempt.save(update_fields=["score"])
    journal.record(attempt, "content.regrade", by=by, at=at, before=before, after=score)
    _raise_best(attempt, standing, at)
    return True


def present_score(attempt: Attempt) -> Decimal:
    return grade(attempt.questions, attempt.responses, corrected_questions(attempt))


def corrected_questions(attempt: Attempt) -> list[dict]:
    """The questions as they were asked, with what is right as the bank now says; what was asked
    is not rewritten. One query."""
    keys = [question["key"] for question in attempt.questions]
    bank = Question.objects.filter(module=attempt.module_id, key__in=keys)
    right = {
        question.key: {option["id"]: option["correct"] for option in question.options}
        for question in bank.only("key", "options")
    }
    return [_corrected(question, right.get(question["key"], {})) for question in attempt.questions]


def _corrected(question: dict, right: dict) -> dict:
    options = [
        {**option, "correct": right.get(option["id"], option["correct"])}
        for option in question["options"]
    ]
    return {**question, "options": options}
