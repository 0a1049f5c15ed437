"""Until when a window is open for one person, after its close."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from enrollment.models import Extension, RegistrationWindow, WindowKind
from enrollment.rules.windows import is_window_open
from lms.decisions import ALLOWED, Decision, refused


def may_apply(window: RegistrationWindow, person, at: datetime) -> Decision:
    """Whether the window is open, for everybody or for this person. A suspension holds for all."""
    answer = is_window_open(window, at)
    if answer.code == "window_closed" and extended_until(window, person, at):
        return ALLOWED
    return answer


def closes_for(window: RegistrationWindow, person, at: datetime) -> datetime:
    """The instant (UTC, exclusive) until which this person can write."""
    if not window.has_closed(at):
        return window.closes_at
    return extended_until(window, person, at) or window.closes_at


def extended_until(window: RegistrationWindow, person, at: datetime) -> datetime | None:
    """When the person's extension ends, where one runs at `at`; None once decisions are locked."""
    if person is None or window.edition.is_locked:
        return None
    rows = Extension.objects.filter(
        person=person, code__window=window, code__revoked_at=None, code__expires_at__gt=at
    )
    return rows.order_by("-code__expires_at").values_list("code__expires_at", flat=True).first()


def can_use_code(window: RegistrationWindow, at: datetime) -> Decision:
    """Whether there is something that a code opens: a window of applications that has closed."""
    if window.kind != WindowKind.APPLICATION or not window.has_closed(at):
        return refused("not_closed", _("Applications have not closed: no code is needed."))
    if window.edition.is_locked or window.edition.closed_at:
        return refused("locked", _("The decisions are locked."))
    return ALLOWED


def can_make_code(window: RegistrationWindow, expires_at: datetime, at: datetime) -> Decision:
    """Whether a code that expires then opens the window for single people."""
    edition = window.edition
    if window.kind != WindowKind.APPLICATION:
        return refused("not_application", _("Only a window of applications is opened by a code."))
    if edition.is_locked or edition.closed_at:
        return refused("locked", _("The decisions are locked."))
    if expires_at <= max(window.closes_at, at):
        return refused(
            "expires_too_early",
            _("It would open nothing: it has to expire after the close, and after now."),
        )
    locks_at = edition.selection_locks_at
    if locks_at and expires_at > locks_at:
        return refused("expires_too_late", _("It has to expire before the decisions are locked."))
    return ALLOWED
