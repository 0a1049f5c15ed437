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
    if post.author_role == AuthorRole.PARTICIPANT:
        return _participant(post)
    name = post.author.get_full_name() if post.author_id else ""
    tag = str(post.get_author_role_display())
    return Author(name or tag.capitalize(), tag=tag if name else "")


def _participant(post: Post) -> Author:
    place = post.enrollment
    if post.author_id is None or place is None or not place.holds_seat:
        return Author(_("Former participant"))
    return Author(place.peer_name or _("Participant"), about=_about(place.application))


def _about(application) -> str:
    if application is None:
        return ""
    parts = [application.role and str(application.role), str(application.country.name or "")]
    return ", ".join(part for part in parts if part)
