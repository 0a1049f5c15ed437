"""Applications that look like the same person's: settled by people."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enrollment.models import Application, ApplicationStatus
from enrollment.rules.duplicates import can_merge
from enrollment.rules.eligibility import can_settle
from enrollment.services.eligibility import assess, take_turn
from lms import journal
from lms.decisions import DomainError, require_reason


@transaction.atomic
def keep_both(application: Application, *, by, at: datetime, reason: str) -> None:
    """Settle that these are two people: both count, and neither waits to be looked at, until
    another application looks like theirs. Logged with both."""
    application, other = _pair(application)
    can_settle(application, by, at).require()
    _ask_for_reason(reason)
    pair = (application, other)
    Application.objects.filter(pk__in=[one.pk for one in pair]).update(duplicate_settled_at=at)
    for one, twin in (pair, pair[::-1]):
        _log(one, "enrollment.note_duplicate", by, at, reason, other=twin.code)


@transaction.atomic
def merge_application(application: Application, *, by, at: datetime, reason: str) -> Application:
    """Settle that it is the other's person: this one leaves the selection, the other counts.
    Merging it again changes nothing."""
    turn = take_turn(application.edition_id)
    application, other = _pair(application)
    if application.status == ApplicationStatus.MERGED:
        return application
    can_merge(application, other, by, at).require()
    _ask_for_reason(reason)
    before, application.status = application.status, ApplicationStatus.MERGED
    application.revision += 1
    application.save(update_fields=["status", "revision"])
    change = {"before": before, "after": application.status, "other": other.code}
    _log(application, "enrollment.merge_application", by, at, reason, **change)
    _log(other, "enrollment.note_duplicate", by, at, reason, other=application.code)
    assess(application, at=at, turn=turn)
    return application


def _pair(application: Application) -> tuple[Application, Application]:
    rows = Application.objects.select_for_update(of=("self",))
    application = rows.select_related("edition__program", "duplicate_of").get(pk=application.pk)
    if application.duplicate_of is None:
        raise DomainError("no_duplicate", _("Nothing looks like this application."))
    return application, application.duplicate_of


def _ask_for_reason(reason: str) -> None:
    require_reason(reason, _("Write what you found."))


def _log(application: Application, action: str, by, at: datetime, reason: str, **data) -> None:
    journal.record(application, action, by=by, at=at, reason=reason.strip(), **data)
