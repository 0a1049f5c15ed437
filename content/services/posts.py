"""What people write in rooms: posted, edited, withdrawn, reported."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from content import discussion_emails as emails
from content.gate import access_to_discussion
from content.models import HeldFor, Post, PostStatus, PostVersion, Report, Room
from content.models.posts import MOST_CHARACTERS
from content.participation import count_words, has_link
from content.rules import discussions as rules
from content.rules.discussions import Place, place_in
from content.services.learning import locked_standing
from content.services.participation import recount
from lms import journal
from lms.accounts.models import User
from lms.decisions import DomainError
from lms.typed import storable


@transaction.atomic
def post_contribution(user, room: Room, text: str, *, at: datetime, token: str = "") -> Post:
    """Write a contribution into a room. A form sent twice (the same `token`) is one post. Raises
    `DomainError` where the text is empty or too long, or nothing may be written now."""
    place = locked_place(user, room, at)
    again = _already_posted(user, token)
    if again:
        return again
    rules.can_write(place, at).require()
    return _write(place, None, text, token, at)


@transaction.atomic
def post_reply(user, parent: Post, text: str, *, at: datetime, token: str = "") -> Post:
    """Reply to a post. As `post_contribution`; also refused where the post replied to can no
    longer be seen. Its author is written to, at most once a day for each discussion."""
    place = locked_place(user, parent.room, at)
    again = _already_posted(user, token)
    if again:
        return again
    parent = Post.objects.select_related("author", "enrollment").get(pk=parent.pk)
    rules.can_reply(place, parent, at).require()
    post = _write(place, parent, text, token, at)
    if post.is_visible:
        emails.answered(post, parent, at)
    return post


def locked_place(user, room: Room, at: datetime) -> Place:
    """The person's place in the room; a participant's enrollment (of staff, the account) is
    locked, so that what one person writes from several tabs is written one after the other."""
    access = access_to_discussion(user, room.discussion, at)
    access.decision.require()
    place = place_in(user, room, access)
    if place is None:
        raise DomainError("not_yours", _("This is not one of your rooms."))
    if place.is_moderator:
        User.objects.select_for_update().get(pk=user.pk)
        return place
    standing = locked_standing(access.enrollment, room.discussion.phase)
    own = place.participation
    own.refresh_from_db()
    own.discussion = room.discussion
    return Place(user, room, place.role, standing, own)


def _already_posted(user, token: str) -> Post | None:
    return Post.objects.filter(author=user, token=token).first() if token else None


def _write(place: Place, parent: Post | None, text: str, token: str, at: datetime) -> Post:
    text = checked(text)
    is_held = not place.is_moderator and has_link(text) and not _was_seen_before(place)
    post = Post.objects.create(
        room=place.room,
        thread_id=parent and (parent.thread_id or parent.pk),
        parent=parent,
        author=place.user,
        enrollment=place.enrollment,
        author_role=place.role,
        text=text,
        words=count_words(text),
        status=PostStatus.HELD if is_held else PostStatus.VISIBLE,
        held_for=HeldFor.LINK if is_held else "",
        posted_at=at,
        token=token,
    )
    if is_held:
        journal.record(post, "content.hold_post", by=None, at=at, reason=HeldFor.LINK.label)
    _recount(place, at)
    return post


def checked(text: str) -> str:
    """The text as it is stored: line ends, no control characters. Raises `DomainError`."""
    text = storable(text).strip()
    if not text:
        raise DomainError("empty", _("Write something first."))
    if len(text) > MOST_CHARACTERS:
        raise DomainError("too_long", _("The text is too long."))
    return text


def _was_seen_before(place: Place) -> bool:
    """Whether another post of theirs stands in the edition: only a first one is held for a link."""
    rows = Post.objects.filter(enrollment=place.enrollment, status=PostStatus.VISIBLE)
    return rows.exists()


def _recount(place: Place, at: datetime) -> None:
    if place.participation:
        recount(place.participation, place.standing, at)


@transaction.atomic
def edit_post(user, post: Post, text: str, *, revision: int, at: datetime) -> Post:
    """Change one's own post. In the first 15 minutes freely; later the earlier wording is kept
    and the post is marked. What was hidden goes back to the facilitators first. Raises
    `DomainError`, `stale` where it was changed meanwhile. The same text changes nothing."""
    place = locked_place(user, post.room, at)
    post = _locked(post)
    rules.can_edit(place, post, at).require()
    text = checked(text)
    if text == post.text:
        return post
    if revision != post.revision:
        raise DomainError("stale", _("This post was changed in another tab or on another device."))
    if at >= post.posted_at + rules.FREE_EDITING:
        PostVersion.objects.create(
            post=post, revision=post.revision, text=post.text, replaced_at=at
        )
        post.edited_at = at
    post.text, post.words, post.revision = text, count_words(text), post.revision + 1
    before = post.status
    if post.status == PostStatus.HIDDEN:
        post.status, post.held_for = PostStatus.HELD, HeldFor.CORRECTED
    elif has_link(text) and not place.is_moderator and not _others_seen(place, post):
        post.status, post.held_for = PostStatus.HELD, HeldFor.LINK
    post.save(update_fields=["text", "words", "revision", "edited_at", "status", "held_for"])
    _log_edit(post, user, at, before)
    _recount(place, at)
    return post


def _others_seen(place: Place, post: Post) -> bool:
    rows = Post.objects.filter(enrollment=place.enrollment, status=PostStatus.VISIBLE)
    return rows.exclude(pk=post.pk).exists()


def _log_edit(post: Post, user, at: datetime, before: str) -> None:
    journal.record(
        post,
        "content.edit_post",
        by=user,
        at=at,
        before=before,
        after=post.status,
        revision=post.revision,
    )


@transaction.atomic
def withdraw_post(user, post: Post, *, at: datetime) -> Post:
    """Take one's own post back: a stub stays in its place, and it counts no longer. A second
    call changes nothing."""
    place = locked_place(user, post.room, at)
    post = _locked(post)
    if post.status == PostStatus.WITHDRAWN and post.author_id == user.pk:
        return post
    rules.can_withdraw(place, post, at).require()
    before, post.status = post.status, PostStatus.WITHDRAWN
    post.withdrawn_at, post.held_for = at, ""
    post.save(update_fields=["status", "withdrawn_at", "held_for"])
    journal.record(post, "content.withdraw_post", by=user, at=at, before=before, after=post.status)
    _recount(place, at)
    return post


@transaction.atomic
def report_post(user, post: Post, *, at: datetime, reason: str = "") -> Report:
    """Tell the facilitators of a post. Three open reports of different people hold it. A second
    report by the same person changes nothing."""
    place = locked_place(user, post.room, at)
    post = _locked(post)
    known = Report.objects.filter(post=post, by=user).first()
    if known:
        return known
    rules.can_report(place, post).require()
    report = Report.objects.create(
        post=post, by=user, reason=storable(reason).strip()[:1000], reported_at=at
    )
    journal.record(post, "content.report_post", by=user, at=at)
    if post.reports.filter(settled_at=None).count() >= rules.REPORTS_THAT_HOLD:
        _hold(post, at)
    emails.to_moderate(post, at)
    return report


def _hold(post: Post, at: datetime) -> None:
    before, post.status, post.held_for = post.status, PostStatus.HELD, HeldFor.REPORTS
    post.save(update_fields=["status", "held_for"])
    journal.record(
        post,
        "content.hold_post",
        by=None,
        at=at,
        before=before,
        after=post.status,
        reason=HeldFor.REPORTS.label,
    )


def _locked(post: Post) -> Post:
    rows = Post.objects.select_for_update(of=("self",)).select_related(
        "room__discussion__phase__edition__program", "author", "enrollment"
    )
    return rows.get(pk=post.pk)
