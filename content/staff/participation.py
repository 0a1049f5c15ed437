"""How far people are in the discussions: a list, and for coordinators a file to take along."""

from __future__ import annotations

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.generic import IndexView

from content.models import Discussion, Participation, ParticipationState
from content.rules.discussions import MODERATORS, rooms_moderated_by
from enrollment.staff.access import COORDINATORS, OfStaff
from enrollment.staff.exports import PeopleExport
from enrollment.staff.filters import AnyOf, OneOf, OneRow
from enrollment.staff.tables import InstantColumn, TextColumn


def _discussions(request):
    rooms = rooms_moderated_by(request.user)
    rows = Discussion.objects.filter(pk__in=rooms.values("discussion"))
    return rows.select_related("phase__edition")


class DiscussionChoice(OneRow):
    """A discussion, named with its edition."""

    @property
    def field(self):
        field = super().field
        field.label_from_instance = lambda one: f"{one.phase.edition.title}: {one}"
        return field


class ParticipationFilters(WagtailFilterSet):
    discussion = DiscussionChoice(label=_("Discussion"), queryset=_discussions)
    state = AnyOf(label=_("Participation"), choices=ParticipationState.choices)
    language = OneOf(label=_("Language"), choices=settings.LANGUAGES, field_name="room__language")

    class Meta:
        model = Participation
        fields = ["discussion", "state"]


class ParticipationListing(OfStaff, PeopleExport, IndexView):
    """By the name that peers see, in the rooms one moderates; only coordinators take it along."""

    roles = MODERATORS
    model = Participation
    page_title = _("Participation")
    header_icon = "group"
    index_url_name = "discussions_staff:participation"
    index_results_url_name = "discussions_staff:participation_results"
    filterset_class = ParticipationFilters
    any_permission_required = None
    is_searchable = False
    paginate_by = 20
    default_ordering = "pk"
    export_action = "content.export_participation"
    export_filename = "participation"
    results_template_name = "enrollment/staff/listing_results.html"
    table_classname = "listing desk-listing"
    columns = [
        TextColumn("name", label=_("Name"), accessor="enrollment.peer_name"),
        TextColumn("room", label=_("Room"), accessor="room"),
        TextColumn("contributions", label=_("Contributions"), sort_key="contributions"),
        TextColumn("replies", label=_("Replies"), sort_key="replies"),
        TextColumn("state", label=_("Participation"), accessor="get_state_display"),
        InstantColumn("met_at", label=_("Met"), sort_key="met_at"),
        InstantColumn("frozen_at", label=_("Frozen"), sort_key="frozen_at"),
    ]

    def get_base_queryset(self):
        rows = Participation.objects.filter(room__in=self.rooms().values("pk"))
        rows = rows.annotate(edition=F("discussion__phase__edition"))
        return rows.select_related(
            "enrollment__person",
            "enrollment__application",
            "discussion__phase__edition",
            "room__discussion",
        )

    def rooms(self):
        rooms = rooms_moderated_by(self.request.user)
        if self.is_export:
            return rooms.visible_to(self.request.user, *COORDINATORS)
        return rooms

    def order_queryset(self, queryset):
        return super().order_queryset(queryset).order_by(self.ordering, "-pk")

    def headings(self):
        return [heading for heading, _value in FACTS]

    def cells_of(self, row):
        return [value(row) for _heading, value in FACTS]


def _code_of(row: Participation) -> str:
    application = row.enrollment.application
    return application.code if application else ""


FACTS = [
    (_("Edition"), lambda one: str(one.discussion.phase.edition.title)),
    (_("Discussion"), lambda one: str(one.discussion)),
    (_("Room"), lambda one: one.room.code),
    (_("Code"), _code_of),
    (_("Name"), lambda one: one.enrollment.peer_name),
    (_("E-mail"), lambda one: one.enrollment.person.email),
    (_("Contributions"), lambda one: one.contributions),
    (_("Replies"), lambda one: one.replies),
    (_("Participation"), lambda one: str(one.get_state_display())),
    (_("Entered (UTC)"), lambda one: one.entered_at),
    (_("Met (UTC)"), lambda one: one.met_at),
    (_("Frozen (UTC)"), lambda one: one.frozen_at),
]
