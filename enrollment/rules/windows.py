"""Whether a registration window lets people in at an instant."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from enrollment.models import RegistrationWindow
from lms.decisions import ALLOWED, Decision, refused

SUSPENDED = _("Applications are suspended for the moment. They have not closed.")


def is_window_open(window: RegistrationWindow, at: datetime) -> Decision:
    """`opens_at <= at < closes_at`, unless it is suspended; `at` is when the request arrived."""
    if at < window.opens_at:
        return refused(
            "window_not_open", _("Applications are not open yet."), opens_at=window.opens_at
        )
    if window.is_suspended(at):
        return refused("window_suspended", SUSPENDED)
    if window.has_closed(at):
        return refused("window_closed", _("Applications have closed."))
    return ALLOWED
