"""Whom a room shows as a post's author: the name peers may see, or what is left of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from content.models import AuthorRole, Post


@dataclass(frozen=True)
class Author:
    """`name`; `about` is a participant's role and country; `tag` names staff as such."""

    name: str
    about: str = ""
    tag: str = ""


def author_of(post: Post) -> Author:
    """A participant by the name chosen for peers; who left, was erased or whose name's time is
    over is a former participant. Staff by their name, marked."""
    name = name_of(post)
    if post.author_role != AuthorRole.PARTICIPANT:
        tag = str(post.get_author_role_display())
        return Author(name, tag="" if name == tag.capitalize() else tag)
    return Author(name, about=_about(post.enrollment.application) if _is_known(post) else "")


def name_of(post: Post) -> str:
    if post.author_role != AuthorRole.PARTICIPANT:
        name = post.author.get_full_name() if post.author_id else ""
        return name or str(post.get_author_role_display()).capitalize()
    if not _is_known(post):
        return _("Former participant")
    return post.enrollment.peer_name or _("Participant")


def _is_known(post: Post) -> bool:
    return bool(post.author_id and post.enrollment and post.enrollment.holds_seat)


def _about(application) -> str:
    if application is None:
        return ""
    parts = [application.role and str(application.role), str(application.country.name or "")]
    return ", ".join(part for part in parts if part)
