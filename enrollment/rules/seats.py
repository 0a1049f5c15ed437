"""How many seats are taken, and until when one may be given."""

from __future__ import annotations

from datetime import datetime

from enrollment.models import Edition, Enrollment, Offer
from enrollment.models.enrollments import SEAT_HOLDING


def seats_taken(edition: Edition) -> int:
    """Pending offers for which a seat is kept, also those past their deadline until they are
    expired, and enrollments that hold a seat. Whoever is called to confirm first has none until
    they confirm. Two queries, of this moment."""
    held = Enrollment.objects.filter(edition=edition, status__in=SEAT_HOLDING)
    return held.count() + Offer.objects.holding().filter(edition=edition).count()


def seats_left(edition: Edition) -> int:
    """Negative where the capacity was lowered below what is taken."""
    return edition.capacity - seats_taken(edition)


def entry_closes_at(edition: Edition) -> datetime | None:
    """The UTC instant from which no seat is given any more: the last entry, else the answers'
    deadline, else the first phase's close."""
    if instant := edition.last_entry_at or edition.offers_respond_by:
        return instant
    first = next(iter(edition.phases.all()), None)
    return first.closes_at if first else None


def is_entry_open(edition: Edition, at: datetime) -> bool:
    closes_at = entry_closes_at(edition)
    return closes_at is not None and at < closes_at
