"""Who is eligible, and who may settle by hand what the rules leave open."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from enrollment.models import AlumniMatch, Application, Edition, Eligibility
from enrollment.models.applications import MATCH_OPEN
from enrollment.rules.staff import is_coordinator
from lms.decisions import ALLOWED, Decision, refused

BY_THE_RULES = "by_the_rules"  # what the log says where an eligibility set by hand is given up

MATCH_BY_ROW = (AlumniMatch.REVIEW, AlumniMatch.CONFIRMED)


def judge(
    *,
    in_region: bool,
    role_eligible: bool,
    needs_alumni: bool,
    match: str,
    completed: bool | None,
) -> tuple[str, str]:
    """(eligibility, code of the reason). `completed` is what the matched row of the list says,
    None without one: who it is may be certain, and the course still to be proved. An open match
    refuses nobody: it has to be settled before a selection."""
    if not in_region:
        return Eligibility.INELIGIBLE, "region"
    if not role_eligible:
        return Eligibility.INELIGIBLE, "role"
    if needs_alumni and match == AlumniMatch.REJECTED:
        return Eligibility.INELIGIBLE, "alumni"
    if needs_alumni and match in MATCH_BY_ROW and completed is False:
        return Eligibility.NEEDS_PROOF, "alumni_not_completed"
    return Eligibility.ELIGIBLE, ""


def may_claim_course(application: Application) -> Decision:
    """Whether the applicant can still show that they took the earlier course: nobody has settled
    it, and the decisions are not locked."""
    if not application.edition.program.needs_alumni:
        return refused("not_asked", _("This program asks for no earlier course."))
    if application.is_draft:
        return refused("not_submitted", _("Submit the application first, then write this."))
    if not application.is_in_selection:
        return refused("not_in_selection", _("This application is not in the selection."))
    if application.alumni_match not in MATCH_OPEN:
        return refused("settled", _("This is settled."))
    if application.edition.is_locked:
        return refused("locked", _("The decisions are locked."))
    return ALLOWED


def can_settle(application: Application, by, at: datetime) -> Decision:
    """Whether a coordinator may settle the match or the eligibility by hand."""
    return can_settle_in(application.edition, by, at) and is_in_selection(application)


def can_settle_in(edition: Edition, by, at: datetime) -> Decision:
    """The same for an edition: until the lock, and after the release again, so that a wrong
    outcome can be corrected."""
    if not is_coordinator(by, edition.program):
        return refused("not_coordinator", _("Only a coordinator of the program may do this."))
    if edition.is_locked and not edition.is_released(at):
        return refused("locked", _("The decisions are locked."))
    return ALLOWED


def is_in_selection(application: Application) -> Decision:
    if not application.is_in_selection:
        return refused("not_in_selection", _("This application is not in the selection."))
    return ALLOWED
