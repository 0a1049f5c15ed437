"""What other rooms ask about people's places, and how far the reading of applications is."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Case, Count, F, Max, Min, Q, QuerySet, Value, When

from enrollment.models import (
    Application,
    ApplicationStatus,
    Decision,
    Edition,
    Eligibility,
    Enrollment,
    Offer,
    Outcome,
    Phase,
    PhaseProgress,
    ReadingPlan,
    ReviewStatus,
)
from enrollment.models.applications import (
    DUPLICATE_OPEN,
    DUPLICATE_SETTLED,
    IN_SELECTION,
    MATCH_SETTLED_YES,
)
from enrollment.models.enrollments import SEAT_HOLDING


def participants(edition: Edition | int) -> QuerySet[Enrollment]:
    """Enrollments that hold a seat."""
    return Enrollment.objects.filter(edition=edition, status__in=SEAT_HOLDING)


def completions(phase: Phase) -> QuerySet[PhaseProgress]:
    """Who completed the phase, in the order in which they did."""
    rows = PhaseProgress.objects.filter(phase=phase, completed_at__isnull=False)
    return rows.select_related("enrollment__person").order_by("completed_at", "pk")


def waiting(edition: Edition, at: datetime, *, settled: bool = True) -> QuerySet[Decision]:
    """Current decisions of those who wait for a seat, by rank: never called, or called to confirm
    first and outrun; `settled` leaves out those who cannot be called: not eligible, or with their
    alumni match open."""
    outrun = Offer.objects.filter(edition=edition).outrun(at)
    rows = Decision.objects.filter(
        Q(application__offer=None) | Q(application__offer__in=outrun),
        edition=edition,
        is_current=True,
        outcome=Outcome.WAITLISTED,
        application__status__in=IN_SELECTION,
        application__enrollment=None,
    ).exclude(application__person__enrollments__edition=edition)
    if settled:
        rows = rows.filter(application__eligibility=Eligibility.ELIGIBLE)
        if edition.program.needs_alumni:
            rows = rows.filter(application__alumni_match__in=MATCH_SETTLED_YES)
    return rows.select_related("application__person").order_by("waitlist_rank")


def decided_by_hand(*editions: Edition) -> QuerySet[Decision]:
    """Current decisions that somebody took with a reason."""
    return Decision.objects.filter(
        edition__in=editions, is_current=True, application__status__in=IN_SELECTION
    ).exclude(reason="")


def with_readings(plan: ReadingPlan, at: datetime) -> QuerySet[Application]:
    """The applications that are to be read, with how many readings are `scored` and `held` (these,
    and those given to somebody not too long ago), the `lowest` and `highest` of 100, and how many
    are `needed`: one more where the planned ones differ by more than the plan says."""
    scored = Q(reviews__status=ReviewStatus.SCORED)
    fresh = Q(
        reviews__status=ReviewStatus.ASSIGNED,
        reviews__assigned_at__gt=at - timedelta(days=plan.given_back_after),
    )
    rows = Application.objects.filter(edition=plan.edition_id, status__in=IN_SELECTION)
    rows = rows.exclude(eligibility=Eligibility.INELIGIBLE).annotate(
        scored=Count("reviews", filter=scored),
        held=Count("reviews", filter=scored | fresh),
        lowest=Min("reviews__total"),
        highest=Max("reviews__total"),
    )
    is_disputed = Q(scored__gte=plan.readers, highest__gt=F("lowest") + plan.differ_by)
    return rows.annotate(
        needed=Case(When(is_disputed, then=Value(plan.readers + 1)), default=Value(plan.readers))
    )


# What `with_readings` says of an application, by name.
READ = {
    "read": Q(scored__gte=F("needed")),
    "begun": Q(scored__gt=0, scored__lt=F("needed")),
    "unread": Q(scored=0),
    "unfinished": Q(scored__lt=F("needed")),
    "disputed": Q(needed__gt=F("edition__reading_plan__readers")),
}


def readings_counted(plan: ReadingPlan, at: datetime) -> dict[str, int]:
    """How many applications there are to read (`all`), and of each name in `READ`. One query."""
    counts = {name: Count("pk", filter=condition) for name, condition in READ.items()}
    return with_readings(plan, at).aggregate(all=Count("pk"), **counts)


def still_to_read(plan: ReadingPlan, at: datetime) -> QuerySet[Application]:
    return with_readings(plan, at).filter(held__lt=F("needed"))


def pair_open() -> Q:
    """Of each pair of the selection that may be one person, and that nobody has settled, one
    application; `duplicate_of` is the other. Where they look like each other it is the one with
    the higher key, so that every pair counts once."""
    other_stands_for_both = Q(
        duplicate_of__duplicate_of=F("pk"),
        duplicate_of__duplicate_settled_at=None,
        pk__lt=F("duplicate_of"),
    )
    return DUPLICATE_OPEN & BOTH_COUNT & ~other_stands_for_both


BOTH_COUNT = Q(status__in=IN_SELECTION, duplicate_of__status__in=IN_SELECTION)


def pairs_to_settle(edition: Edition) -> QuerySet[Application]:
    """The same of an edition, in the order in which they are shown."""
    return Application.objects.filter(pair_open(), edition=edition).order_by("pk")


def pairs_settled(edition: Edition) -> int:
    """How many pairs were found to be two people, or one whose other application left."""
    two = BOTH_COUNT & DUPLICATE_SETTLED & Q(pk__gt=F("duplicate_of"))
    one = Q(status=ApplicationStatus.MERGED)
    return Application.objects.filter(two | one, edition=edition).count()
