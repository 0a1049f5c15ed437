"""Who may answer an offer, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from enrollment.models import Edition, Offer, OfferStatus
from enrollment.models.applications import IN_SELECTION
from enrollment.rules.seats import is_entry_open, seats_left
from lms.decisions import ALLOWED, Decision, refused

TO_ANSWER_A_CALL = timedelta(hours=48)
ANSWERED_REASONS = {
    OfferStatus.ACCEPTED: _("You have accepted this place already."),
    OfferStatus.DECLINED: _("You declined this place, and it went to somebody else."),
    OfferStatus.EXPIRED: _("The time to answer has passed, and the place went to somebody else."),
}
OUTRUN = _("Somebody else was faster, and no place is free for you now. You keep your rank.")


def can_accept(offer: Offer, at: datetime) -> Decision:
    """Whether the offer can be accepted: `visible_at <= at < respond_by`, worker or no worker."""
    return _is_visible(offer, at) and _is_pending(offer, at)


def can_decline(offer: Offer, edition: Edition, at: datetime) -> Decision:
    """A pending offer until its deadline; an accepted one until the last entry."""
    if offer.status == OfferStatus.ACCEPTED:
        if is_entry_open(edition, at):
            return ALLOWED
        return refused("entry_closed", _("Your place can no longer be given to somebody else."))
    return can_accept(offer, at)


def can_reinstate(offer: Offer, edition: Edition, at: datetime) -> Decision:
    """An expired offer, into a free seat, until the last entry. Ask under the seats' lock."""
    if offer.status != OfferStatus.EXPIRED or not offer.holds_seat:
        return refused("not_expired", _("Only an offer that has expired can be reinstated."))
    if not is_entry_open(edition, at):
        return refused("entry_closed", _("The last day of entry has passed."))
    if seats_left(edition) < 1:
        return refused("no_seat", _("No seat is free."))
    return ALLOWED


def _is_visible(offer: Offer, at: datetime) -> Decision:
    if at < offer.visible_at or offer.application.status not in IN_SELECTION:
        return refused("no_offer", _("There is no place to answer for."))
    return ALLOWED


def _is_pending(offer: Offer, at: datetime) -> Decision:
    if offer.is_outrun(at):
        return refused("no_seat", OUTRUN)
    if offer.status in ANSWERED_REASONS:
        return refused(offer.status, ANSWERED_REASONS[offer.status])
    if at >= offer.respond_by:
        return refused(OfferStatus.EXPIRED, ANSWERED_REASONS[OfferStatus.EXPIRED])
    return ALLOWED
