"""How long the base keeps what it knows of past addresses."""

from __future__ import annotations

from datetime import datetime, timedelta

from lms.accounts.models import AddressChange, FactorRescue, MailboxRescue

CHANGES_KEPT = timedelta(days=90)


def forget_old_changes(at: datetime) -> None:
    """Delete changes of address, and rescues that were decided, 90 days after they were told:
    nobody can cancel them any more, and the log says that they were."""
    before = at - CHANGES_KEPT
    AddressChange.objects.filter(told_at__lt=before).delete()
    old = MailboxRescue.objects.filter(asked_at__lt=before, change=None)
    old.exclude(confirmed_at=None, refused_at=None).delete()
    FactorRescue.objects.filter(ended_at__lt=before).delete()
