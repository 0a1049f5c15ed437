"""May another attempt begin, and may what was right be seen."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import ngettext

from content.models import Attempt, Module
from lms.decisions import ALLOWED, Decision, refused


def can_start(module: Module, attempts: list[Attempt], at: datetime) -> Decision:
    """Whether a next attempt may begin, given those made (in order). One in progress is joined,
    not started."""
    if len(attempts) >= module.attempts:
        return refused("no_attempts_left", no_attempts_left(module))
    if not attempts or attempts[-1].submitted_at is None:
        return ALLOWED
    from_at = attempts[-1].submitted_at + timedelta(minutes=module.cooldown_minutes)
    if at < from_at:
        reason = ngettext(
            "There is %(n)s minute between two attempts.",
            "There are %(n)s minutes between two attempts.",
            module.cooldown_minutes,
        )
        return refused("cooldown", reason % {"n": module.cooldown_minutes}, opens_at=from_at)
    return ALLOWED


def no_attempts_left(module: Module) -> str:
    text = ngettext(
        "The only attempt has been used.",
        "All %(n)s attempts have been used; the best one counts.",
        module.attempts,
    )
    return text % {"n": module.attempts}


def shows_explanations(module: Module, attempts: list[Attempt], *, closed: bool) -> bool:
    """Explanations are seen after passing, after the last attempt, or when the phase is over."""
    graded = [attempt for attempt in attempts if attempt.score is not None]
    if not graded or any(attempt.is_in_progress for attempt in attempts):
        return False
    return closed or len(graded) >= module.attempts or any(a.is_passed for a in graded)
