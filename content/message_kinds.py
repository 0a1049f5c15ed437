"""The mails about discussions, what their texts may leave open and what they must say."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from content.discussion_emails import about
from content.models import Post
from enrollment.message_values import TITLES, link, text
from lms.mail.compose import Letter
from lms.mail.kinds import Kind

DISCUSSIONS = _("Discussions")

DISCUSSION = text(
    "discussion",
    _("The discussion’s title."),
    lambda c: c["discussion"].title,
    _("Freedom of expression online"),
)
ROOM = text("room", _("The room’s code."), lambda c: c["room"].code, "ES-1")
POST = link(
    _("The post in its discussion."), lambda c: reverse("content:post", args=[c["post"].pk])
)
MODERATION = link(
    _("The list of the posts that wait."), lambda _context: reverse("discussions_staff:moderation")
)
ALL = (*TITLES, DISCUSSION)


def _to_author(scope: str, who: str) -> Letter | None:
    post = _newest(scope, author__isnull=False, **({"author__email__iexact": who} if who else {}))
    return post and Letter(post.author, post, about(post.room.discussion, post=post))


def _to_facilitator(scope: str, who: str) -> Letter | None:
    named = {"room__facilitator__email__iexact": who} if who else {}
    post = _newest(scope, room__facilitator__isnull=False, **named)
    if post is None:
        return None
    return Letter(post.room.facilitator, post, about(post.room.discussion, room=post.room))


def _newest(scope: str, **wanted) -> Post | None:
    rows = Post.objects.filter(room__discussion__phase__edition__program__slug=scope, **wanted)
    return (
        rows.select_related(
            "author", "room__facilitator", "room__discussion__phase__edition__program"
        )
        .order_by("-pk")
        .first()
    )


KINDS = [
    Kind(
        "content/mail/discussion_answered",
        _("reply to a post"),
        DISCUSSIONS,
        (*ALL, POST),
        ("link",),
        _to_author,
    ),
    Kind(
        "content/mail/post_hidden",
        _("post hidden"),
        DISCUSSIONS,
        (*ALL, POST),
        ("link",),
        _to_author,
    ),
    Kind(
        "content/mail/posts_to_moderate",
        _("posts that wait for a look"),
        DISCUSSIONS,
        (*ALL, ROOM, MODERATION),
        ("link",),
        _to_facilitator,
    ),
]


def message_kinds() -> list[Kind]:
    return KINDS
