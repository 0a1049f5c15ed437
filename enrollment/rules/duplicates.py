"""Whether one of two applications of the same person may leave the selection for the other."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from enrollment.models import Application, Enrollment
from enrollment.rules.eligibility import can_settle
from lms.decisions import ALLOWED, Decision, refused


def can_merge(application: Application, other: Application, by, at: datetime) -> Decision:
    """Until the lock, by a coordinator, while the other one counts."""
    if not (answer := can_settle(application, by, at)):
        return answer
    if application.edition.is_released(at):
        return refused("released", _("The decisions are released."))
    if not other.is_in_selection:
        return refused("other_left", _("The other application is not in the selection."))
    if Enrollment.objects.filter(application=application).exists():
        return refused("enrolled", _("This person has a place by this application."))
    return ALLOWED
