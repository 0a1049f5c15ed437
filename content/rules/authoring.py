"""What of a module and of its questions authors may still change.

From the hour a module opens people work by its rules: they stand, except where a change asks less
of everybody. A question that was asked keeps its kind and its options; their texts can be mended
and what is right corrected, and whoever was asked it is graded again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from content.models import Attempt, Module, Question, QuestionKind
from enrollment.models import StaffRole
from enrollment.rules.calendar import has_opened
from lms.decisions import ALLOWED, Decision, refused

AUTHORS = (StaffRole.AUTHOR, StaffRole.COORDINATOR)
MODULE_RULES = ("phase", "slug", "order", "opens_at", "hours", "pass_mark", "draw")


def can_change_module(stored: Module, given: Module, fields: Iterable[str], at: datetime):
    """Titles always; the rules of a module that is open only so that they ask less."""
    fields = set(fields)
    if at < stored.opens_at:
        return _opening_stands(stored, given, at)
    if fields & set(MODULE_RULES):
        return refused("module_open", _("The module has opened: what it asks stands."))
    if given.attempts < stored.attempts or given.cooldown_minutes > stored.cooldown_minutes:
        return refused(
            "module_open",
            _("The module has opened: there can be more attempts and shorter waits, not fewer."),
        )
    return ALLOWED


def _opening_stands(stored: Module, given: Module, at: datetime) -> Decision:
    if given.opens_at > stored.opens_at and has_opened(stored.phase.edition, at):
        return refused(
            "date_announced",
            _("The calendar is announced: the module can open earlier, not later."),
        )
    return ALLOWED


def fits_its_phase(module: Module) -> Decision:
    if module.phase.opens_at <= module.opens_at < module.phase.closes_at:
        return ALLOWED
    return refused("outside_phase", _("A module opens while its phase is open."))


def can_be_asked(question: Question) -> Decision:
    """Whether the options make a question of its kind."""
    count = len(question.options)
    right = sum(bool(option["correct"]) for option in question.options)
    if question.kind == QuestionKind.TRUE_FALSE and count != 2:
        return refused("two_options", _("A question of true or false has two options."))
    if count < 2:
        return refused("too_few_options", _("A question has at least two options."))
    if question.kind == QuestionKind.MULTIPLE and not right:
        return refused("none_right", _("Mark at least one option as right."))
    if question.kind != QuestionKind.MULTIPLE and right != 1:
        return refused("one_right", _("Mark exactly one option as right."))
    return ALLOWED


def can_change_question(stored: Question, given: Question) -> Decision:
    """Asked of somebody: the same kind and the same number of options."""
    same = stored.kind == given.kind and _ids(stored) == _ids(given)
    if same or not was_asked(stored):
        return ALLOWED
    return refused(
        "was_asked",
        _(
            "This question has been asked: its kind and the number of its options stand. Retire it"
            " and write another one."
        ),
    )


def can_delete_question(question: Question) -> Decision:
    if was_asked(question):
        return refused("was_asked", _("This question has been asked: it can be retired."))
    return ALLOWED


def right_ids(question: Question) -> set[str]:
    return {option["id"] for option in question.options if option["correct"]}


def attempts_asked(question: Question):
    """The attempts in which the question was drawn."""
    tries = Attempt.objects.filter(module=question.module_id)
    as_text = tries.annotate(as_text=Cast("questions", TextField()))
    return as_text.filter(as_text__contains=f'"key": "{question.key}"')


def was_asked(question: Question) -> bool:
    return bool(question.pk) and attempts_asked(question).exists()


def _ids(question: Question) -> list[str]:
    return [option["id"] for option in question.options]
