"""Totals of an edition by country, role and the like, in which nobody can be recognized."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, F, FilteredRelation, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from enrollment.models import (
    ApplicantRole,
    Application,
    ApplicationStatus,
    Edition,
    Eligibility,
    EnrollmentStatus,
    Gender,
    Outcome,
    Workplace,
)
from enrollment.models.applications import IN_SELECTION
from enrollment.models.enrollments import SEAT_HOLDING

FEW = 5
COUNTED = ("applied", "eligible", "selected", "places", "completed")
HEADINGS = {
    "applied": _("Applied, also who withdrew"),
    "eligible": _("Eligible"),
    "selected": _("Selected"),
    "places": _("Seats held"),
    "completed": _("Completed"),
}


@dataclass(frozen=True)
class Table:
    """`rows` are (label, cells); a cell is a number, or None where it is hidden."""

    heading: object
    rows: list[tuple[object, list[int | None]]]


def whole(edition: Edition, at: datetime) -> list[tuple[object, int | None]]:
    """(heading, count) of the edition, None for what is not counted yet. One query."""
    found = _applied(edition).aggregate(**_counts(edition, at))
    return [(HEADINGS[name], found.get(name)) for name in COUNTED]


def totals(edition: Edition, at: datetime) -> list[Table]:
    """One query for each table."""
    roles = ApplicantRole.objects.filter(program=edition.program)
    dimensions: list[tuple[object, str, Callable]] = [
        (_("Country"), "country", dict(countries).get),
        (_("Role"), "role", {role.pk: str(role) for role in roles}.get),
        (_("Gender"), "gender", dict(Gender.choices).get),
        (_("Workplace"), "workplace", dict(Workplace.choices).get),
        (_("Language"), "language", dict(settings.LANGUAGES).get),
    ]
    return [_table(edition, at, *dimension) for dimension in dimensions]


def _table(edition: Edition, at: datetime, heading, column: str, label: Callable) -> Table:
    counts = _counts(edition, at)
    rows = list(_applied(edition).values(column).annotate(**counts).order_by("-applied"))
    nothing: list[int | None] = [None] * len(rows)
    columns = [
        hidden([row[name] for row in rows]) if name in counts else nothing for name in COUNTED
    ]
    labels = [label(row[column]) or _("not said") for row in rows]
    return Table(
        heading, [(one, list(cells)) for one, *cells in zip(labels, *columns, strict=True)]
    )


def hidden(counts: list[int]) -> list[int | None]:
    """The counts without those of one to four people; and where only one would be missing, which
    the total would give away, without the next smallest too."""
    shown: list[int | None] = [None if 0 < count < FEW else count for count in counts]
    others = [(count, place) for place, count in enumerate(shown) if count]
    if shown.count(None) == 1 and others:
        shown[min(others)[1]] = None
    return shown


def _applied(edition: Edition) -> QuerySet[Application]:
    current = FilteredRelation("decisions", condition=Q(decisions__is_current=True))
    rows = Application.objects.filter(edition=edition, submitted_at__isnull=False)
    return (
        rows.exclude(status__in=(ApplicationStatus.DRAFT, ApplicationStatus.MERGED))
        .annotate(current=current)
        .annotate(outcome=F("current__outcome"))
        .order_by()
    )


def _counts(edition: Edition, at: datetime) -> dict[str, Count]:
    """Outcomes are nobody's before the release, and are not counted."""
    takes_part = Q(status__in=IN_SELECTION)
    selected = {"selected": Count("pk", filter=takes_part & Q(outcome=Outcome.SELECTED))}
    return {
        "applied": Count("pk"),
        "eligible": Count("pk", filter=takes_part & Q(eligibility=Eligibility.ELIGIBLE)),
        **(selected if edition.is_released(at) else {}),
        "places": Count("pk", filter=Q(enrollment__status__in=SEAT_HOLDING)),
        "completed": Count("pk", filter=Q(enrollment__status=EnrollmentStatus.COMPLETED)),
    }
