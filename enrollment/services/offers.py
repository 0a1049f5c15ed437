"""Offers and the seats they hold. The only writer of `Offer.status`."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from enrollment.models import Edition, Enrollment, Offer, OfferStatus, Outcome
from enrollment.models.applications import IN_SELECTION
from enrollment.models.enrollments import SEAT_HOLDING
from lms import journal
from lms.decisions import DomainError


def make_offers(edition: Edition, *, at: datetime) -> int:
    """Offers for all who are selected and have none, visible from `edition.released_at`.

    In bulk, in the caller's transaction, which holds the lock on the edition row. Raises
    `DomainError` rather than offer more seats than there are. Returns how many were made."""
    chosen = edition.applications.filter(
        status__in=IN_SELECTION,
        offer=None,
        decisions__is_current=True,
        decisions__outcome=Outcome.SELECTED,
    ).values_list("pk", flat=True)
    offers = [
        Offer(
            application_id=pk,
            edition=edition,
            visible_at=edition.released_at,
            respond_by=edition.offers_respond_by,
        )
        for pk in chosen
    ]
    offered = Offer.objects.filter(edition=edition, status=OfferStatus.PENDING).count()
    held = Enrollment.objects.filter(edition=edition, status__in=SEAT_HOLDING).count()
    if len(offers) > edition.capacity - offered - held:
        raise DomainError("no_seat", _("There are not enough free seats for all offers."))
    Offer.objects.bulk_create(offers, batch_size=500)
    journal.record(edition, "enrollment.make_offers", by=None, at=at, count=len(offers))
    return len(offers)


def unmake_offers(edition: Edition, *, at: datetime) -> int:
    """Take back the offers that nobody has seen yet: the release is disarmed."""
    hidden = Offer.objects.filter(edition=edition, status=OfferStatus.PENDING, visible_at__gt=at)
    count, _rows = hidden.delete()
    return count
