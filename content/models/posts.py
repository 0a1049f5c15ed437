"""Posts: what is written in a room, its earlier wordings, and who reported it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.models.discussions import Room
from enrollment.models import Enrollment
from enrollment.models.programs import OfProgram

MOST_CHARACTERS = 10_000


class AuthorRole(models.TextChoices):
    PARTICIPANT = "participant", _("participant")
    EXPERT = "expert", _("expert")
    FACILITATOR = "facilitator", _("facilitator")
    COORDINATOR = "coordinator", _("coordinator")


class PostStatus(models.TextChoices):
    VISIBLE = "visible", _("visible")
    HELD = "held", _("held")
    HIDDEN = "hidden", _("hidden")
    WITHDRAWN = "withdrawn", _("withdrawn")


POST_TRANSITIONS = {
    PostStatus.VISIBLE: {PostStatus.HELD, PostStatus.HIDDEN, PostStatus.WITHDRAWN},
    PostStatus.HELD: {PostStatus.VISIBLE, PostStatus.HIDDEN, PostStatus.WITHDRAWN},
    PostStatus.HIDDEN: {PostStatus.VISIBLE, PostStatus.HELD},
    PostStatus.WITHDRAWN: set(),
}


class HeldFor(models.TextChoices):
    LINK = "link", _("a first post with a link")
    REPORTS = "reports", _("reported")
    CORRECTED = "corrected", _("corrected by its author after it was hidden")


class OfRoom(OfProgram):
    program_path = "room__discussion__phase__edition__program"


class Post(models.Model):
    """A contribution (no `parent`) or a reply. `content.services.posts` writes what its author
    does with it, `content.services.moderation` what the program's staff does.

    `parent` is the post replied to, `thread` the contribution under which it stands. `author` is
    a user, since experts and facilitators have no enrollment; it is empty once the person was
    erased or the names' time is over. `token` is the form's: a form sent twice is one post.
    Nothing is deleted: what others replied to stays in its place."""

    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="posts", verbose_name=_("room")
    )
    thread = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.RESTRICT, related_name="thread_posts"
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.RESTRICT, related_name="answers"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="posts",
        verbose_name=_("author"),
    )
    enrollment = models.ForeignKey(
        Enrollment, null=True, blank=True, on_delete=models.SET_NULL, related_name="posts"
    )
    author_role = models.CharField(
        _("author’s role"), max_length=12, choices=AuthorRole, default=AuthorRole.PARTICIPANT
    )
    text = models.TextField(_("text"), max_length=MOST_CHARACTERS)
    words = models.PositiveIntegerField(_("words"), default=0)
    status = models.CharField(
        _("status"), max_length=10, choices=PostStatus, default=PostStatus.VISIBLE
    )
    held_for = models.CharField(_("held for"), max_length=10, choices=HeldFor, blank=True)
    is_conduct = models.BooleanField(_("hidden for conduct"), default=False)
    hidden_reason = models.TextField(_("reason"), blank=True)
    hidden_at = models.DateTimeField(_("hidden"), null=True, blank=True)
    posted_at = models.DateTimeField(_("posted"))
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    token = models.CharField(max_length=40, blank=True)

    objects = OfRoom.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["pk"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(
                fields=["author", "token"], condition=~Q(token=""), name="one_post_per_form"
            ),
            models.CheckConstraint(
                condition=Q(thread__isnull=True, parent__isnull=True)
                | Q(thread__isnull=False, parent__isnull=False),
                name="reply_stands_in_a_thread",
            ),
            models.CheckConstraint(
                condition=Q(is_conduct=False) | Q(status="hidden"), name="conduct_is_hidden"
            ),
            models.CheckConstraint(
                condition=~Q(status="hidden") | Q(hidden_at__isnull=False),
                name="hidden_post_has_its_instant",
            ),
        ]
        indexes = [
            models.Index(fields=["room", "thread"], name="post_room_thread"),
            models.Index(fields=["enrollment", "room"], name="post_enrollment_room"),
            models.Index(fields=["status", "hidden_at"], name="post_to_moderate"),
        ]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_reply(self) -> bool:
        return self.parent_id is not None

    @property
    def is_visible(self) -> bool:
        return self.status == PostStatus.VISIBLE


class OfPost(OfProgram):
    program_path = "post__room__discussion__phase__edition__program"


class PostVersion(models.Model):
    """What a post said before it was edited; kept when that was later than the free minutes."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    revision = models.PositiveIntegerField()
    text = models.TextField(_("text"))
    replaced_at = models.DateTimeField(_("replaced"))

    objects = OfPost.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["post_id", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["post", "revision"], name="one_version_per_revision")
        ]


class Report(models.Model):
    """One person's report of one post. Settled when staff hides or releases the post."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reports")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.TextField(_("reason"), blank=True, max_length=1000)
    reported_at = models.DateTimeField(_("reported"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = OfPost.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["reported_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["post", "by"], name="one_report_per_person")]
