"""When free seats may go to whoever confirms first, and to how many people each."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from enrollment.models import AdmissionMode, Edition, EditionStatus
from enrollment.models.programs import FEWEST_PER_SEAT, MOST_PER_SEAT
from enrollment.rules.offers import TO_ANSWER_A_CALL
from enrollment.rules.seats import entry_closes_at
from lms.decisions import ALLOWED, Decision, refused


def last_hours_at(closes_at: datetime) -> datetime:
    """From when on nobody has 48 hours any more before the last entry, at `closes_at`."""
    return closes_at - TO_ANSWER_A_CALL


def is_first_to_confirm(edition: Edition, at: datetime) -> bool:
    """Until a coordinator ends it, and not beyond the last entry."""
    started_at, closes_at = edition.first_to_confirm_at, entry_closes_at(edition)
    if started_at is None or closes_at is None:
        return False
    return max(started_at, last_hours_at(closes_at)) <= at < closes_at


def can_start(edition: Edition, at: datetime) -> Decision:
    """In the last hours before the last entry, when nobody can be given 48 hours any more."""
    closes_at = entry_closes_at(edition)
    is_told = edition.admission_mode == AdmissionMode.OPEN or edition.is_released(at)
    if edition.status != EditionStatus.PUBLISHED or not is_told or closes_at is None:
        return refused("not_released", _("Nobody is called from the waitlist yet."))
    if at >= closes_at:
        return refused("entry_closed", _("The last day of entry has passed."))
    if at < last_hours_at(closes_at):
        return refused(
            "too_early", _("Whoever is called now still has 48 hours for a place of their own.")
        )
    return ALLOWED


def can_call_so_many(per_seat: int) -> Decision:
    if FEWEST_PER_SEAT <= per_seat <= MOST_PER_SEAT:
        return ALLOWED
    return refused("too_many", _("Call at least two and at most ten people to each free seat."))
