"""Rooms: the way to one’s own, the page of a room, and the rooms of a member of staff."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from content import gate
from content import queries_discussions as queries
from content.models import Discussion
from content.rules import discussions as rules
from content.services.rooms import enter_room
from content.threads import page_of_room
from content.views.posts import contribution_form, send_contribution
from content.views.way_in import closed_door, of_room


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
    if not request.user.is_staff:
        raise Http404
    rooms = queries.rooms_with_counts(rules.rooms_moderated_by(request.user)).order_by(
        "discussion__opens_at", "discussion_id", "language", "number"
    )
    return render(request, "content/led_rooms.html", {"rooms": rooms, "at": request.at})


@of_room
@require_http_methods(["GET", "HEAD", "POST"])
def room(request, place):
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
