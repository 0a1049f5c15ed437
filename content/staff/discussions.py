"""The staff's lists of discussions: posts that wait or were hidden, and how far people are."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.urls import include, path, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic import IndexView

from content.models import Participation, Post, PostStatus, Report
from content.rules.discussions import MODERATORS, UNDO_FOR, rooms_moderated_by
from enrollment.staff.access import OfStaff
from enrollment.staff.tables import InstantColumn, LinkColumn, TextColumn


class OfRooms(OfStaff):
    """A listing that begins at the rooms one moderates."""

    roles = MODERATORS
    any_permission_required = None
    paginate_by = 20
    is_searchable = False

    @property
    def rooms(self):
        return rooms_moderated_by(self.request.user).values("pk")


class ModerationQueue(OfRooms, IndexView):
    """Posts that are held, reported, or hidden within the days in which that can be undone."""

    model = Post
    page_title = _("Posts to look at")
    header_icon = "comment"
    index_url_name = "discussions_staff:moderation"
    index_results_url_name = "discussions_staff:moderation_results"
    default_ordering = "pk"
    columns = [
        LinkColumn(
            "text",
            label=_("Post"),
            accessor=lambda post: Truncator(post.text).words(15),
            get_url=lambda post: reverse("content:post", args=[post.pk]),
        ),
        TextColumn("status", label=_("Status"), accessor="get_status_display"),
        TextColumn("held_for", label=_("Held for"), accessor="get_held_for_display"),
        TextColumn("room", label=_("Room"), accessor="room"),
        InstantColumn("posted_at", label=_("Posted"), sort_key="posted_at"),
        InstantColumn("hidden_at", label=_("Hidden"), sort_key="hidden_at"),
    ]

    def get_base_queryset(self):
        opened = Report.objects.filter(post=OuterRef("pk"), settled_at=None)
        undoable = Q(status=PostStatus.HIDDEN, hidden_at__gt=self.request.at - UNDO_FOR)
        reported = Q(Exists(opened), status=PostStatus.VISIBLE)
        rows = Post.objects.filter(room__in=self.rooms)
        rows = rows.filter(Q(status=PostStatus.HELD) | reported | undoable)
        return rows.select_related("room__discussion")


class ParticipationListing(OfRooms, IndexView):
    """How far the participation of each person is, by the name that peers see."""

    model = Participation
    page_title = _("Participation")
    header_icon = "group"
    index_url_name = "discussions_staff:participation"
    index_results_url_name = "discussions_staff:participation_results"
    default_ordering = "pk"
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
        rows = Participation.objects.filter(room__in=self.rooms)
        return rows.select_related("enrollment", "room__discussion")


app_name = "discussions_staff"
urlpatterns = [
    path("moderation/", ModerationQueue.as_view(), name="moderation"),
    path(
        "moderation/results/",
        ModerationQueue.as_view(results_only=True),
        name="moderation_results",
    ),
    path("participation/", ParticipationListing.as_view(), name="participation"),
    path(
        "participation/results/",
        ParticipationListing.as_view(results_only=True),
        name="participation_results",
    ),
]


def admin_urls():
    return [path("discussions/", include((urlpatterns, app_name)))]
