"""Reminding of what was begun and not submitted, before the window closes."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from enrollment import emails
from enrollment.models import (
    Application,
    ApplicationStatus,
    Edition,
    RegistrationWindow,
    WindowKind,
)
from enrollment.rules.windows import is_window_open
from enrollment.services.each import in_chunks
from lms.accounts.zones import zone_named

DAYS_BEFORE = (3, 1)
HOUR = time(9)


def remind_drafts(edition: Edition, at: datetime) -> int:
    """Write to whoever began an application and did not submit it, three days and one day before
    the close, at nine in the morning where they are. Who slept through the first is written to
    at the second alone. Returns how many were reminded."""
    windows = edition.windows.filter(kind=WindowKind.APPLICATION)
    open_now = [window for window in windows if is_window_open(window, at)]
    return sum(_remind_in(window, edition, at) for window in open_now)


def _remind_in(window: RegistrationWindow, edition: Edition, at: datetime) -> int:
    if at < window.closes_at - timedelta(days=max(DAYS_BEFORE) + 2):
        return 0
    drafts = Application.objects.filter(window=window, status=ApplicationStatus.DRAFT)
    zones = drafts.order_by().values_list("person__time_zone", flat=True).distinct()
    done = 0
    for name in zones:
        due = due_before(window.closes_at, at, zone_named(name or "") or ZoneInfo("UTC"))
        if due is not None:
            done += _remind_zone(drafts.filter(person__time_zone=name), window, edition, due, at)
    return done


def due_before(closes_at: datetime, at: datetime, zone: ZoneInfo) -> datetime | None:
    """The latest instant that has come at which somebody in the zone is reminded."""
    last_day = closes_at.astimezone(zone).date()
    instants = [
        datetime.combine(last_day - timedelta(days=days), HOUR, zone) for days in DAYS_BEFORE
    ]
    return max((one for one in instants if one <= at), default=None)


def _remind_zone(
    drafts: QuerySet[Application],
    window: RegistrationWindow,
    edition: Edition,
    due: datetime,
    at: datetime,
) -> int:
    told = emails.told("draft_reminder", window).filter(version=emails.version_of(due))
    rows = drafts.filter(created_at__lt=due, person__is_active=True).exclude(person__in=told)
    rows = list(rows.select_related("person").order_by("pk"))
    for row in rows:
        row.edition = edition
    return in_chunks(rows, lambda chunk: emails.draft_reminder(chunk, window, due, at))
