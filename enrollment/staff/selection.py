"""Deciding an edition: what is open, the proposal, exceptions, lock, release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from enrollment.models import Decision, Edition, EditionStatus, Outcome
from enrollment.models.applications import IN_SELECTION
from enrollment.queries import decided_by_hand
from enrollment.rules import decisions as rules
from enrollment.rules import programs as program_rules
from enrollment.rules.first_to_confirm import can_start, is_first_to_confirm
from enrollment.services import joint
from enrollment.services.decisions import Proposal, counts, proposal_for, propose_decisions
from enrollment.services.programs import close_edition
from enrollment.staff.access import OfStaff, editions_for
from enrollment.staff.figures import calendar, figures_of, funnel, still_open
from enrollment.staff.first_to_confirm import standing_said
from enrollment.staff.joint import ActShown, page_to_ask, waiting_in
from enrollment.staff.left_open import who_waits
from enrollment.staff.mailings import of_edition
from enrollment.staff.tables import InstantColumn, LinkColumn, TextColumn
from lms.decisions import DomainError
from lms.mail.compose import reference

EXCEPTIONS_SHOWN = 100
STEPS = ("lock", "unlock", "arm", "disarm", "publish", "cancel")


class Selections(OfStaff, IndexView):
    """The editions of one's programs."""

    model = Edition
    page_title = gettext_lazy("Selection")
    header_icon = "tasks"
    index_url_name = "enrollment_staff:selections"
    index_results_url_name = "enrollment_staff:selections_results"
    any_permission_required = None
    results_template_name = "enrollment/staff/listing_results.html"
    is_searchable = False
    default_ordering = "-release_planned_at"
    paginate_by = 20
    columns = [
        LinkColumn(
            "title",
            label=gettext_lazy("Edition"),
            accessor=str,
            get_url=lambda one: reverse("enrollment_staff:selection", args=[one.pk]),
        ),
        TextColumn("status", label=gettext_lazy("Status"), accessor="get_status_display"),
        TextColumn("capacity", label=gettext_lazy("Seats"), sort_key="capacity"),
        TextColumn("asked", label=gettext_lazy("In the selection")),
        InstantColumn(
            "release_planned_at",
            label=gettext_lazy("Decisions are released"),
            sort_key="release_planned_at",
        ),
    ]

    def get_base_queryset(self):
        in_selection = Q(applications__status__in=IN_SELECTION)
        return editions_for(self.request.user).annotate(
            asked=Count("applications", filter=in_selection)
        )


@dataclass(frozen=True)
class Step:
    """An act of two people, as the page offers it."""

    name: str
    label: str
    url: str
    refusal: object = ""
    is_grave: bool = False
    is_next: bool = False
    asked: ActShown | None = None


def steps_of(edition: Edition, at: datetime, waiting: list[ActShown]) -> list[Step]:
    """What may be asked now, or is asked already; why not, where the next natural step is
    refused."""
    asked = {one.act.act: one for one in waiting if one.act.subject == reference(edition)}
    return [step for name in STEPS if (step := _step(name, edition, at, asked.get(name)))]


def _step(name: str, edition: Edition, at: datetime, asked: ActShown | None) -> Step | None:
    kind, refusal = joint.registered(name), ""
    try:
        kind.terms(edition, {}, at)
    except DomainError as error:
        if name not in _natural(edition):
            return None
        refusal = error.reason
    url = page_to_ask(name, edition)
    label, is_next = capfirst(str(kind.label)), name in _natural(edition)
    return Step(name, label, url, refusal, kind.is_grave, is_next, asked)


def _natural(edition: Edition) -> tuple[str, ...]:
    """The steps whose refusal one wants to read."""
    if edition.status == EditionStatus.DRAFT:
        return ("publish",)
    if edition.status != EditionStatus.PUBLISHED or edition.released_at:
        return ()
    if not edition.is_selective:
        return ()
    return ("arm",) if edition.is_locked else ("lock",)


class SelectionPage(OfStaff, WagtailAdminTemplateMixin, TemplateView):
    """Everything about the decisions of one edition; a POST writes the proposal that was shown,
    or closes the edition."""

    template_name = "enrollment/staff/selection.html"
    header_icon = "tasks"

    @cached_property
    def edition(self) -> Edition:
        return get_object_or_404(editions_for(self.request.user), pk=self.kwargs["pk"])

    @cached_property
    def is_coordinator(self) -> bool:
        return self.is_coordinator_of(self.edition.program_id)

    def get_page_title(self):
        return str(self.edition.title)

    def get_page_subtitle(self):
        return str(self.edition.program)

    def get_breadcrumbs_items(self):
        way = [{"url": reverse("enrollment_staff:selections"), "label": Selections.page_title}]
        return [*self.breadcrumbs_items, *way, {"url": "", "label": self.get_page_title()}]

    def post(self, request, *args, **kwargs):
        if not self.is_coordinator:
            raise Http404
        try:
            messages.success(request, self.act(request.POST.get("act")))
        except DomainError as refusal:
            messages.error(request, str(refusal.reason))
        return redirect("enrollment_staff:selection", pk=self.edition.pk)

    def act(self, name: str | None) -> str:
        by, at = self.request.user, self.request.at
        if name == "propose":
            digest = self.request.POST.get("digest", "")
            propose_decisions(self.edition, by=by, at=at, digest=digest)
            return _("The proposal is written.")
        if name == "close":
            close_edition(self.edition, by=by, at=at)
            return _("The edition is closed.")
        raise Http404

    def get_context_data(self, **kwargs):
        edition, at = self.edition, self.request.at
        found = figures_of(edition, at)
        may_decide = rules.can_decide(edition, at)
        waiting = waiting_in(edition, self.request.user, at)
        return super().get_context_data(
            edition=edition,
            figures=funnel(edition, found),
            still_open=still_open(edition, found),
            waits=who_waits(edition, at),
            calendar=calendar(edition, at),
            may_decide=may_decide,
            proposal=self.preview(found) if may_decide else None,
            exceptions=exceptions_of(edition),
            steps=steps_of(edition, at, waiting),
            waiting=waiting,
            windows=extensions_of(edition, at),
            first_to_confirm=last_hours(edition, at),
            is_coordinator=self.is_coordinator,
            is_released=edition.is_released(at),
            mailings=of_edition(edition, at),
            may_close=self.is_coordinator and program_rules.can_close(edition, at),
            **kwargs,
        )

    def preview(self, found) -> dict:
        """What the proposal would write, beside what is decided now; or why there is none."""
        try:
            new: Proposal = proposal_for(self.edition)
        except DomainError as refusal:
            return {"refusal": refusal.reason, "is_drawn": True}
        now, then = counts(self.edition), new.counts()
        rows = [(Outcome(one).label, now[one], then[one]) for one in Outcome.values]
        return {
            "rows": rows,
            "changed": len(new.changed) + len(new.gone),
            "digest": new.digest(),
            "is_drawn": new.trial is not None,
            "total": sum(then.values()),
        }


def last_hours(edition: Edition, at: datetime) -> dict | None:
    """What “first to confirm” does, in the hours in which it may be used. Whom it would call is
    worked out on the page where it is begun."""
    if is_first_to_confirm(edition, at):
        return {"is_on": True, "said": standing_said(edition, at)}
    if not can_start(edition, at):
        return None
    return {"is_on": False}


def extensions_of(edition: Edition, at: datetime) -> list[Step]:
    """The windows that two people may resume, or make to close later: those that have opened.
    Before, their dates are simply edited."""
    if edition.status != EditionStatus.PUBLISHED:
        return []
    opened = [one for one in edition.windows.select_related("phase") if one.opens_at <= at]
    suspended = [one for one in opened if one.is_suspended(at)]
    resumed = [
        Step(
            "resume",
            _("Resume the window of “%(phase)s”") % {"phase": window.phase},
            page_to_ask("resume", window),
            is_next=True,
        )
        for window in suspended
    ]
    if edition.is_locked:
        return resumed
    return resumed + [
        Step(
            "extend",
            _("Extend the window of “%(phase)s”") % {"phase": window.phase},
            page_to_ask("extend", window),
        )
        for window in opened
        if window not in suspended
    ]


def exceptions_of(edition: Edition) -> list[Decision]:
    """What was decided by hand and stands, the latest first."""
    rows = decided_by_hand(edition).select_related("application", "by")
    return list(rows.order_by("-at", "-pk")[:EXCEPTIONS_SHOWN])
