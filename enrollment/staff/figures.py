"""The figures of an edition that its coordinators steer by: counted once, each a link away."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from enrollment.models import (
    AlumniMatch,
    Application,
    ApplicationStatus,
    Decision,
    Edition,
    Eligibility,
    Enrollment,
    Offer,
    OfferStatus,
    Outcome,
    ReadingPlan,
)
from enrollment.models.applications import IN_SELECTION, MATCH_OPEN
from enrollment.models.enrollments import SEAT_HOLDING
from enrollment.queries import pair_open, readings_counted
from enrollment.rules.seats import seats_left

MAY_BE_CHOSEN = (Eligibility.ELIGIBLE, Eligibility.NEEDS_PROOF)
CASES = {
    "open_matches": Count(
        "pk", filter=Q(alumni_match__in=MATCH_OPEN, eligibility__in=MAY_BE_CHOSEN)
    ),
    "to_compare": Count("pk", filter=Q(alumni_match=AlumniMatch.REVIEW)),
    "duplicates": Count("pk", filter=pair_open()),
}


@dataclass(frozen=True)
class Figure:
    label: object
    count: int
    url: str = ""


@dataclass
class Figures:
    """Counts of one edition."""

    statuses: Counter = field(default_factory=Counter)
    eligibility: Counter = field(default_factory=Counter)
    open_matches: int = 0
    to_compare: int = 0
    duplicates: int = 0
    undecided: int = 0
    unfinished: int = 0
    unread: int = 0
    outcomes: Counter = field(default_factory=Counter)
    offers: Counter = field(default_factory=Counter)
    offers_held: int = 0
    racers: int = 0
    seats_held: int = 0
    seats_left: int = 0

    @property
    def in_selection(self) -> int:
        return sum(self.statuses[status] for status in IN_SELECTION)

    def take_readings(self, plan: ReadingPlan | None, at: datetime) -> None:
        """One query, where the edition's applications are read."""
        if plan:
            counted = readings_counted(plan, at)
            self.unfinished, self.unread = counted["unfinished"], counted["unread"]

    def take_cases(self, edition: Edition, counted: dict[str, int]) -> None:
        """`counted` are `CASES` of the edition."""
        self.duplicates = counted["duplicates"]
        if edition.program.needs_alumni:
            self.open_matches = counted["open_matches"]
            self.to_compare = counted["to_compare"]


def figures_of(edition: Edition, at: datetime) -> Figures:
    """As many queries for many people as for a few."""
    rows = Application.objects.filter(edition=edition)
    chosen = rows.filter(status__in=IN_SELECTION)
    current = Decision.objects.filter(
        edition=edition, is_current=True, application__status__in=IN_SELECTION
    )
    offers = Offer.objects.filter(edition=edition)
    found = Figures(
        statuses=_counted(rows, "status"),
        eligibility=_counted(chosen, "eligibility"),
        outcomes=_counted(current, "outcome"),
        offers=_counted(offers, "status"),
        offers_held=offers.holding().count(),
        racers=offers.racing(at).count(),
        seats_held=Enrollment.objects.filter(edition=edition, status__in=SEAT_HOLDING).count(),
        seats_left=seats_left(edition),
    )
    found.take_cases(edition, chosen.aggregate(**CASES))
    found.take_readings(getattr(edition, "reading_plan", None), at)
    if edition.is_selective:
        found.undecided = found.in_selection - sum(found.outcomes.values())
    return found


def _counted(rows, name: str) -> Counter:
    return Counter(dict(rows.order_by().values_list(name).annotate(count=Count("pk"))))


def listing(edition: Edition, **query) -> str:
    """The applications of the edition, filtered."""
    query = {"edition": edition.pk, **query}
    return reverse("enrollment_staff:applications", query=query)


def of_selection(edition: Edition) -> dict:
    return {"status": list(IN_SELECTION)}


def funnel(edition: Edition, found: Figures) -> list[Figure]:
    """From those who began to those who hold a seat."""
    chosen = of_selection(edition)
    statuses, offers = found.statuses, found.offers
    places = reverse("enrollment_staff:places", query={"edition": edition.pk})
    drafts = ApplicationStatus.DRAFT
    withdrawn, expired = ApplicationStatus.WITHDRAWN, OfferStatus.EXPIRED
    return [
        Figure(_("Drafts"), statuses[drafts], listing(edition, status=drafts)),
        Figure(submitted(edition), found.in_selection, listing(edition, **chosen)),
        Figure(_("Withdrawn"), statuses[withdrawn], listing(edition, status=withdrawn)),
        *(
            Figure(
                Eligibility(one).label.capitalize(),
                found.eligibility[one],
                listing(edition, eligibility=one, **chosen),
            )
            for one in Eligibility.values
        ),
        *(
            Figure(
                Outcome(one).label.capitalize(),
                found.outcomes[one],
                listing(edition, outcome=one, **chosen),
            )
            for one in _outcomes_of(edition)
        ),
        Figure(
            _("Offers pending"),
            found.offers_held,
            _answers(edition, OfferStatus.PENDING, seat="held"),
        ),
        *_racers(edition, found),
        Figure(_("Offers expired"), offers[expired], _answers(edition, expired)),
        Figure(_("Seats held"), found.seats_held, places),
        Figure(_("Seats left"), found.seats_left),
    ]


def _racers(edition: Edition, found: Figures) -> list[Figure]:
    if not found.racers:
        return []
    url = _answers(edition, OfferStatus.PENDING, seat="raced")
    return [Figure(_("Called to confirm first"), found.racers, url)]


def submitted(edition: Edition):
    """What applications are called that were submitted and neither withdrawn nor merged."""
    return _("In the selection") if edition.is_selective else _("Submitted, without withdrawn ones")


def _outcomes_of(edition: Edition) -> list[str]:
    """The outcomes beside a requirement not met: where nobody is selected, waiting alone."""
    if not edition.is_selective:
        return [Outcome.WAITLISTED]
    return [one for one in Outcome.values if one != Outcome.INELIGIBLE]


def _answers(edition: Edition, status: str, **query) -> str:
    query = {"edition": edition.pk, "status": status, **query}
    return reverse("enrollment_staff:offers", query=query)


def still_open(edition: Edition, found: Figures) -> list[Figure]:
    """What has to be settled, or should be, before the decisions are locked."""
    chosen = of_selection(edition)
    proof, asked = Eligibility.NEEDS_PROOF, ApplicationStatus.INFO_REQUESTED
    open_ones = [
        Figure(
            ngettext(
                "application to compare with the list of alumni",
                "applications to compare with the list of alumni",
                found.to_compare,
            ),
            found.to_compare,
            reverse("enrollment_staff:matches", args=[edition.pk]),
        ),
        Figure(
            ngettext(
                "alumni match is not settled: nobody is selected while theirs is open",
                "alumni matches are not settled: nobody is selected while theirs is open",
                found.open_matches,
            ),
            found.open_matches,
            listing(
                edition,
                alumni_match=list(MATCH_OPEN),
                eligibility=list(MAY_BE_CHOSEN),
                **chosen,
            ),
        ),
        Figure(
            ngettext(
                "application needs proof of eligibility",
                "applications need proof of eligibility",
                found.eligibility[proof],
            ),
            found.eligibility[proof],
            listing(edition, eligibility=proof, **chosen),
        ),
        Figure(
            ngettext(
                "pair of applications may be of one person",
                "pairs of applications may be of one person",
                found.duplicates,
            ),
            found.duplicates,
            reverse("enrollment_staff:duplicates", args=[edition.pk]),
        ),
        Figure(
            ngettext(
                "request for information has no answer yet",
                "requests for information have no answer yet",
                found.statuses[asked],
            ),
            found.statuses[asked],
            listing(edition, status=asked),
        ),
        *readings_left(edition, found),
        Figure(
            ngettext(
                "application has no decision yet",
                "applications have no decision yet",
                found.undecided,
            ),
            found.undecided,
            listing(edition, outcome="undecided", **chosen),
        ),
    ]
    return [one for one in open_ones if one.count]


def readings_left(edition: Edition, found: Figures) -> list[Figure]:
    """What the readings lack, and what the score makes of it."""
    return [
        one
        for one in (
            Figure(
                ngettext(
                    "application is read by fewer than are needed, or by nobody: the mean of the"
                    " readings there are counts; without any, no points for them",
                    "applications are read by fewer than are needed, or by nobody: the mean of the"
                    " readings there are counts; without any, no points for them",
                    found.unfinished,
                ),
                found.unfinished,
                listing(edition, reading="unfinished"),
            ),
            Figure(
                ngettext("of these is read by nobody", "of these are read by nobody", found.unread),
                found.unread,
                listing(edition, reading="unread"),
            ),
        )
        if one.count
    ]


@dataclass(frozen=True)
class Due:
    """An instant of the edition's calendar; `is_ours` where the staff have to have done something
    by then and have not."""

    at: datetime
    label: str
    is_past: bool
    is_ours: bool = False


def calendar(edition: Edition, at: datetime) -> list[Due]:
    """Every instant of the edition in order. Two queries, where its phases and windows are not yet
    fetched."""
    named = [
        (edition.decisions_locked_at or edition.selection_locks_at, _("Decisions are locked")),
        (edition.released_at or edition.release_planned_at, _("Decisions are released")),
        (edition.offers_respond_by, _("Offers expire")),
        (edition.last_entry_at, _("Last entry")),
        (edition.certificates_planned_at, _("Certificates are issued")),
    ]
    phases = {phase.pk: phase for phase in edition.phases.all()}
    for window in edition.windows.all():
        of = {"phase": phases[window.phase_id]}
        named.append((window.opens_at, _("The window of “%(phase)s” opens") % of))
        closes = _("The window of “%(phase)s” closes")
        if window.is_suspended(at):
            closes = _("The window of “%(phase)s”, now suspended, was to close")
        named.append((window.closes_at, closes % of))
    for phase in phases.values():
        named.append((phase.opens_at, _("“%(phase)s” opens") % {"phase": phase}))
        named.append((phase.closes_at, _("“%(phase)s” closes") % {"phase": phase}))
    ours = _ours(edition)
    return sorted(
        (
            Due(instant, str(label), instant <= at, instant in ours)
            for instant, label in named
            if instant
        ),
        key=lambda due: due.at,
    )


def _ours(edition: Edition) -> set[datetime | None]:
    return {
        None if edition.is_locked else edition.selection_locks_at,
        None if edition.released_at else edition.release_planned_at,
        edition.certificates_planned_at,
    }
