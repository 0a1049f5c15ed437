"""Asking an applicant for more than the form did."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from enrollment.models import Application, ApplicationStatus
from enrollment.rules.staff import coordinates
from lms.decisions import ALLOWED, Decision, refused


def can_ask_information(application: Application, by, at: datetime) -> Decision:
    """A coordinator, of what is submitted, until the decisions are locked."""
    if not (answer := coordinates(by, application.edition.program)):
        return answer
    if application.status != ApplicationStatus.SUBMITTED:
        return refused("not_submitted", _("It is not submitted, or is asked already."))
    if application.edition.is_locked or application.edition.is_released(at):
        return refused("locked", _("The decisions are locked."))
    return ALLOWED
