"""Applications that look like the same person's: looked at by people."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enrollment.models import Application
from enrollment.rules.eligibility import can_settle
from lms import journal
from lms.decisions import DomainError


@transaction.atomic
def note_duplicate(application: Application, *, by, at: datetime, reason: str) -> None:
    """Note in the log of both what was found about a likely duplicate. Changes neither."""
    rows = Application.objects.select_related("edition__program", "duplicate_of")
    application = rows.get(pk=application.pk)
    can_settle(application, by, at).require()
    other = application.duplicate_of
    if other is None:
        raise DomainError("no_duplicate", _("Nothing looks like this application."))
    if not reason.strip():
        raise DomainError("reason_missing", _("Write what you found."))
    for one, twin in ((application, other), (other, application)):
        journal.record(
            one, "enrollment.note_duplicate", by=by, at=at, reason=reason.strip(), other=twin.code
        )
