"""Mails about discussions. None quotes a post: what a post says is read on the site alone."""

from __future__ import annotations

from enrollment.emails import about_edition
from lms.mail.compose import Letter, compose_many


def answered(post, parent, at):
    """Somebody replied to the person: at most one mail a day for each discussion."""
    is_own = parent.author_id is None or parent.author_id == post.author_id
    if is_own or parent.enrollment is None or not parent.enrollment.holds_seat:
        return
    discussion = post.room.discussion
    context = about(discussion, post=parent)
    letter = Letter(parent.author, discussion, context, version=at.date().toordinal())
    _send("discussion_answered", letter, discussion, at)


def post_hidden(post, at):
    """The author learns that a post was hidden, and where the reason is read."""
    if post.author is None:
        return
    context = about(post.room.discussion, post=post)
    letter = Letter(post.author, post, context, version=int(at.timestamp()))
    _send("post_hidden", letter, post.room.discussion, at)


def to_moderate(post, at):
    """The room's facilitator learns that posts wait: at most one mail a day for each room."""
    facilitator = post.room.facilitator
    if facilitator is None:
        return
    context = about(post.room.discussion, room=post.room)
    letter = Letter(facilitator, post.room, context, version=at.date().toordinal())
    _send("posts_to_moderate", letter, post.room.discussion, at)


def about(discussion, **row) -> dict:
    return {"discussion": discussion, "edition": discussion.phase.edition, **row}


def _send(name, letter, discussion, at):
    how = about_edition(discussion.phase.edition)
    compose_many(f"content/mail/{name}", [letter], at=at, **how)
