"""Who is eligible, and who may settle by hand what the rules leave open."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django_countries import countries

from enrollment.models import AlumniMatch, ApplicantRole, Application, Edition, Eligibility, Program
from enrollment.rules.decisions import is_open_case
from enrollment.rules.outcomes import outcome_shown
from enrollment.rules.staff import is_coordinator
from lms.decisions import ALLOWED, Decision, refused

BY_THE_RULES = "by_the_rules"  # what the log says where an eligibility set by hand is given up

NOT_COMPLETED = "alumni_not_completed"
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
        return Eligibility.NEEDS_PROOF, NOT_COMPLETED
    return Eligibility.ELIGIBLE, ""


def outside_the_call(
    program: Program, roles: tuple[ApplicantRole, ...], *, country: str, role: str
) -> list[str]:
    """The public conditions that someone's own answers do not meet, in sentences to them; an empty
    answer is measured against none. It repeats what is announced and decides nothing: it knows
    neither what was computed of an application nor what people settled by hand."""
    said = []
    chosen = next((one for one in roles if one.key == role), None)
    if chosen and not chosen.eligible:
        called = "; ".join(str(one.label) for one in roles if one.eligible)
        text = _("The call is for: %(roles)s. You answered “%(answer)s”.")
        said.append(text % {"roles": called, "answer": chosen.label})
    region = {one.code for one in program.eligible_countries}
    if country and region and country not in region:
        text = _(
            "The call is for people who work in one of the program’s countries. You answered"
            " “%(answer)s”."
        )
        said.append(text % {"answer": countries.name(country)})
    return said


TO_SHOW_COURSE = _(
    "A place can be given to you only once we know that you completed the earlier course. Prove the"
    " address with which you took it, or write to us how you took it, on the page of your"
    " application."
)
TO_BE_SEEN = _(
    "A place can be given to you only once the office has seen that you meet the requirements. It"
    " writes to you if it needs anything."
)


def still_to_show(application: Application) -> object:
    """What keeps whoever waits from being called, in sentences to them; "" where nothing does."""
    if not is_open_case(application):
        return ""
    asks_for_course = (
        application.edition.program.needs_alumni and not application.eligibility_by_hand
    )
    return TO_SHOW_COURSE if asks_for_course else TO_BE_SEEN


def may_claim_course(application: Application, at: datetime) -> Decision:
    """Whether the applicant can still show that they took the earlier course: nobody has settled
    it, and the decisions are not locked, or are released and the applicant waits for a place."""
    if not application.edition.program.needs_alumni:
        return refused("not_asked", _("This program asks for no earlier course."))
    if application.is_draft:
        return refused("not_submitted", _("Submit the application first, then write this."))
    if not application.is_in_selection:
        return refused("not_in_selection", _("This application is not in the selection."))
    if not is_open_case(application):
        return refused("settled", _("This is settled."))
    if application.edition.is_locked and outcome_shown(application, at).state != "waiting":
        return refused("locked", _("The decisions are locked."))
    return ALLOWED


def is_found_by_itself(application: Application) -> bool:
    """Whether the list alone shows that the applicant took the earlier course. What people settled
    is left out: who reads nothing learns neither that it was confirmed nor that it was rejected."""
    is_found = application.alumni_match == AlumniMatch.AUTO and not is_open_case(application)
    return is_found and application.edition.program.needs_alumni


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
