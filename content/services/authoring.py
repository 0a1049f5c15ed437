"""Making and changing modules and questions: rule, write, journal.

The forms give the row with its new values, not saved; `changed` names the fields that differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_q.tasks import async_task

from content.models import AttemptStatus, Module, Question
from content.rules import authoring as rules
from content.services.quizzes import regrade_question
from enrollment.models import Program
from enrollment.rules.staff import has_role
from lms import journal
from lms.decisions import DomainError
from lms.edits import differing, write

AT_ONCE = 50  # attempts graded again while the author waits; more are the worker's


@transaction.atomic
def save_module(module: Module, changed: Iterable[str], *, by, at: datetime) -> Module:
    """Add or change a module."""
    _require_author(by, module.phase.edition.program)
    rules.fits_its_phase(module).require()
    if module.pk is None:
        module.save()
        journal.record(module, "content.add_module", by=by, at=at)
        return module
    stored = Module.objects.select_for_update().get(pk=module.pk)
    rules.can_change_module(stored, module, changed, at).require()
    return _change(stored, module, changed, by, at)


@transaction.atomic
def save_question(question: Question, changed: Iterable[str], *, by, at: datetime) -> Question:
    """Add or change a question. Where what is right was corrected, those who were asked it are
    graded again: few at once, many by the worker. Scores only rise."""
    _require_author(by, question.module.phase.edition.program)
    rules.can_be_asked(question).require()
    module = Module.objects.select_for_update().get(pk=question.module_id)
    if question.pk is None:
        question.key = question.key or next_key(module)
        question.save()
        journal.record(question, "content.add_question", by=by, at=at)
        return question
    stored = Question.objects.select_for_update().get(pk=question.pk)
    rules.can_change_question(stored, question).require()
    is_corrected = rules.right_ids(stored) != rules.right_ids(question)
    saved = _change(stored, question, changed, by, at)
    if is_corrected:
        _grade_again(saved, by, at)
    return saved


def _grade_again(question: Question, by, at: datetime) -> None:
    graded = rules.attempts_asked(question).filter(status=AttemptStatus.GRADED).count()
    if graded > AT_ONCE:
        async_task("content.tasks.task_regrade_question", question.pk, by.pk)
    elif graded:
        regrade_question(question, by=by, at=at)


@transaction.atomic
def retire_question(question: Question, *, by, at: datetime) -> Question:
    """Draw it no more. Attempts that hold it keep it. A second call changes nothing."""
    stored = _locked(question, by)
    if stored.retired_at is None:
        stored.retired_at = at
        stored.save(update_fields=["retired_at"])
        journal.record(stored, "content.retire_question", by=by, at=at)
    return stored


@transaction.atomic
def restore_question(question: Question, *, by, at: datetime) -> Question:
    stored = _locked(question, by)
    if stored.retired_at is not None:
        stored.retired_at = None
        stored.save(update_fields=["retired_at"])
        journal.record(stored, "content.restore_question", by=by, at=at)
    return stored


@transaction.atomic
def delete_question(question: Question, *, by, at: datetime) -> None:
    """Delete a question that nobody was asked. Logged on the module."""
    stored = _locked(question, by)
    rules.can_delete_question(stored).require()
    key = stored.key
    journal.record(stored.module, "content.delete_question", by=by, at=at, question=key)
    stored.delete()


def next_key(module: Module) -> str:
    """`q13`: the first free number after the bank's size."""
    taken = set(Question.objects.filter(module=module).values_list("key", flat=True))
    number = len(taken) + 1
    while f"q{number}" in taken:
        number += 1
    return f"q{number}"


def _require_author(by, program: Program) -> None:
    if not has_role(by, program, *rules.AUTHORS):
        raise DomainError("not_theirs", _("Only authors of this program change its content."))


def _locked(question: Question, by) -> Question:
    """With its module, under whose lock attempts are not drawn from a bank that changes."""
    Module.objects.select_for_update().get(pk=question.module_id)
    stored = Question.objects.select_for_update().select_related("module").get(pk=question.pk)
    _require_author(by, stored.module.phase.edition.program)
    return stored


def _change(stored, given, changed: Iterable[str], by, at: datetime):
    action = f"content.change_{stored._meta.model_name}"
    return write(stored, given, differing(stored, given, changed), action, by=by, at=at)
