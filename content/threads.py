"""A page of a room's posts as one reader sees it: whose, what of it, and what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from content.authors import Author, author_of, name_of
from content.models import Post, PostStatus
from content.rules import discussions as rules
from content.rules.discussions import Place


@dataclass(frozen=True)
class Shown:
    """A post on the page. `text` is empty where only a stub is seen; `answers` names whom a
    reply inside a thread replies to."""

    post: Post
    author: Author
    text: str
    is_own: bool
    is_moderator: bool
    answers: str = ""
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


def shown(post: Post, place: Place, at: datetime) -> Shown:
    """The post (from `queries_discussions.with_authors`) for this person; no further query."""
    is_own = post.author_id is not None and post.author_id == place.user.pk
    reads = post.is_visible or (
        post.status != PostStatus.WITHDRAWN and (is_own or place.is_moderator)
    )
    moderates = place.is_moderator
    inner = post.parent_id is not None and post.parent_id != post.thread_id
    return Shown(
        post=post,
        author=author_of(post),
        text=post.text if reads else "",
        is_own=is_own,
        is_moderator=moderates,
        answers=name_of(post.parent) if inner else "",
        may_reply=bool(rules.can_reply(place, post, at)),
        may_edit=bool(rules.can_edit(place, post, at)),
        may_withdraw=bool(rules.can_withdraw(place, post, at)),
        may_report=bool(rules.can_report(place, post)) and not moderates,
        may_hide=moderates and bool(rules.can_hide(post)),
        may_restore=moderates and bool(rules.can_restore(post, at)),
        may_release=moderates and rules.waits(post),
    )
