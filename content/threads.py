"""A page of a room's posts as one reader sees it: whose, what of it, and what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.text import Truncator

from content.authors import Author, author_of, name_of
from content.models import Post, PostStatus
from content.rules import discussions as rules
from content.rules.discussions import Place

QUOTED_CHARACTERS = 90


@dataclass(frozen=True)
class Shown:
    """A post on the page. `text` is empty where only a stub is seen; `answers` names whom a
    reply inside a thread replies to, or one whose parent stands on another page: its first
    such reply also has `quoted`, the beginning of what it answers."""

    post: Post
    author: Author
    text: str
    is_own: bool
    is_moderator: bool
    answers: str = ""
    quoted: str = ""
    may_reply: bool = False
    may_edit: bool = False
    may_withdraw: bool = False
    may_report: bool = False
    may_hide: bool = False
    may_restore: bool = False
    may_release: bool = False

    @property
    def shows_reason(self) -> bool:
        return self.post.status == PostStatus.HIDDEN and (self.is_own or self.is_moderator)


def page_of_room(posts: list[Post], place: Place, at: datetime) -> list[Shown]:
    """The posts of one page (from `queries_discussions.with_authors`); no further query."""
    above = {post.pk for post in posts}
    drawn = []
    for post in posts:
        is_torn_off = post.parent_id is not None and post.parent_id not in above
        above.add(post.parent_id)
        drawn.append(shown(post, place, at, is_torn_off=is_torn_off))
    return drawn


def shown(post: Post, place: Place, at: datetime, *, is_torn_off: bool = False) -> Shown:
    """The post (from `queries_discussions.with_authors`) for this person; no further query.
    `is_torn_off`: the post that it replies to is not on the same page."""
    moderates = place.is_moderator
    inner = post.parent_id is not None and post.parent_id != post.thread_id
    return Shown(
        post=post,
        author=author_of(post),
        text=seen_text(post, place),
        is_own=is_own(post, place),
        is_moderator=moderates,
        answers=name_of(post.parent) if inner or is_torn_off else "",
        quoted=beginning(seen_text(post.parent, place)) if is_torn_off else "",
        may_reply=bool(rules.can_reply(place, post, at)),
        may_edit=bool(rules.can_edit(place, post, at)),
        may_withdraw=bool(rules.can_withdraw(place, post, at)),
        may_report=bool(rules.can_report(place, post)) and not moderates,
        may_hide=moderates and bool(rules.can_hide(post)),
        may_restore=moderates and bool(rules.can_restore(post, at)),
        may_release=moderates and rules.waits(post),
    )


def is_own(post: Post, place: Place) -> bool:
    return post.author_id is not None and post.author_id == place.user.pk


def seen_text(post: Post, place: Place) -> str:
    """Empty where the person sees only a stub."""
    by_right = post.status != PostStatus.WITHDRAWN and (is_own(post, place) or place.is_moderator)
    return post.text if post.is_visible or by_right else ""


def beginning(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(QUOTED_CHARACTERS)
