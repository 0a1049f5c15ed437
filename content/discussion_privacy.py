"""What the privacy notice promises about posts: a copy, erasure, and names for a time only.

An erased person's posts lose their author and stay as they stand, since others replied to them;
what nobody reads any more (earlier wordings, withdrawn and hidden texts) loses its words too."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from content.models import Participation, ParticipationState, Post, PostStatus, PostVersion, Report
from enrollment.models import Program

log = logging.getLogger(__name__)
UNREAD = (PostStatus.WITHDRAWN, PostStatus.HIDDEN)


LABELS = {
    "posts": _("Posts"),
    "participations": _("Participation in discussions"),
    "reports": _("Posts reported"),
    "discussion": _("Discussion"),
    "room": _("Room"),
    "posted_at": _("Published"),
    "edited_at": _("Changed"),
    "status": _("Status"),
    "reason": _("Reason"),
    "text": _("Text"),
    "earlier": _("Earlier texts"),
    "until": _("Until"),
    "entered_at": _("Entered"),
    "state": _("State"),
    "contributions": _("Contributions"),
    "replies": _("Replies"),
    "reported_at": _("Reported"),
}
WORDS = {"status": dict(PostStatus.choices), "state": dict(ParticipationState.choices)}


def export_posts(person):
    posts = Post.objects.filter(author=person).select_related("room__discussion")
    return (
        "posts",
        [
            {
                "discussion": str(post.room.discussion),
                "room": post.room.code,
                "posted_at": post.posted_at.isoformat(),
                "edited_at": post.edited_at.isoformat() if post.edited_at else None,
                "status": post.status,
                "reason": post.hidden_reason,
                "text": post.text,
                "earlier": [
                    {"until": one.replaced_at.isoformat(), "text": one.text}
                    for one in post.versions.all()
                ],
            }
            for post in posts.prefetch_related("versions").order_by("posted_at", "pk")
        ],
        LABELS,
        WORDS,
    )


def export_participations(person):
    rows = Participation.objects.filter(enrollment__person=person)
    return (
        "participations",
        [
            {
                "discussion": str(row.discussion),
                "room": row.room.code,
                "entered_at": row.entered_at.isoformat(),
                "state": row.state,
                "contributions": row.contributions,
                "replies": row.replies,
            }
            for row in rows.select_related("discussion", "room")
        ],
        LABELS,
        WORDS,
    )


def export_reports(person):
    rows = Report.objects.filter(by=person)
    return (
        "reports",
        [{"reported_at": row.reported_at.isoformat(), "reason": row.reason} for row in rows],
        LABELS,
    )


@transaction.atomic
def erase_posts(person, by, at: datetime) -> None:
    """The authorship goes, with what is not shown to anybody. Done again it changes nothing."""
    posts = Post.objects.filter(author=person)
    PostVersion.objects.filter(post__in=posts).delete()
    posts.filter(status__in=UNREAD).update(text="")
    posts.update(author=None, enrollment=None, hidden_reason="")
    Report.objects.filter(by=person).update(by=None, reason="")


def forget_names(at: datetime) -> None:
    """After the program's time posts stand without names, and so do reports of them."""
    for program in Program.objects.all():
        limit = at - timedelta(days=program.keep_posts_days)
        old = Post.objects.filter(
            room__discussion__phase__edition__program=program, posted_at__lt=limit
        )
        try:
            with transaction.atomic():
                Report.objects.filter(post__in=old).exclude(by=None).update(by=None, reason="")
                old.exclude(author=None).update(author=None, enrollment=None)
        except Exception:
            log.exception("posts of program %s keep their names", program.pk)
