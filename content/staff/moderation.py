"""Posts that wait or were hidden: read in their words, then released, hidden or restored."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView

from content.authors import name_of
from content.forms.discussions import HideForm
from content.models import Post, PostStatus, Report
from content.queries_discussions import with_authors
from content.rules import discussions as rules
from content.services import moderation
from enrollment.staff.access import OfStaff
from enrollment.staff.pages import StaffAct, StaffForm, StaffPage
from enrollment.staff.tables import InstantColumn, TextColumn

OPEN_REPORTS = Report.objects.filter(settled_at=None).order_by("pk")


def posts_moderated_by(user):
    rooms = rules.rooms_moderated_by(user)
    posts = with_authors(Post.objects.filter(room__in=rooms.values("pk")))
    return posts.select_related("room__discussion__phase__edition__program")


class PostColumn(Column):
    """What the post says and why it is here."""

    cell_template_name = "content/staff/moderated_post.html"

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        return {**context, "post": instance, "author": name_of(instance)}


class ActsColumn(Column):
    """What may be done with the post, each by a button."""

    cell_template_name = "content/staff/moderation_acts.html"

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        request = parent_context["request"]
        return {
            **context,
            "post": instance,
            "csrf_token": get_token(request),
            "may_hide": bool(rules.can_hide(instance)),
            "may_restore": bool(rules.can_restore(instance, request.at)),
            "may_release": rules.waits(instance),
        }


class ModerationQueue(OfStaff, IndexView):
    """Posts that are held, reported, or hidden within the days in which that can be undone."""

    roles = rules.MODERATORS
    model = Post
    page_title = gettext_lazy("Posts to look at")
    header_icon = "comment"
    index_url_name = "discussions_staff:moderation"
    index_results_url_name = "discussions_staff:moderation_results"
    any_permission_required = None
    is_searchable = False
    paginate_by = 20
    default_ordering = "pk"
    results_template_name = "enrollment/staff/listing_results.html"
    table_classname = "listing desk-listing"
    columns = [
        PostColumn("text", label=gettext_lazy("Post")),
        TextColumn("room", label=gettext_lazy("Room")),
        InstantColumn("posted_at", label=gettext_lazy("Posted"), sort_key="posted_at"),
        InstantColumn("hidden_at", label=gettext_lazy("Hidden"), sort_key="hidden_at"),
        ActsColumn("acts", label=gettext_lazy("What to do")),
    ]

    def get_base_queryset(self):
        at = self.request.at
        opened = OPEN_REPORTS.filter(post=OuterRef("pk"))
        undoable = Q(status=PostStatus.HIDDEN, hidden_at__gt=at - rules.UNDO_FOR)
        reported = Q(Exists(opened), status=PostStatus.VISIBLE)
        rows = posts_moderated_by(self.request.user)
        rows = rows.filter(Q(status=PostStatus.HELD) | reported | undoable)
        reports = Prefetch("reports", queryset=OPEN_REPORTS, to_attr="open_reports")
        rows = rows.select_related("room__discussion__phase__edition")
        return rows.prefetch_related(reports)

    def order_queryset(self, queryset):
        return queryset.order_by(self.ordering, "pk")


class OfOnePost(StaffPage):
    """A post of one's rooms; after the act, back to the list."""

    roles = rules.MODERATORS

    @cached_property
    def moderated(self) -> Post:
        return get_object_or_404(posts_moderated_by(self.request.user), pk=self.kwargs["pk"])

    def way(self):
        return [(ModerationQueue.page_title, self.get_success_url())]

    def get_success_url(self):
        return reverse("discussions_staff:moderation")


class HidePost(OfOnePost, StaffForm):
    """The only way in which staff takes a post out of sight. Nothing is deleted."""

    page_title = gettext_lazy("Hide a post")
    header_icon = "comment"
    template_name = "content/staff/hide_post.html"
    form_class = HideForm
    submit_label = gettext_lazy("Hide it")
    success_message = gettext_lazy("The post is hidden. It can be restored for 30 days.")

    def save(self, form):
        moderation.hide_post(
            self.moderated,
            by=self.request.user,
            at=self.request.at,
            reason=form.cleaned_data["reason"],
            is_conduct=form.is_conduct,
        )

    def get_context_data(self, **kwargs):
        post = self.moderated
        return super().get_context_data(moderated=post, author=name_of(post), **kwargs)


class RestorePost(OfOnePost, StaffAct):
    def act(self):
        moderation.restore_post(self.moderated, by=self.request.user, at=self.request.at)
        return _("The post stands again.")


class ReleasePost(OfOnePost, StaffAct):
    def act(self):
        moderation.release_post(self.moderated, by=self.request.user, at=self.request.at)
        return _("The post is released.")
