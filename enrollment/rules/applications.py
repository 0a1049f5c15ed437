"""What an applicant may do with an application, and until when."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from enrollment.models import AdmissionMode, Application, ApplicationStatus
from enrollment.rules.extensions import closes_for, may_apply
from lms.decisions import ALLOWED, Decision, refused

WRITABLE = (
    ApplicationStatus.DRAFT,
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.INFO_REQUESTED,
)


def can_write(application: Application, at: datetime) -> Decision:
    """Whether it may be drafted, submitted or edited: while its window is open, for everybody or
    for this person; after a request for information, until the decisions are locked; never while
    the window is suspended."""
    if application.status not in WRITABLE:
        return refused("not_writable", _("This application can no longer be changed."))
    asked = application.status == ApplicationStatus.INFO_REQUESTED
    is_suspended = application.window.is_suspended(at)
    if asked and not application.edition.is_locked and not is_suspended:
        return ALLOWED
    return may_apply(application.window, application.person, at)


def can_withdraw(application: Application, at: datetime) -> Decision:
    """Until the release; afterwards an offer is declined, and a place is left, instead."""
    if not application.is_in_selection:
        return refused("not_submitted", _("There is no submitted application to withdraw."))
    if application.edition.is_released(at):
        return refused(
            "released", _("The decisions have been released: answer the decision instead.")
        )
    if _is_seated_openly(application):
        return refused("enrolled", _("You have a place: leave the place instead."))
    return ALLOWED


def _is_seated_openly(application: Application) -> bool:
    is_open = application.edition.admission_mode == AdmissionMode.OPEN
    return is_open and hasattr(application, "enrollment")


def can_return(application: Application, at: datetime) -> Decision:
    """A withdrawn application comes back while the window is open."""
    if not application.is_withdrawn or application.submitted_at is None:
        return refused("not_withdrawn", _("There is no withdrawn application to bring back."))
    return may_apply(application.window, application.person, at)


def return_until(application: Application, at: datetime) -> datetime | None:
    """Until when it can be brought back; None where it cannot."""
    if not can_return(application, at):
        return None
    return closes_for(application.window, application.person, at)
