"""Rooms: the way in, the page of a room, and the rooms of a member of staff."""

from __future__ import annotations

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from content import doors, gate
from content import queries_discussions as queries
from content.forms.discussions import PostForm
from content.models import Discussion, Room
from content.rules import discussions as rules
from content.services.participation import freeze_due
from content.services.rooms import enter_room
from content.threads import page_of_room
from lms.accounts import resume

ROOMS = Room.objects.select_related("discussion__phase__edition__program", "facilitator")


def closed_door(request, discussion, access):
    """What is missing, in the rule's words."""
    context = {"title": discussion.title, **doors.closed_door(access, request.at)}
    return render(request, "content/closed_door.html", context, status=403)


def in_room(request, room):
    """`(place, None)`, or `(None, response)` for who meets a closed door. Raises Http404 for
    strangers and for participants of another room."""
    access = gate.access_to_discussion(request.user, room.discussion, request.at)
    if access.is_stranger:
        raise Http404
    if not access.decision:
        return None, closed_door(request, room.discussion, access)
    if access.enrollment:
        freeze_due(access.enrollment, request.at)
    place = rules.place_in(request.user, room, access)
    if place is None:
        raise Http404
    return place, None


def of_room(view):
    """Find the room and the person's place in it; whoever is not signed in signs in first."""

    @never_cache
    @wraps(view)
    def found(request, room):
        if not request.user.is_authenticated:
            return resume.to_entrance(request)
        room = get_object_or_404(ROOMS, pk=room)
        place, refusal = in_room(request, room)
        return refusal or view(request, place)

    return found


@login_required
@never_cache
@require_safe
def discussion(request, discussion):
    """The way into a discussion: a participant to their room, staff to the list of theirs."""
    rows = Discussion.objects.select_related("phase__edition__program")
    discussion = get_object_or_404(rows, pk=discussion)
    access = gate.access_to_discussion(request.user, discussion, request.at)
    if access.is_stranger:
        raise Http404
    if not access.decision:
        return closed_door(request, discussion, access)
    if access.enrollment:
        own = enter_room(access.enrollment, discussion, request.at)
        return redirect("content:room", own.room_id)
    rooms = rules.rooms_moderated_by(request.user).filter(discussion=discussion)
    if not rooms.exists():
        raise Http404
    context = {
        "discussion": discussion,
        "rooms": queries.rooms_with_counts(rooms),
        "page": queries.page_of(discussion),
    }
    return render(request, "content/discussion_rooms.html", context)


@login_required
@never_cache
@require_safe
def led_rooms(request):
    """The rooms of a member of staff, over all discussions."""
    rooms = rules.rooms_moderated_by(request.user)
    if not rooms.exists():
        raise Http404
    rooms = queries.rooms_with_counts(rooms).order_by(
        "discussion__opens_at", "discussion_id", "language", "number"
    )
    return render(request, "content/led_rooms.html", {"rooms": rooms, "at": request.at})


@of_room
@require_http_methods(["GET", "HEAD", "POST"])
def room(request, place):
    from content.views.posts import send_contribution

    if request.method == "POST":
        return send_contribution(request, place)
    return render(request, "content/room.html", room_context(request, place))


def room_context(request, place) -> dict:
    discussion, at = place.room.discussion, request.at
    posts = queries.with_authors(queries.posts_in(place))
    page = Paginator(posts, queries.POSTS_ON_A_PAGE).get_page(request.GET.get("page"))
    may_write = rules.can_write(place, at)
    return {
        "place": place,
        "room": place.room,
        "discussion": discussion,
        "edition": discussion.phase.edition,
        "text": queries.page_of(discussion),
        "posts": page,
        "shown": page_of_room(list(page), place, at),
        "standing": queries.standing_of(discussion, place.participation),
        "may_write": may_write,
        "is_over": at >= discussion.closes_at,
        "form": contribution_form(request, place) if may_write else None,
    }


def contribution_form(request, place, data=None) -> PostForm:
    discussion = place.room.discussion
    if data is None:
        data = resume.take(request, request.path)
    words = discussion.contribution_words
    return PostForm(
        data=data,
        words=0 if place.is_moderator else words,
        label=_("Your contribution"),
        help_text="" if place.is_moderator else _("At least %(n)s words.") % {"n": words},
    )


def address_of(place, post) -> str:
    """The post's place on the room's pages as they are now."""
    number = queries.page_number(place, post)
    query = f"?page={number}" if number > 1 else ""
    return reverse("content:room", args=[place.room.pk]) + f"{query}#post-{post.pk}"
