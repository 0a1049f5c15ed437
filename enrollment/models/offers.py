"""Offers: a seat held for an applicant until `respond_by`, or a call to whoever confirms first."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrollment.models.applications import Application
from enrollment.models.programs import Edition, OfEdition


class OfferStatus(models.TextChoices):
    PENDING = "pending", _("pending")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("expired")


OFFER_TRANSITIONS = {
    OfferStatus.PENDING: {OfferStatus.ACCEPTED, OfferStatus.DECLINED, OfferStatus.EXPIRED},
    OfferStatus.ACCEPTED: {OfferStatus.DECLINED},
    OfferStatus.EXPIRED: {OfferStatus.PENDING},
    OfferStatus.DECLINED: set(),
}


class OfferQuerySet(OfEdition):
    def pending(self):
        return self.filter(status=OfferStatus.PENDING)

    def holding(self):
        """Those for which a seat is kept until they are answered."""
        return self.pending().filter(holds_seat=True)

    def racing(self, at: datetime):
        """Those called to a seat that goes to whoever confirms first, and not outrun yet."""
        return self.pending().filter(holds_seat=False, outrun_at=None, respond_by__gt=at)

    def outrun(self, at: datetime):
        """Those of which `Offer.is_outrun` is true."""
        over = Q(outrun_at__isnull=False) | Q(respond_by__lte=at)
        waits = Q(status=OfferStatus.EXPIRED) | Q(over, status=OfferStatus.PENDING)
        return self.filter(waits, holds_seat=False)


class Offer(models.Model):
    """Visible and acceptable while `visible_at <= at < respond_by`, worker or no worker.
    `enrollment.services.offers` alone writes `status`.

    One that holds no seat is a call to whoever confirms first. At `outrun_at` its person was told
    that no seat is free for them: they wait again, with their rank, until they are called again."""

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="offer")
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="offers")
    status = models.CharField(
        _("status"), max_length=10, choices=OfferStatus, default=OfferStatus.PENDING
    )
    from_waitlist = models.BooleanField(_("from the waitlist"), default=False)
    holds_seat = models.BooleanField(_("holds a seat"), default=True)
    outrun_at = models.DateTimeField(null=True, blank=True, editable=False)
    visible_at = models.DateTimeField()
    respond_by = models.DateTimeField(_("respond by"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.CheckConstraint(
                condition=Q(respond_by__gt=models.F("visible_at")), name="offer_lasts"
            ),
            models.CheckConstraint(
                condition=Q(outrun_at=None) | Q(~Q(status=OfferStatus.ACCEPTED), holds_seat=False),
                name="offer_outrun_holds_no_seat",
            ),
        ]
        indexes = [models.Index(fields=["edition", "status"], name="offer_edition_status")]

    wagtail_reference_index_ignore = True

    def is_answerable(self, at: datetime) -> bool:
        return self.status == OfferStatus.PENDING and self.visible_at <= at < self.respond_by

    def is_outrun(self, at: datetime) -> bool:
        """Whether they were called to confirm first and wait again: others were faster, or the
        call is over. `OfferQuerySet.outrun` asks the database the same."""
        if self.holds_seat or self.status not in (OfferStatus.PENDING, OfferStatus.EXPIRED):
            return False
        is_over = bool(self.outrun_at) or at >= self.respond_by
        return self.status == OfferStatus.EXPIRED or is_over
