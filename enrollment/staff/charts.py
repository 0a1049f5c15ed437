"""What the desk draws of an edition: plots, each with its table, whose every figure leads to
exactly the rows that it counts."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enrollment.models import (
    AlumniMatch,
    Application,
    ApplicationStatus,
    Edition,
    Eligibility,
    OfferStatus,
    Outcome,
    ReadingPlan,
)
from enrollment.models.applications import IN_SELECTION
from enrollment.models.enrollments import SEAT_HOLDING
from enrollment.queries import readings_counted
from enrollment.staff.applications import READINGS
from enrollment.staff.chart import Cell, Chart, plain_bars
from enrollment.staff.chart_days import by_day
from enrollment.staff.chart_factors import by_factor
from enrollment.staff.figures import Figures, listing, of_selection, submitted
from lms.mail.models import MessageStatus, OutgoingMessage


def charts_of(edition: Edition, found: Figures, at: datetime) -> list[Chart]:
    """Every plot of the edition that has something to show. As many queries for many people as for
    a few."""
    plan = ReadingPlan.objects.filter(edition=edition).first()
    read = readings_counted(plan, at) if plan else None
    drawn = [
        funnel(edition, found, read),
        by_day(edition, at),
        *by_factor(edition, found),
        reading(edition, read) if read else None,
        matches(edition) if edition.program.needs_alumni else None,
        letters(edition),
    ]
    return [chart for chart in drawn if chart]


# -- from those who began to those who take part -------------------------------------------


def funnel(edition: Edition, found: Figures, read: dict[str, int] | None) -> Chart:
    """Only the steps that there are yet."""
    chosen = of_selection(edition)
    draft, eligible = ApplicationStatus.DRAFT, Eligibility.ELIGIBLE
    steps = [
        (_("Drafts"), found.statuses[draft], listing(edition, status=draft)),
        (submitted(edition), found.in_selection, listing(edition, **chosen)),
        (
            _("Eligible"),
            found.eligibility[eligible],
            listing(edition, eligibility=eligible, **chosen),
        ),
    ]
    if read:
        steps.append((_("Read"), read["read"], listing(edition, reading="read")))
    if found.outcomes and edition.is_selective:
        selected = Outcome.SELECTED
        url = listing(edition, outcome=selected, **chosen)
        steps.append((_("Selected"), found.outcomes[selected], url))
    if found.offers:
        accepted = OfferStatus.ACCEPTED
        query = {"edition": edition.pk, "status": accepted}
        url = reverse("enrollment_staff:offers", query=query)
        steps.append((_("Offers accepted"), found.offers[accepted], url))
    if found.seats_held:
        query = {"edition": edition.pk, "status": list(SEAT_HOLDING)}
        steps.append(
            (_("Enrolled"), found.seats_held, reverse("enrollment_staff:places", query=query))
        )
    said = _("How many have come how far, from the drafts on.")
    return plain_bars(
        "funnel", _("The way of the applications"), said, _("Step"), steps, is_open=True
    )


# -- what is being done --------------------------------------------------------------------


def reading(edition: Edition, read: dict[str, int]) -> Chart:
    found = [
        (capfirst(label), read[name], listing(edition, reading=name)) for name, label in READINGS
    ]
    words = {"count": read["read"], "all": read["all"]}
    url = reverse("enrollment_staff:edition_reading", args=[edition.pk])
    notes = [Cell(_("%(count)s of %(all)s are read by as many as are needed.") % words, url)]
    said = _("How far the reading of the applications is.")
    return plain_bars("reading", _("Reading"), said, _("State"), found, notes=notes)


def matches(edition: Edition) -> Chart | None:
    """Matches with the list of alumni. One query."""
    rows = Application.objects.filter(edition=edition, status__in=IN_SELECTION).order_by()
    counts = dict(rows.values_list("alumni_match").annotate(count=Count("pk")))
    if not counts:
        return None
    chosen = of_selection(edition)
    found = [
        (capfirst(label), counts[state], listing(edition, alumni_match=state, **chosen))
        for state, label in AlumniMatch.choices
        if counts.get(state)
    ]
    notes = []
    if waiting := counts.get(AlumniMatch.REVIEW):
        url = reverse("enrollment_staff:matches", args=[edition.pk])
        what = ngettext(
            "application to compare with the list of alumni",
            "applications to compare with the list of alumni",
            waiting,
        )
        notes.append(Cell(f"{waiting} {what}", url))
    said = _("Who was found on the list of alumni, and how it was settled.")
    return plain_bars("matches", _("Alumni match"), said, _("State"), found, notes=notes)


def letters(edition: Edition) -> Chart | None:
    """Messages of the edition's program. One query."""
    rows = OutgoingMessage.objects.letters().filter(scope=edition.program.slug).order_by()
    counts = dict(rows.values_list("status").annotate(count=Count("pk")))
    if not counts:
        return None

    def url(state: str) -> str:
        query = {"program": edition.program_id, "status": state}
        return reverse("enrollment_staff:messages", query=query)

    found = [
        (capfirst(label), counts[state], url(state))
        for state, label in MessageStatus.choices
        if counts.get(state)
    ]
    said = _("What became of the messages of the program, letters of all its editions.")
    return plain_bars("messages", _("Messages of the program"), said, _("State"), found)
