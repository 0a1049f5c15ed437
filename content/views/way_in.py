"""The way into a room: who finds it, who meets a closed door, and where a post stands in it."""

from __future__ import annotations

from functools import wraps

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from content import doors, gate
from content import queries_discussions as queries
from content.models import Room
from content.rules import discussions as rules
from content.services.participation import freeze_due
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


def address_of(place, post) -> str:
    """The post's place on the room's pages as they are now."""
    number = queries.page_number(place, post)
    query = f"?page={number}" if number > 1 else ""
    return reverse("content:room", args=[place.room.pk]) + f"{query}#post-{post.pk}"
