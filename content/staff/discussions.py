"""Discussions made and changed by coordinators and authors, and who is responsible for rooms."""

from __future__ import annotations

import django_filters
from django.db.models import Count
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import Button, HeaderButton

from content.models import Discussion, Participation, ParticipationState, Room
from content.queries_discussions import rooms_with_counts
from content.rules.discussion_setup import MAKERS, people_with
from content.services import discussions as services
from content.staff.discussion_forms import DiscussionForm
from enrollment.models import Edition, EditionStatus, StaffRole
from enrollment.staff.access import COORDINATORS, OfStaff
from enrollment.staff.filters import OneRow
from enrollment.staff.history import history_of
from enrollment.staff.pages import OfOneEdition, StaffAct, StaffForm, StaffPage
from enrollment.staff.tables import InstantColumn, LinkColumn, TextColumn
from lms.typed import whole_number

RUNNING = (EditionStatus.DRAFT, EditionStatus.PUBLISHED)


def address(name: str, *args) -> str:
    return reverse(f"discussions_staff:{name}", args=args)


def _editions(request):
    return Edition.objects.visible_to(request.user, *MAKERS)


class DiscussionFilters(WagtailFilterSet):
    edition = OneRow(label=gettext_lazy("Edition"), queryset=_editions, field_name="phase__edition")
    opens = django_filters.DateFromToRangeFilter(label=gettext_lazy("Opens"), field_name="opens_at")

    class Meta:
        model = Discussion
        fields = ["edition"]


class DiscussionListing(OfStaff, IndexView):
    """The discussions of the programs for which one writes."""

    roles = MAKERS
    model = Discussion
    page_title = gettext_lazy("Discussions")
    header_icon = "comment"
    index_url_name = "discussions_staff:discussions"
    index_results_url_name = "discussions_staff:discussions_results"
    filterset_class = DiscussionFilters
    any_permission_required = None
    is_searchable = False
    paginate_by = 20
    default_ordering = "-opens_at"
    results_template_name = "enrollment/staff/listing_results.html"
    table_classname = "listing desk-listing"
    columns = [
        LinkColumn(
            "title",
            label=gettext_lazy("Title"),
            accessor=str,
            get_url=lambda one: address("discussion", one.pk),
        ),
        TextColumn("edition", label=gettext_lazy("Edition"), accessor="phase.edition.title"),
        InstantColumn("opens_at", label=gettext_lazy("Opens"), sort_key="opens_at"),
        InstantColumn("closes_at", label=gettext_lazy("Closes"), sort_key="closes_at"),
        TextColumn("rooms", label=gettext_lazy("Rooms"), accessor="rooms_made"),
        TextColumn("people", label=gettext_lazy("Participants")),
    ]

    @property
    def header_more_buttons(self):
        editions = _editions(self.request).filter(status__in=RUNNING).order_by("-pk")
        label = _("Add a discussion to “%(edition)s”")
        return [
            Button(
                label % {"edition": edition.title},
                url=address("add", edition.pk),
                icon_name="plus",
                priority=place,
            )
            for place, edition in enumerate(editions)
        ]

    def get_base_queryset(self):
        rows = Discussion.objects.visible_to(self.request.user, *MAKERS)
        return rows.select_related("phase__edition").annotate(
            rooms_made=Count("rooms", distinct=True),
            people=Count("participations", distinct=True),
        )

    def order_queryset(self, queryset):
        return queryset.order_by(self.ordering, "pk")


class OfDiscussions(OfOneEdition):
    """A page of one edition's discussions, for those who write for its program."""

    roles = MAKERS
    header_icon = "comment"

    def way(self):
        return [(_("Discussions"), address("discussions"))]


class OfOneDiscussion(OfDiscussions):
    @cached_property
    def discussion(self) -> Discussion:
        rows = Discussion.objects.visible_to(self.request.user, *self.roles)
        rows = rows.select_related("phase__edition__program")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @property
    def edition(self) -> Edition:
        return self.discussion.phase.edition

    @cached_property
    def is_coordinator(self) -> bool:
        return self.is_coordinator_of(self.program.pk)


class DiscussionPage(OfOneDiscussion, TemplateView):
    """What a discussion asks and when, its rooms, and how far their people are."""

    template_name = "content/staff/discussion.html"

    def get_page_title(self):
        return str(self.discussion)

    @property
    def header_buttons(self):
        return [HeaderButton(_("Edit"), url=address("edit", self.discussion.pk), icon_name="edit")]

    def get_context_data(self, **kwargs):
        discussion = self.discussion
        counted = Participation.objects.filter(discussion=discussion).values("state")
        counts = dict(counted.annotate(n=Count("pk")).values_list("state", "n"))
        return super().get_context_data(
            discussion=discussion,
            experts=discussion.experts.all(),
            texts=discussion.pages.select_related("locale").order_by("locale__language_code"),
            rooms=rooms_with_counts(discussion.rooms.all()),
            facilitators=people_with(StaffRole.FACILITATOR, self.program),
            counts=[(state.label, counts.get(state.value, 0)) for state in ParticipationState],
            is_coordinator=self.is_coordinator,
            history=history_of(discussion),
            **kwargs,
        )


class AddDiscussion(OfDiscussions, StaffForm):
    form_class = DiscussionForm
    page_title = gettext_lazy("Add a discussion")

    def get_form_kwargs(self):
        phase = self.edition.phases.order_by("order").last()
        order = phase.discussions.count() + 1 if phase else 1
        row = Discussion(phase=phase, order=order)
        return {**super().get_form_kwargs(), "instance": row, "edition": self.edition}

    def save(self, form):
        self.made = services.add_discussion(
            form.save(commit=False),
            form.cleaned_data["experts"],
            by=self.request.user,
            at=self.request.at,
        )

    def get_success_url(self):
        return address("discussion", self.made.pk)


class EditDiscussion(OfOneDiscussion, StaffForm):
    form_class = DiscussionForm

    def get_page_title(self):
        return str(self.discussion)

    def way(self):
        return [*super().way(), (self.get_page_title(), self.get_success_url())]

    def get_form_kwargs(self):
        row = get_object_or_404(
            Discussion.objects.select_related("phase__edition__program"), pk=self.discussion.pk
        )
        return {**super().get_form_kwargs(), "instance": row, "edition": self.edition}

    def save(self, form):
        services.change_discussion(
            form.save(commit=False),
            form.cleaned_data["experts"],
            form.changed_fields,
            by=self.request.user,
            at=self.request.at,
        )

    def get_success_url(self):
        return address("discussion", self.discussion.pk)


class NameFacilitator(StaffPage, StaffAct):
    """Another facilitator for a room, or none."""

    roles = COORDINATORS

    @cached_property
    def room(self) -> Room:
        rows = Room.objects.visible_to(self.request.user, *self.roles)
        rows = rows.select_related("discussion__phase__edition__program")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def act(self):
        typed = self.request.POST.get("facilitator", "")
        people = people_with(StaffRole.FACILITATOR, self.room.discussion.phase.edition.program)
        chosen = get_object_or_404(people, pk=whole_number(typed)) if typed else None
        services.name_facilitator(self.room, chosen, by=self.request.user, at=self.request.at)
        return _("The facilitator is named.")

    def get_success_url(self):
        return address("discussion", self.room.discussion_id)
