"""What staff does with posts: hidden with a reason, restored, released. Nothing is deleted."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from content import discussion_emails as emails
from content.models import Participation, Post, PostStatus
from content.rules import discussions as rules
from content.services.learning import locked_standing
from content.services.participation import recount
from lms import journal
from lms.decisions import DomainError, require_reason
from lms.typed import storable


@transaction.atomic
def hide_post(post: Post, *, by, at: datetime, reason: str, is_conduct: bool) -> Post:
    """Hide a post. Its author reads the reason on the site and is written to. Hidden for conduct
    it no longer counts; hidden for another reason it does. A second call changes nothing."""
    post, standing = _locked(post, by)
    if post.status == PostStatus.HIDDEN and post.is_conduct == is_conduct:
        return post
    reason = storable(reason).strip()
    require_reason(reason, _("Give a reason: the author reads it."))
    rules.can_hide(post).require()
    before = post.status
    post.status, post.hidden_at, post.hidden_reason = PostStatus.HIDDEN, at, reason
    post.is_conduct, post.held_for = is_conduct, ""
    _save(post)
    _settle_reports(post, at)
    kind = "conduct" if is_conduct else "editorial"
    journal.record(
        post, "content.hide_post", by=by, at=at, before=before, after=post.status, kind=kind
    )
    emails.post_hidden(post, at)
    _recount(post, standing, at)
    return post


@transaction.atomic
def restore_post(post: Post, *, by, at: datetime) -> Post:
    """Take a hiding back within 30 days: the post stands and counts as before. A second call
    changes nothing."""
    post, standing = _locked(post, by)
    if post.status == PostStatus.VISIBLE:
        return post
    rules.can_restore(post, at).require()
    _show(post, "content.restore_post", by, at)
    _recount(post, standing, at)
    return post


@transaction.atomic
def release_post(post: Post, *, by, at: datetime) -> Post:
    """Show a post that was held, or find that what was reported may stand. Settles its reports.
    A second call changes nothing."""
    post, standing = _locked(post, by)
    has_open_reports = post.reports.filter(settled_at=None).exists()
    if post.status == PostStatus.VISIBLE and not has_open_reports:
        return post
    if post.status not in rules.EDITABLE:
        raise DomainError("not_held", _("This post is hidden or withdrawn."))
    _settle_reports(post, at)
    _show(post, "content.release_post", by, at)
    _recount(post, standing, at)
    return post


def _locked(post: Post, by):
    """The post under lock, its author's enrollment before it: the order in which authors lock."""
    enrollment, room = post.enrollment, post.room
    standing = locked_standing(enrollment, room.discussion.phase) if enrollment else None
    rows = Post.objects.select_for_update(of=("self",)).select_related(
        "room__discussion__phase__edition__program", "author", "enrollment"
    )
    post = rows.get(pk=post.pk)
    if not rules.staff_role_in(by, post.room):
        raise DomainError("not_yours", _("This is not one of your rooms."))
    return post, standing


def _show(post: Post, action: str, by, at: datetime) -> None:
    before, post.status = post.status, PostStatus.VISIBLE
    post.hidden_at, post.hidden_reason, post.is_conduct, post.held_for = None, "", False, ""
    _save(post)
    journal.record(post, action, by=by, at=at, before=before, after=post.status)


def _save(post: Post) -> None:
    post.save(update_fields=["status", "hidden_at", "hidden_reason", "is_conduct", "held_for"])


def _settle_reports(post: Post, at: datetime) -> None:
    post.reports.filter(settled_at=None).update(settled_at=at)


def _recount(post: Post, standing, at: datetime) -> None:
    if standing is None:
        return
    own = Participation.objects.filter(enrollment=post.enrollment, room=post.room)
    for participation in own.select_related("discussion"):
        recount(participation, standing, at)
