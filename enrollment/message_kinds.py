"""This app's mails: under what staff look for each, what its text may leave open and what of that
it must say."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrollment import message_samples as samples
from enrollment.message_samples import of_applicant, of_participant
from enrollment.message_values import (
    ANSWER,
    BEGINNING,
    CERTIFICATE_NAME,
    CODE_EXPIRES,
    CONSEQUENCE,
    EXTENSION_CODE,
    FORM,
    HOME,
    INELIGIBLE_BECAUSE,
    LAST_ENTRY,
    NAME_BY,
    NAME_PAGE,
    OF_APPLICATION,
    OF_PLACE,
    OFFERED_DAY,
    OFFERED_IF_SELECTED,
    OFFERED_UNTIL,
    OUTCOME,
    OUTCOME_NOW,
    OWN_CLOSE,
    PHASE,
    PHASE_CLOSE,
    QUESTION,
    RANK,
    READ_UNTIL,
    RECONSIDERATION,
    RELEASE,
    RESPOND_BY,
    RETURN_UNTIL,
    SIGN_UP,
    SIGN_UP_CLOSE,
    START,
    STATUS,
    TITLES,
    TO_DO,
    UNDO_UNTIL,
    WINDOW_CLOSE,
)
from enrollment.models import ApplicationStatus, EnrollmentStatus, Outcome
from lms.mail.kinds import Kind

APPLICATIONS = _("Applications")
OUTCOMES = _("Outcomes of the selection")
OFFERS = _("Offers and the waitlist")
PLACES = _("Places and phases")

ANY = samples.nothing_else
DRAFTS = Q(status=ApplicationStatus.DRAFT)
OFFERED = Q(offer__isnull=False)
WAITING = Q(decisions__is_current=True, decisions__outcome=Outcome.WAITLISTED)
of_place = of_participant(ANY)
in_phase = of_participant(samples.in_phase)


def _kind(name, words, group, placeholders, needs, *, found) -> Kind:
    """`needs` are the placeholders that its text must have: `"deadline link"`."""
    template = f"enrollment/mail/{name}"
    return Kind(template, words, group, placeholders, tuple(needs.split()), found)


def _waiting(application) -> dict:
    return {"decision": samples.decision_of(application, Outcome.WAITLISTED)}


KINDS = [
    _kind(
        "draft_reminder",
        _("reminder of a draft"),
        APPLICATIONS,
        (*OF_APPLICATION[:3], WINDOW_CLOSE, FORM),
        "deadline link",
        found=of_applicant(ANY, DRAFTS),
    ),
    _kind(
        "application_received",
        _("receipt of an application"),
        APPLICATIONS,
        (*OF_APPLICATION, WINDOW_CLOSE, RELEASE, STATUS),
        "code deadline link",
        found=of_applicant(ANY),
    ),
    _kind(
        "application_withdrawn",
        _("application withdrawn"),
        APPLICATIONS,
        (*OF_APPLICATION, CONSEQUENCE, RETURN_UNTIL, STATUS),
        "deadline link",
        found=of_applicant(samples.withdrawn, Q(status=ApplicationStatus.WITHDRAWN)),
    ),
    _kind(
        "information_requested",
        _("request for information"),
        APPLICATIONS,
        (*OF_APPLICATION, QUESTION, READ_UNTIL, FORM),
        "question link",
        found=of_applicant(samples.asked, Q(information_requests__isnull=False)),
    ),
    _kind(
        "extension_code",
        _("code that opens a closed window"),
        APPLICATIONS,
        (*TITLES, EXTENSION_CODE, CODE_EXPIRES, FORM),
        "extension_code deadline link",
        found=of_applicant(samples.extended),
    ),
    _kind(
        "window_extended",
        _("window extended, to who came late"),
        APPLICATIONS,
        (*TITLES, WINDOW_CLOSE, FORM),
        "deadline link",
        found=of_applicant(ANY, DRAFTS),
    ),
    _kind(
        "window_resumed",
        _("applications go on after a suspension"),
        APPLICATIONS,
        (*TITLES, WINDOW_CLOSE, FORM),
        "deadline link",
        found=of_applicant(ANY, DRAFTS),
    ),
    _kind(
        "decision_offer",
        _("outcome: selected, with the offer"),
        OUTCOMES,
        (*OF_APPLICATION, OFFERED_UNTIL, OFFERED_DAY, HOME),
        "deadline link",
        found=samples.decided(Outcome.SELECTED),
    ),
    _kind(
        "decision_waitlist",
        _("outcome: waitlisted"),
        OUTCOMES,
        (*OF_APPLICATION, RANK, TO_DO, LAST_ENTRY, HOME),
        "rank link",
        found=samples.decided(Outcome.WAITLISTED),
    ),
    _kind(
        "decision_not_selected",
        _("outcome: not selected"),
        OUTCOMES,
        (*OF_APPLICATION, RECONSIDERATION, HOME),
        "link",
        found=samples.decided(Outcome.NOT_SELECTED),
    ),
    _kind(
        "decision_ineligible",
        _("outcome: ineligible"),
        OUTCOMES,
        (*OF_APPLICATION, INELIGIBLE_BECAUSE, RECONSIDERATION, HOME),
        "reason link",
        found=samples.decided(Outcome.INELIGIBLE),
    ),
    _kind(
        "decision_corrected",
        _("outcome corrected"),
        OUTCOMES,
        (*OF_APPLICATION, OUTCOME_NOW, OFFERED_IF_SELECTED, HOME),
        "outcome deadline link",
        found=samples.decided(Outcome.SELECTED),
    ),
    _kind(
        "reconsideration_answered",
        _("reconsideration answered"),
        OUTCOMES,
        (*OF_APPLICATION, ANSWER, OUTCOME),
        "answer link",
        found=of_applicant(samples.reconsidered, Q(reconsideration__isnull=False)),
    ),
    _kind(
        "offer_reminder",
        _("reminder of an offer"),
        OFFERS,
        (*OF_APPLICATION, RESPOND_BY, OUTCOME),
        "deadline link",
        found=of_applicant(samples.offered, OFFERED),
    ),
    _kind(
        "offer_accepted",
        _("offer accepted"),
        OFFERS,
        (*OF_PLACE, PHASE, START, BEGINNING, HOME),
        "link",
        found=in_phase,
    ),
    _kind(
        "offer_declined",
        _("offer declined"),
        OFFERS,
        (*OF_APPLICATION, OUTCOME),
        "link",
        found=of_applicant(samples.offered, OFFERED),
    ),
    _kind(
        "offer_expired",
        _("offer expired"),
        OFFERS,
        (*OF_APPLICATION, RESPOND_BY, OUTCOME),
        "link",
        found=of_applicant(samples.offered, OFFERED),
    ),
    _kind(
        "offer_reinstated",
        _("offer given again"),
        OFFERS,
        (*OF_APPLICATION, RESPOND_BY, OUTCOME),
        "deadline link",
        found=of_applicant(samples.offered, OFFERED),
    ),
    _kind(
        "waitlisted",
        _("placed on the waitlist"),
        OFFERS,
        (*OF_APPLICATION, RANK, TO_DO, OUTCOME),
        "rank link",
        found=of_applicant(_waiting, WAITING),
    ),
    _kind(
        "waitlist_called",
        _("called from the waitlist"),
        OFFERS,
        (*OF_APPLICATION, RESPOND_BY, OUTCOME),
        "deadline link",
        found=of_applicant(samples.offered, Q(offer__from_waitlist=True)),
    ),
    _kind(
        "first_to_confirm",
        _("called to confirm first"),
        OFFERS,
        (*OF_APPLICATION, RESPOND_BY, OUTCOME),
        "deadline link",
        found=of_applicant(samples.offered, Q(offer__holds_seat=False)),
    ),
    _kind(
        "seat_taken",
        _("others confirmed first"),
        OFFERS,
        (*OF_APPLICATION, OUTCOME),
        "link",
        found=of_applicant(samples.offered, Q(offer__holds_seat=False)),
    ),
    _kind(
        "waitlist_closed",
        _("waitlist closed"),
        OFFERS,
        (*OF_APPLICATION, OUTCOME),
        "link",
        found=of_applicant(_waiting, WAITING),
    ),
    _kind(
        "phase_opened",
        _("phase open"),
        PLACES,
        (*OF_PLACE, PHASE, PHASE_CLOSE, HOME),
        "deadline link",
        found=in_phase,
    ),
    _kind(
        "phase_extended",
        _("phase extended"),
        PLACES,
        (*OF_PLACE, PHASE, OWN_CLOSE, HOME),
        "deadline link",
        found=in_phase,
    ),
    _kind(
        "phase_completed",
        _("phase completed"),
        PLACES,
        (*OF_PLACE, PHASE, HOME),
        "link",
        found=in_phase,
    ),
    _kind(
        "signed_up",
        _("signed up for a phase"),
        PLACES,
        (*OF_PLACE, PHASE, BEGINNING, HOME),
        "link",
        found=in_phase,
    ),
    _kind(
        "sign_up_resumed",
        _("sign-up goes on after a suspension"),
        PLACES,
        (*TITLES, PHASE, SIGN_UP_CLOSE, SIGN_UP),
        "deadline link",
        found=of_participant(samples.signing_up),
    ),
    _kind(
        "name_to_confirm",
        _("name for the certificate to confirm"),
        PLACES,
        (*OF_PLACE, CERTIFICATE_NAME, NAME_BY, NAME_PAGE),
        "certificate_name link",
        found=of_participant(ANY, Q(status=EnrollmentStatus.COMPLETED)),
    ),
    _kind(
        "enrollment_withdrawn",
        _("place left"),
        PLACES,
        (*OF_PLACE, UNDO_UNTIL, HOME),
        "deadline link",
        found=of_participant(samples.left, Q(status=EnrollmentStatus.WITHDRAWN)),
    ),
    _kind(
        "enrollment_ended",
        _("place ended by staff"),
        PLACES,
        (*OF_PLACE, HOME),
        "link",
        found=of_place,
    ),
    _kind(
        "enrollment_deferred",
        _("place put off to a later edition by staff"),
        PLACES,
        (*OF_PLACE, HOME),
        "link",
        found=of_place,
    ),
    _kind(
        "enrollment_restored",
        _("place given back by staff"),
        PLACES,
        (*OF_PLACE, HOME),
        "link",
        found=of_place,
    ),
    Kind("enrollment/mail/group_letter", _("letter of the staff to many")),
    Kind("enrollment/mail/rehearsal", _("rehearsal of a release")),
    Kind("enrollment/mail/role_given", _("role given")),
]


def message_kinds() -> list[Kind]:
    return KINDS
