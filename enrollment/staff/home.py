"""The staff's part of the admin's home: what is due and what waits, edition by edition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, F, Q
from django.urls import reverse
from wagtail.admin.ui.components import Component

from enrollment.models import Application, Edition, EditionStatus, Outcome, Review, ReviewStatus
from enrollment.models.applications import IN_SELECTION
from enrollment.queries import pair_open
from enrollment.staff.access import READERS, REVIEWERS, editions_for, holds_any
from enrollment.staff.applications import needs_a_look
from enrollment.staff.charts import charts_of
from enrollment.staff.figures import Due, calendar, figures_of, listing
from enrollment.staff.waits import waits_for
from lms.typed import whole_number

SHOWN = 12
NEXT = 3
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class EditionShown:
    """An edition with its deadlines in order: `today`, in its own zone, and the `next` ones.
    By `ours` the staff have to do something that is not done."""

    edition: Edition
    url: str
    desk_url: str
    today: list[Due]
    next: list[Due]
    ours: datetime | None
    open_cases: int
    open_url: str
    open_pairs: int
    pairs_url: str

    @property
    def nearest(self) -> datetime | None:
        due = [*self.today, *self.next]
        return due[0].at if due else None

    @property
    def urgency(self) -> tuple:
        """Lowest first: what is due today, what the staff have to do next, what comes next."""
        return not self.today, self.ours or NEVER, self.nearest or NEVER


class DeskPanel(Component):
    """What a coordinator has to know today of the edition at hand. As many queries for many
    editions and people as for a few."""

    order = 50
    name = "desk"
    template_name = "enrollment/staff/home.html"

    def get_context_data(self, parent_context):
        request = parent_context["request"]
        user, at = request.user, request.at
        editions = editions_shown(user, at)
        chosen = at_hand(editions, whole_number(request.GET.get("edition", "")))
        return {
            "editions": editions,
            "chosen": chosen,
            "charts": _charts(chosen.edition, at) if chosen else [],
            "waits": waits_for(user, at),
            "request": request,
        }


def _charts(edition: Edition, at: datetime):
    return charts_of(edition, figures_of(edition, at), at)


def editions_shown(user, at: datetime) -> list[EditionShown]:
    """The editions that run, the most urgent first. Five queries."""
    rows = editions_for(user).filter(status__in=(EditionStatus.DRAFT, EditionStatus.PUBLISHED))
    editions = list(rows.prefetch_related("phases", "windows"))
    cases, pairs = _open_cases(editions), _open_pairs(editions)
    shown = [
        _shown(edition, cases.get(edition.pk, 0), pairs.get(edition.pk, 0), at)
        for edition in editions
    ]
    return sorted(shown, key=lambda one: one.urgency)[:SHOWN]


def at_hand(editions: list[EditionShown], asked: int | None) -> EditionShown | None:
    """The edition that was asked for, else the most urgent."""
    named = (one for one in editions if one.edition.pk == asked)
    return next(named, editions[0] if editions else None)


def _open_cases(editions: list[Edition]) -> dict[int, int]:
    """What can be settled or, once the decisions are locked, keeps who waits from being called."""
    open_ones = [one.pk for one in editions if not one.is_locked]
    waits = Q(decisions__is_current=True, decisions__outcome=Outcome.WAITLISTED)
    rows = Application.objects.filter(
        needs_a_look(),
        Q(edition__in=open_ones) | waits,
        edition__in=editions,
        status__in=IN_SELECTION,
    )
    return dict(rows.order_by().values_list("edition").annotate(count=Count("pk", distinct=True)))


def _open_pairs(editions: list[Edition]) -> dict[int, int]:
    """Also after the lock: two people may unlock for them."""
    rows = Application.objects.filter(pair_open(), edition__in=editions)
    return dict(rows.order_by().values_list("edition").annotate(count=Count("pk")))


def _shown(edition: Edition, open_cases: int, open_pairs: int, at: datetime) -> EditionShown:
    coming = [due for due in calendar(edition, at) if not due.is_past]
    day = at.astimezone(edition.zone).date()
    today = [due for due in coming if due.at.astimezone(edition.zone).date() == day]
    return EditionShown(
        edition=edition,
        url=reverse("enrollment_staff:selection", args=[edition.pk]),
        desk_url=reverse("wagtailadmin_home", query={"edition": edition.pk}),
        today=today,
        next=coming[len(today) :][:NEXT],
        ours=next((due.at for due in coming if due.is_ours), None),
        open_cases=open_cases,
        open_url=listing(edition, open="yes", **_only_waiting(edition)),
        open_pairs=open_pairs,
        pairs_url=reverse("enrollment_staff:duplicates", args=[edition.pk]),
    )


def _only_waiting(edition: Edition) -> dict:
    return {"outcome": Outcome.WAITLISTED} if edition.is_locked else {}


class ReadingPanel(Component):
    """What a reviewer has to read, and nothing of anybody else. Two queries."""

    order = 51
    name = "own-reading"
    template_name = "enrollment/staff/own_reading.html"

    def get_context_data(self, parent_context):
        return {"editions": own_reading(parent_context["request"].user)}


def own_reading(user) -> list[tuple[Edition, dict[str, int]]]:
    """The editions that are read, with how many applications the user holds, has read, and has
    read in a version that was changed since."""
    rows = Edition.objects.visible_to(user, *REVIEWERS).select_related("program")
    rows = rows.filter(reading_plan__isnull=False, status=EditionStatus.PUBLISHED)
    scored = Q(status=ReviewStatus.SCORED)
    own = Review.objects.filter(reader=user, application__edition__in=rows.values("pk"))
    counts = {
        row.pop("application__edition"): row
        for row in own.order_by()
        .values("application__edition")
        .annotate(
            waiting=Count("pk", filter=Q(status=ReviewStatus.ASSIGNED)),
            read=Count("pk", filter=scored),
            changed=Count("pk", filter=scored & ~Q(version=F("application__version"))),
        )
    }
    nothing = {"waiting": 0, "read": 0, "changed": 0}
    return [(edition, counts.get(edition.pk, nothing)) for edition in rows]


def add_panels(request, panels) -> None:
    if holds_any(request.user, *READERS):
        panels.append(DeskPanel())
    if holds_any(request.user, *REVIEWERS):
        panels.append(ReadingPanel())
