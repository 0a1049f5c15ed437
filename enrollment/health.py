"""What operators should know of the editions: what the clock made due and nobody did."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from enrollment.models import Edition, EditionStatus, Offer
from enrollment.services.release import untold
from lms.hooks import Finding
from lms.mail.wordings import unfit_wordings

LATE = timedelta(minutes=10)


def findings(at: datetime) -> list[Finding]:
    """`error` for what people wait for, `warning` for what staff should mend, `ok` where there is
    nothing."""
    found = [*_unarmed(at), *_unwritten(at), *_unexpired(at), *_unfit()]
    return found or [Finding("ok", "editions", _("Nothing of the editions is overdue."))]


def _unarmed(at: datetime):
    rows = Edition.objects.filter(
        status=EditionStatus.PUBLISHED, released_at=None, release_planned_at__lte=at
    ).filter(applications__submitted_at__isnull=False)
    for edition in rows.distinct():
        text = _("%(edition)s: the announced release has passed, and nobody has armed it.")
        yield Finding("error", "release", text % {"edition": edition})


def _unwritten(at: datetime):
    late = untold().filter(
        edition__released_at__lte=at - LATE,
        edition__status=EditionStatus.PUBLISHED,
        at__lte=at - LATE,
    )
    if count := late.count():
        text = _("Letters about an outcome that are not written yet: %(count)d. Is the worker up?")
        yield Finding("error", "letters", text % {"count": count})


def _unexpired(at: datetime):
    late = Offer.objects.pending().filter(
        respond_by__lte=at - LATE,
        edition__status__in=(EditionStatus.PUBLISHED, EditionStatus.CLOSED),
    )
    if count := late.count():
        text = _("Offers past their deadline whose seats are not free yet: %(count)d.")
        yield Finding("error", "offers", text % {"count": count})


def _unfit():
    if count := len(unfit_wordings()):
        text = _(
            "Programs’ own texts of mails that can no longer be filled in: %(count)d. The site’s"
            " are sent instead."
        )
        yield Finding("warning", "texts of mails", text % {"count": count})
