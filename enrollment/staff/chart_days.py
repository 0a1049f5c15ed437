"""Applications day by day, beside those of the edition before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, IntegerField, Max, Min, Q, QuerySet, Value
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from enrollment import plots
from enrollment.models import (
    Application,
    Edition,
    EditionStatus,
    RegistrationWindow,
    WindowKind,
)
from enrollment.staff.applications import begins_at
from enrollment.staff.chart import DAYS, Cell, Chart
from enrollment.staff.figures import listing

DAYS_DRAWN = 180
WITH_DATES = (EditionStatus.PUBLISHED, EditionStatus.CLOSED, EditionStatus.ARCHIVED)


@dataclass(frozen=True)
class Received:
    """Applications of an edition by how many days before the close (0: its day) they came."""

    edition: Edition
    close: date
    counts: dict[int, int]

    def day(self, before: int) -> date:
        return self.close - timedelta(days=before)

    def cell(self, before: int) -> Cell:
        if before not in self.counts:
            return Cell("–")
        day = self.day(before).isoformat()
        count = self.counts[before]
        if not count:
            return Cell(0)
        return Cell(count, listing(self.edition, submitted_from=day, submitted_to=day))


def received(edition: Edition, at: datetime) -> Received | None:
    """By the days of the zone in which the edition's deadlines end; days of the window on which
    nothing came count nothing, those that are still to come are not there. Three queries."""
    span = RegistrationWindow.objects.filter(edition=edition, kind=WindowKind.APPLICATION)
    first, last = span.aggregate(first=Min("opens_at"), last=Max("closes_at")).values()
    if first is None or first > at:
        return None
    zone = ZoneInfo(edition.deadline_zone)
    close = (last - timedelta(microseconds=1)).astimezone(zone).date()
    rows = Application.objects.filter(edition=edition, submitted_at__isnull=False).order_by()
    came = rows.aggregate(first=Min("submitted_at"), last=Max("submitted_at"))
    instants = [first, *(one for one in came.values() if one)]
    begins = max((close - one.astimezone(zone).date()).days for one in instants)
    until = max((close - at.astimezone(zone).date()).days, 0)
    ends = min(until, *((close - one.astimezone(zone).date()).days for one in instants))
    days = [close - timedelta(days=before) for before in range(begins, ends - 1, -1)][-DAYS_DRAWN:]
    found = _counts_of(rows, days, zone)
    return Received(edition, close, {(close - day).days: found.get(day, 0) for day in days})


def _counts_of(rows: QuerySet[Application], days: list[date], zone: ZoneInfo) -> dict[date, int]:
    """How many were submitted on each day: one query of as many ranges of an index, as a database
    that asks the zone's clock for every row takes far longer."""
    of_days = [
        rows.filter(
            submitted_at__gte=begins_at(day, zone),
            submitted_at__lt=begins_at(day + timedelta(days=1), zone),
        )
        .values(day=Value(day.toordinal(), output_field=IntegerField()))
        .annotate(count=Count("pk"))
        .values_list("day", "count")
        for day in days
    ]
    if not of_days:
        return {}
    counts = of_days[0].union(*of_days[1:], all=True)
    return {date.fromordinal(day): count for day, count in counts}


def last_edition(edition: Edition) -> Edition | None:
    """The edition of the same program whose window closed last before this one's did."""
    closing = Max("windows__closes_at", filter=Q(windows__kind=WindowKind.APPLICATION))
    rows = Edition.objects.filter(program=edition.program_id, status__in=WITH_DATES)
    limit = closes_at(edition)
    if limit is None:
        return None
    rows = rows.exclude(pk=edition.pk).annotate(closing=closing).filter(closing__lt=limit)
    return rows.order_by("-closing", "-pk").first()


def by_day(edition: Edition, at: datetime) -> Chart | None:
    now = received(edition, at)
    if now is None:
        return None
    earlier = last_edition(edition)
    before = received(earlier, at) if earlier else None
    heads = [_("Days before the close"), _("Day"), str(edition.title)]
    legend = [("now", str(edition.title))]
    if before:
        heads.append(str(before.edition.title))
        legend.append(("before", str(before.edition.title)))
    every = sorted({*now.counts, *(before.counts if before else ())}, reverse=True)
    rows = [
        [
            Cell(day),
            Cell(date_format(now.day(day), "SHORT_DATE_FORMAT")),
            now.cell(day),
            *([before.cell(day)] if before else []),
        ]
        for day in every
    ]
    notes = [Cell(_compared(edition, before and earlier, at))]
    return Chart(
        "days",
        _("Applications per day"),
        _("How many came on each day before the close of the window."),
        heads,
        rows,
        plots.days([now.counts, *([before.counts] if before else [])]),
        DAYS,
        notes,
        legend,
    )


def _compared(edition: Edition, earlier: Edition | None, at: datetime) -> str:
    """How many have come until now, and how many had come to the earlier edition when its close
    was as far away."""
    total = _until(edition, at)
    if earlier is None:
        return _("%(count)s submitted until now, also those withdrawn since.") % {"count": total}
    then = _until(earlier, closes_at(earlier) - (closes_at(edition) - at))
    words = {"count": total, "then": then, "edition": earlier.title}
    return (
        _(
            "%(count)s submitted until now, also those withdrawn since; %(then)s at this point of"
            " “%(edition)s”."
        )
        % words
    )


def _until(edition: Edition, instant: datetime) -> int:
    return Application.objects.filter(edition=edition, submitted_at__lte=instant).count()


def closes_at(edition: Edition) -> datetime | None:
    """When the last of the edition's windows of applications closes; None without one."""
    rows = RegistrationWindow.objects.filter(edition=edition, kind=WindowKind.APPLICATION)
    return rows.aggregate(last=Max("closes_at"))["last"]
