"""What is still open: whom it keeps out of a draw, and what two people lock in spite of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import ngettext

from enrollment.models import (
    AlumniMatch,
    Application,
    ApplicationStatus,
    Draw,
    Edition,
    Eligibility,
    Outcome,
    ReadingPlan,
)
from enrollment.models.applications import IN_SELECTION, MATCH_OPEN
from enrollment.queries import decided_by_hand, waiting
from enrollment.staff.figures import (
    CASES,
    MAY_BE_CHOSEN,
    Figure,
    Figures,
    listing,
    of_selection,
    readings_left,
    still_open,
)

COUNTED = {
    **CASES,
    "proofs": Count("pk", filter=Q(eligibility=Eligibility.NEEDS_PROOF)),
    "asked": Count("pk", filter=Q(status=ApplicationStatus.INFO_REQUESTED)),
}


def left_open(editions: Iterable[Edition], at: datetime) -> dict[int, list[Figure]]:
    """Counts with their links, by edition. Three queries for as many editions as there are, and one
    for each whose applications are read."""
    wanted = list(editions)
    if not wanted:
        return {}
    rows = Application.objects.filter(edition__in=wanted, status__in=IN_SELECTION).order_by()
    cases = {row["edition"]: row for row in rows.values("edition").annotate(**COUNTED)}
    by_hand = _by_hand(wanted)
    plans = {plan.edition_id: plan for plan in ReadingPlan.objects.filter(edition__in=wanted)}
    return {
        one.pk: [
            *_cases(one, cases.get(one.pk, dict.fromkeys(COUNTED, 0)), plans.get(one.pk), at),
            *_beside_the_draw(one, *by_hand.get(one.pk, (0, 0))),
        ]
        for one in wanted
    }


@dataclass(frozen=True)
class Waits:
    """How many wait for a seat, and how many of them cannot be called as something of theirs is
    open; these are listed at `url`."""

    all: int
    open: int
    url: str

    @property
    def callable(self) -> int:
        return self.all - self.open


def who_waits(edition: Edition, at: datetime) -> Waits:
    """Two queries."""
    everybody = waiting(edition, at, settled=False).count()
    is_open = everybody - waiting(edition, at).count() if everybody else 0
    url = listing(edition, outcome=Outcome.WAITLISTED, open="yes")
    return Waits(everybody, is_open, url)


def kept_out(edition: Edition) -> list[Figure]:
    """Whom no draw selects as long as something of theirs is open: each counted once. One query."""
    rows = Application.objects.filter(edition=edition, status__in=IN_SELECTION)
    is_open = Q(alumni_match__in=MATCH_OPEN) if edition.program.needs_alumni else Q(pk=None)
    proof = Eligibility.NEEDS_PROOF
    found = rows.aggregate(
        matches=Count("pk", filter=is_open & Q(eligibility__in=MAY_BE_CHOSEN)),
        proofs=Count("pk", filter=~is_open & Q(eligibility=proof)),
    )
    chosen, settled = of_selection(edition), {}
    if edition.program.needs_alumni:
        settled = {"alumni_match": [one for one in AlumniMatch if one not in MATCH_OPEN]}
    figures = [
        Figure(
            ngettext("alumni match open", "alumni matches open", found["matches"]),
            found["matches"],
            listing(
                edition, alumni_match=list(MATCH_OPEN), eligibility=list(MAY_BE_CHOSEN), **chosen
            ),
        ),
        Figure(
            ngettext("eligibility to be proved", "eligibilities to be proved", found["proofs"]),
            found["proofs"],
            listing(edition, eligibility=proof, **settled, **chosen),
        ),
    ]
    return [one for one in figures if one.count]


def _cases(
    edition: Edition, row: dict[str, int], plan: ReadingPlan | None, at: datetime
) -> list[Figure]:
    found = Figures(
        statuses=Counter({ApplicationStatus.INFO_REQUESTED: row["asked"]}),
        eligibility=Counter({Eligibility.NEEDS_PROOF: row["proofs"]}),
    )
    found.take_cases(edition, row)
    found.take_readings(plan, at)
    return still_open(edition, found)


def not_read(edition: Edition, at: datetime) -> list[Figure]:
    """How many applications have fewer readings than the plan asks for. One query."""
    found = Figures()
    found.take_readings(getattr(edition, "reading_plan", None), at)
    return readings_left(edition, found)


def _by_hand(editions: list[Edition]) -> dict[int, tuple[int, int]]:
    """How many decisions by hand that stand are older than the edition's last draw, and later."""
    last = Draw.objects.filter(edition=OuterRef("edition")).values("at")[:1]
    rows = decided_by_hand(*editions).annotate(drawn_at=Subquery(last))
    counts = (
        rows.order_by()
        .values_list("edition")
        .annotate(
            older=Count("pk", filter=Q(at__lte=F("drawn_at"))),
            later=Count("pk", filter=Q(at__gt=F("drawn_at"))),
        )
    )
    return {edition: (older, later) for edition, older, later in counts}


def _beside_the_draw(edition: Edition, older: int, later: int) -> list[Figure]:
    url = reverse("enrollment_staff:selection", args=[edition.pk]) + "#exceptions-section"
    found = [
        Figure(
            ngettext(
                "decision by hand is older than the last draw, which left it as it was",
                "decisions by hand are older than the last draw, which left them as they were",
                older,
            ),
            older,
            url,
        ),
        Figure(
            ngettext(
                "decision by hand is later than the last draw: its method statement does not"
                " name it",
                "decisions by hand are later than the last draw: its method statement does not"
                " name them",
                later,
            ),
            later,
            url,
        ),
    ]
    return [one for one in found if one.count]
