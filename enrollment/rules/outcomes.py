"""What an applicant reads of the outcome, from its instant on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from enrollment.models import (
    AdmissionMode,
    Application,
    Decision,
    Enrollment,
    Offer,
    OfferStatus,
    Outcome,
)
from enrollment.models.applications import IN_SELECTION
from enrollment.rules.decisions import current_decision, visible_outcome
from enrollment.rules.offers import can_accept
from enrollment.rules.seats import entry_closes_at, is_entry_open


def visible_decision(application: Application, at: datetime) -> Decision | None:
    """What the applicant may know: after a selection from the release on, in an edition of open
    admission at once."""
    if application.edition.admission_mode == AdmissionMode.SELECTIVE:
        return visible_outcome(application, at)
    if application.status not in IN_SELECTION:
        return None
    return current_decision(application)


@dataclass(frozen=True)
class OutcomeShown:
    """The outcome as its page tells it: `state` is `unknown` or what the person has to know now.

    `offered` a place to answer for; `racing` one that goes to whoever confirms first; `too_late`
    nobody answered in time; `declined`; `enrolled`; `left` a place that was given back or ended;
    `waiting` and `waited`: on the list, and when it is closed; `not_selected`; `ineligible`."""

    state: str
    decision: Decision | None = None
    offer: Offer | None = None
    enrollment: Enrollment | None = None
    waits_until: datetime | None = None


def outcome_shown(application: Application, at: datetime) -> OutcomeShown:
    """What the outcome page says now."""
    enrollment = getattr(application, "enrollment", None)
    decision = visible_decision(application, at)
    if decision is None and not _is_seated_openly(application, enrollment):
        return OutcomeShown("unknown")
    offer = _visible_offer(application, at)
    if enrollment is not None and not (offer and offer.status == OfferStatus.DECLINED):
        state = "enrolled" if enrollment.holds_seat else "left"
        return OutcomeShown(state, decision, offer, enrollment)
    if offer is not None and offer.is_outrun(at):
        return replace(_without_offer(decision, application.edition, at), offer=offer)
    if offer is not None:
        return OutcomeShown(_state_of_offer(offer, at), decision, offer)
    return _without_offer(decision, application.edition, at)


def _state_of_offer(offer: Offer, at: datetime) -> str:
    if can_accept(offer, at):
        return "offered" if offer.holds_seat else "racing"
    return "declined" if offer.status == OfferStatus.DECLINED else "too_late"


def _without_offer(decision: Decision, edition, at: datetime) -> OutcomeShown:
    if decision.outcome == Outcome.WAITLISTED:
        state = "waiting" if is_entry_open(edition, at) else "waited"
        return OutcomeShown(state, decision, waits_until=entry_closes_at(edition))
    if decision.outcome == Outcome.INELIGIBLE:
        return OutcomeShown("ineligible", decision)
    return OutcomeShown("not_selected", decision)


def _visible_offer(application: Application, at: datetime) -> Offer | None:
    offer = getattr(application, "offer", None)
    return offer if offer and offer.visible_at <= at else None


def _is_seated_openly(application: Application, enrollment: Enrollment | None) -> bool:
    return enrollment is not None and application.edition.admission_mode == AdmissionMode.OPEN
