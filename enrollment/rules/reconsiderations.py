"""Who may ask for another look at a refusal, and who may answer."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from enrollment.models import Application, Edition, Reconsideration
from enrollment.rules.outcomes import outcome_shown
from enrollment.rules.staff import PEOPLE_READERS, has_role
from lms.decisions import ALLOWED, Decision, refused

REFUSALS = ("not_selected", "ineligible")


def reconsider_until(edition: Edition) -> datetime | None:
    """The instant (UTC, exclusive) until which it is asked for: when the offers expire."""
    return edition.offers_respond_by if edition.is_selective else None


def can_ask_again(application: Application, at: datetime) -> Decision:
    """Once, by whoever was refused, from the release until the offers expire."""
    if hasattr(application, "reconsideration"):
        return refused("asked_already", _("You have asked for it already."))
    if outcome_shown(application, at).state not in REFUSALS:
        return refused("not_refused", _("There is no refusal to reconsider."))
    until = reconsider_until(application.edition)
    if until is None or at >= until:
        return refused("too_late", _("The time to ask for it is over."))
    return ALLOWED


def can_answer(reconsideration: Reconsideration, by, at: datetime) -> Decision:
    """A coordinator or second approver of the program who did not decide the application."""
    application = reconsideration.application
    if not has_role(by, application.edition.program, *PEOPLE_READERS):
        return refused("not_theirs", _("Only coordinators and second approvers answer."))
    if reconsideration.answered_at:
        return refused("answered", _("It is answered already."))
    if application.decisions.filter(by=by).exists():
        return refused("own_decision", _("You decided it: somebody else answers."))
    return ALLOWED
