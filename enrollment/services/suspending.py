"""A window suspended during an outage, and resumed by two people with a new close. Alone writes
`suspended_at`."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django_q.tasks import async_task

from enrollment import emails
from enrollment.models import (
    Application,
    ApplicationStatus,
    Enrollment,
    JointAct,
    PhaseProgress,
    RegistrationWindow,
    WindowKind,
)
from enrollment.models.enrollments import SEAT_HOLDING
from enrollment.rules.applications import WRITABLE
from enrollment.rules.programs import can_suspend
from enrollment.rules.staff import coordinates
from enrollment.services.each import in_chunks
from lms import journal
from lms.decisions import require_reason

MINUTE = timedelta(minutes=1)


@transaction.atomic
def suspend_window(
    window: RegistrationWindow, *, by, at: datetime, reason: str
) -> RegistrationWindow:
    """Let nobody in from `at` on, until two people resume it. One coordinator may: an outage does
    not wait. Nobody is written to. A second call changes nothing."""
    window = RegistrationWindow.objects.select_for_update().get(pk=window.pk)
    coordinates(by, window.edition.program).require()
    if window.suspended_at:
        return window
    can_suspend(window, at).require()
    require_reason(reason)
    window.suspended_at = at
    window.save(update_fields=["suspended_at"])
    journal.record(window, "enrollment.suspend_window", by=by, at=at, reason=reason.strip())
    return window


def proposed_close(window: RegistrationWindow, at: datetime) -> datetime:
    """The old close, later by as long as the window has been suspended, in whole minutes (UTC)."""
    lost = at - window.suspended_at if window.suspended_at else timedelta()
    close = window.closes_at + max(lost, timedelta())
    over = timedelta(seconds=close.second, microseconds=close.microsecond)
    return close - over + MINUTE if over else close


def resume_window(window: RegistrationWindow, act: JointAct, by, at: datetime) -> None:
    """Perform the joint act `resume`; whoever was interrupted is written to by the worker."""
    window.closes_at = datetime.fromisoformat(act.terms["new_closes_at"])
    window.suspended_at = None
    window.save(update_fields=["closes_at", "suspended_at"])
    async_task("enrollment.tasks.task_tell_resumed", window.pk, act.pk)


def tell_resumed(window: RegistrationWindow, act: JointAct, at: datetime) -> int:
    """Write to whoever the suspension interrupted: the new close, at each reader's hour. Once for
    each act, also where this is called again after it was broken off. Returns how many were."""
    if window.suspended_at or not window.is_open(at):
        return 0
    name = LETTERS[window.kind]
    rows = interrupted(window).exclude(person__in=emails.told(name, act))
    tell = partial(emails.window_resumed, name=name, act=act, window=window, at=at)
    return in_chunks(list(rows.select_related("person")), tell)


LETTERS = {
    WindowKind.APPLICATION: "window_resumed",
    WindowKind.SIGN_UP: "sign_up_resumed",
}


def interrupted(window: RegistrationWindow):
    """Who has something to go on with: drafts and unsent changes; for a sign-up, the places that
    may sign up and have not. Nobody whose account is closed."""
    if window.kind == WindowKind.SIGN_UP:
        return _not_signed_up(window)
    unsent = Q(status=ApplicationStatus.DRAFT) | ~Q(draft={})
    rows = Application.objects.filter(unsent, window=window, status__in=WRITABLE)
    return rows.filter(person__is_active=True, person__erased_at=None).defer("answers", "draft")


def _not_signed_up(window: RegistrationWindow):
    progress = PhaseProgress.objects.all()
    signed_up = progress.filter(phase=window.phase, signed_up_at__isnull=False)
    rows = Enrollment.objects.filter(
        edition=window.edition_id,
        status__in=SEAT_HOLDING,
        person__is_active=True,
        person__erased_at=None,
    ).exclude(pk__in=signed_up.values("enrollment"))
    before = window.edition.phases.filter(order__lt=window.phase.order).order_by("order").last()
    if before:
        done = progress.filter(phase=before, completed_at__isnull=False)
        rows = rows.filter(pk__in=done.values("enrollment"))
    return rows
