"""What may be done with the decisions of an edition, and who sees them from when on."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from enrollment.models import (
    AdmissionMode,
    Application,
    Decision,
    Edition,
    EditionStatus,
    Eligibility,
    Offer,
    OfferStatus,
    Outcome,
    WindowKind,
)
from enrollment.models.applications import IN_SELECTION, MATCH_OPEN
from enrollment.rules.balance import is_drawn_by_its_rules
from enrollment.rules.seats import is_entry_open, seats_left
from enrollment.rules.windows import SUSPENDED
from lms import decisions
from lms.decisions import ALLOWED, refused

CURRENT = "current_decisions"
OPEN_CASE = Q(application__eligibility=Eligibility.NEEDS_PROOF)
OPEN_MATCH = Q(application__alumni_match__in=MATCH_OPEN)


def is_open_case(application: Application) -> bool:
    """Whether something is still to be proved: nobody is selected, or called from the waitlist,
    while it is."""
    needs_alumni = application.edition.program.needs_alumni
    return application.eligibility == Eligibility.NEEDS_PROOF or (
        needs_alumni and application.alumni_match in MATCH_OPEN
    )


def open_cases(edition: Edition) -> Q:
    """The same question, as a filter on decisions."""
    return OPEN_CASE | OPEN_MATCH if edition.program.needs_alumni else OPEN_CASE


def visible_outcome(application: Application, at: datetime) -> Decision | None:
    """What the applicant may know: nothing at all before the release, whoever they are and
    whatever was decided; from it on the current decision, worker or no worker."""
    if application.status not in IN_SELECTION or not application.edition.is_released(at):
        return None
    return current_decision(application)


def is_of_the_release(decision: Decision, edition: Edition) -> bool:
    """Whether it was taken before the outcomes of its edition were released; what comes after
    is a correction, or an answer to who came late."""
    return edition.released_at is not None and decision.at <= edition.released_at


def current_decision(application: Application) -> Decision | None:
    """From what was loaded ahead as `CURRENT`, where it was."""
    loaded = getattr(application, CURRENT, None)
    if loaded is not None:
        return next(iter(loaded), None)
    return application.decisions.filter(is_current=True).first()


def can_decide(edition: Edition, at: datetime) -> decisions.Decision:
    """Whether outcomes may be proposed and changed: after the window, before the lock."""
    if edition.admission_mode != AdmissionMode.SELECTIVE:
        return refused("not_selective", _("This edition admits without a selection."))
    if edition.status != EditionStatus.PUBLISHED:
        return refused("not_published", _("The edition is not published."))
    if edition.is_locked and edition.released_at:
        return _armed(edition, at)
    if edition.is_locked:
        return refused("locked", _("The decisions are locked. Two people can unlock them."))
    return _have_closed(edition, at)


def _have_closed(edition: Edition, at: datetime) -> decisions.Decision:
    windows = edition.windows.filter(kind=WindowKind.APPLICATION).not_closed(at)
    if any(window.is_suspended(at) for window in windows):
        return refused("window_suspended", SUSPENDED)
    if window := windows.order_by("-closes_at").first():
        return refused(
            "window_open", _("Applications are still accepted."), opens_at=window.closes_at
        )
    return ALLOWED


def can_lock(edition: Edition, at: datetime) -> decisions.Decision:
    """Whether the set is whole and sound: everybody decided, nobody selected who may not be."""
    if not (answer := can_decide(edition, at)):
        return answer
    if not (answer := _is_whole(edition)):
        return answer
    if not is_drawn_by_its_rules(edition):
        return refused(
            "not_drawn",
            _("No draw was written by the rules of the balance as they are now: write one."),
        )
    return _is_sound(edition)


def _is_whole(edition: Edition) -> decisions.Decision:
    undecided = (
        edition.applications.filter(status__in=IN_SELECTION)
        .exclude(decisions__in=Decision.objects.filter(edition=edition, is_current=True))
        .count()
    )
    if undecided:
        return refused(
            "undecided",
            ngettext_lazy(
                "%(count)d application has no decision yet.",
                "%(count)d applications have no decision yet.",
                "count",
            )
            % {"count": undecided},
        )
    return ALLOWED


def _is_sound(edition: Edition) -> decisions.Decision:
    current = Decision.objects.filter(
        edition=edition, is_current=True, application__status__in=IN_SELECTION
    )
    selected = current.filter(outcome=Outcome.SELECTED)
    if not current.exists():
        return refused("nothing_decided", _("There is no decision to lock."))
    if selected.count() > edition.capacity:
        return refused("over_capacity", _("More people are selected than there are seats."))
    if wrong := selected.filter(
        open_cases(edition) | ~Q(application__eligibility=Eligibility.ELIGIBLE)
    ).first():
        return refused(
            "selected_open",
            _("%(code)s is selected, but its eligibility or alumni match is not settled.")
            % {"code": wrong.application.code},
        )
    return ALLOWED


def can_unlock(edition: Edition, at: datetime) -> decisions.Decision:
    if not edition.is_locked:
        return refused("not_locked", _("The decisions are not locked."))
    if edition.released_at:
        return _armed(edition, at)
    return ALLOWED


def can_arm(edition: Edition, at: datetime) -> decisions.Decision:
    if not edition.is_locked:
        return refused("not_locked", _("The decisions are not locked."))
    if edition.released_at:
        return _armed(edition, at)
    if not edition.offers_respond_by or edition.offers_respond_by <= release_instant(edition, at):
        return refused(
            "no_time_to_answer", _("Offers would expire before they are visible: set the date.")
        )
    return _is_whole(edition) and _is_sound(edition)


def can_rehearse(edition: Edition, at: datetime) -> decisions.Decision:
    """Whether the release can be tried: something is decided, and nobody knows it yet."""
    if edition.admission_mode != AdmissionMode.SELECTIVE:
        return refused("not_selective", _("This edition admits without a selection."))
    if edition.is_released(at):
        return refused("released", _("The decisions are released."))
    if not Decision.objects.filter(edition=edition, is_current=True).exists():
        return refused("nothing_decided", _("There is no decision yet: write a proposal first."))
    return ALLOWED


def can_disarm(edition: Edition, at: datetime) -> decisions.Decision:
    if not edition.released_at:
        return refused("not_armed", _("The release is not armed."))
    return _armed(edition, at) if edition.is_released(at) else ALLOWED


def _armed(edition: Edition, at: datetime) -> decisions.Decision:
    if edition.is_released(at):
        return refused("released", _("The decisions are released."))
    return refused("armed", _("The release is armed. Two people can disarm it before its instant."))


def release_instant(edition: Edition, at: datetime) -> datetime:
    """When arming at `at` would release: at the announced instant, or at once when it passed."""
    planned = edition.release_planned_at
    return planned if planned and planned > at else at


def can_be(application: Application, outcome: str) -> decisions.Decision:
    """Whether the outcome fits what is known of the application."""
    if application.status not in IN_SELECTION:
        return refused("not_in_selection", _("This application does not take part."))
    is_ineligible = application.eligibility == Eligibility.INELIGIBLE
    if (outcome == Outcome.INELIGIBLE) != is_ineligible:
        return refused(
            "eligibility_differs", _("Settle the eligibility of this application first.")
        )
    if outcome == Outcome.SELECTED and is_open_case(application):
        return refused(
            "still_open",
            _("Nobody is selected while their eligibility or alumni match is open."),
        )
    return ALLOWED


def can_correct(application: Application, outcome: str, at: datetime) -> decisions.Decision:
    """Whether a released outcome may become another: while the edition runs, and never where a
    place was offered, which an error of the program's own does not take away."""
    edition = application.edition
    if not edition.is_released(at):
        return refused("not_released", _("The decisions are not released yet."))
    if edition.status != EditionStatus.PUBLISHED:
        return refused("edition_over", _("The edition is closed."))
    offer = Offer.objects.filter(application=application).first()
    if offer and not offer.is_outrun(at):
        return _offered(offer)
    if not (answer := can_be(application, outcome)):
        return answer
    current = current_decision(application)
    if current is None or current.outcome == outcome:
        return refused("same", _("This is the outcome already."))
    return _can_seat(edition, at) if outcome == Outcome.SELECTED else ALLOWED


def _offered(offer: Offer) -> decisions.Decision:
    if offer.status == OfferStatus.ACCEPTED:
        return refused(
            "accepted",
            _("This person has accepted the place: an error of ours does not take it away."),
        )
    return refused(
        "offered", _("A place was offered to this person: an error of ours does not take it away.")
    )


def _can_seat(edition: Edition, at: datetime) -> decisions.Decision:
    if not is_entry_open(edition, at):
        return refused("entry_over", _("Nobody else enters this edition any more."))
    if seats_left(edition) < 1:
        return refused("no_seat", _("No seat is free."))
    return ALLOWED


INELIGIBLE_BECAUSE = {
    "region": _("The program is for people who work in one of its countries."),
    "role": _("The program is not meant for those in the role that you chose."),
    "alumni": _("The program is for people who completed the earlier course."),
}


def why_ineligible(application: Application) -> object:
    """The requirement that is not met, as a sentence for the applicant."""
    return INELIGIBLE_BECAUSE.get(
        application.eligibility_reason, _("One of the published requirements is not met.")
    )
