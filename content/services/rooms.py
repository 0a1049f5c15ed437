"""Rooms: made as they are needed, filled evenly. A participant keeps the one they entered."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from content.models import Discussion, Participation, Room
from content.services.learning import locked_standing
from enrollment.models import Enrollment, PhaseProgress, StaffRole
from enrollment.models.programs import RoleAssignment
from enrollment.queries import completions, participants
from enrollment.rules.phases import PhaseStanding
from enrollment.services.phases import start_phase
from lms.accounts.models import User


@transaction.atomic
def enter_room(enrollment: Enrollment, discussion: Discussion, at: datetime) -> Participation:
    """Give the participant a place in a room of their language, once. Raises `DomainError` where
    the phase or the discussion is not open to them. A second call changes nothing."""
    held = participation_of(enrollment, discussion)
    if held:
        return held
    standing = locked_standing(enrollment, discussion.phase)
    standing.access(at).require()
    Discussion.objects.select_for_update().get(pk=discussion.pk)
    held = participation_of(enrollment, discussion)
    if held:
        return held
    room = emptiest_room(discussion, language_of(standing), standing)
    participation = Participation.objects.create(
        enrollment=standing.enrollment, discussion=discussion, room=room, entered_at=at
    )
    start_phase(standing.enrollment, discussion.phase, at)
    return participation


def participation_of(enrollment: Enrollment, discussion: Discussion) -> Participation | None:
    rows = Participation.objects.filter(enrollment=enrollment, discussion=discussion)
    return rows.select_related("room").first()


def language_of(standing: PhaseStanding) -> str:
    spoken = standing.enrollment.edition.languages
    own = standing.enrollment.language
    return own if own in spoken or not spoken else spoken[0]


def emptiest_room(discussion: Discussion, language: str, standing: PhaseStanding) -> Room:
    """The room with the fewest people, among as many as those who may come would fill: nobody
    sits alone in the last one. The caller holds the lock on the discussion."""
    rooms = list(
        discussion.rooms.filter(language=language)
        .annotate(people=Count("participations"))
        .order_by("people", "number")
    )
    needed = -(-expected_people(standing, language) // discussion.room_size)
    if len(rooms) < needed or not rooms or rooms[0].people >= discussion.room_size:
        return make_room(discussion, language)
    return rooms[0]


def expected_people(standing: PhaseStanding, language: str) -> int:
    """How many of this language come: those with a seat who completed the phase before, and where
    the phase asks for it also signed up."""
    people = participants(standing.phase.edition_id).filter(language=language)
    before = standing.phase_before
    if before:
        people = people.filter(pk__in=completions(before).values("enrollment"))
    if standing.phase.pk in standing.sign_up_windows:
        signed_up = PhaseProgress.objects.filter(phase=standing.phase, signed_up_at__isnull=False)
        people = people.filter(pk__in=signed_up.values("enrollment"))
    return people.count()


def make_room(discussion: Discussion, language: str) -> Room:
    number = discussion.rooms.filter(language=language).count() + 1
    return Room.objects.create(
        discussion=discussion,
        language=language,
        number=number,
        facilitator=next_facilitator(discussion, language),
    )


def next_facilitator(discussion: Discussion, language: str) -> User | None:
    """The program's facilitator with the fewest rooms of this discussion, one who uses the
    room's language before others."""
    roles = RoleAssignment.objects.filter(
        program=discussion.phase.edition.program, role=StaffRole.FACILITATOR
    )
    people = User.objects.filter(pk__in=roles.values("user")).annotate(
        rooms=Count("facilitated_rooms", filter=Q(facilitated_rooms__discussion=discussion))
    )
    return min(people, key=lambda one: (one.language != language, one.rooms, one.pk), default=None)
