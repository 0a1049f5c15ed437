"""Who is who in a room, and what each may do there until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from content import gate
from content.models import AuthorRole, Discussion, Participation, Post, PostStatus, Room
from enrollment.models import StaffRole
from enrollment.rules.phases import PhaseStanding
from lms.decisions import ALLOWED, Decision, refused

FREE_EDITING = timedelta(minutes=15)
UNDO_FOR = timedelta(days=30)
REPORTS_THAT_HOLD = 3
EDITABLE = (PostStatus.VISIBLE, PostStatus.HELD)
# Whose rooms a reader of the admin sees, by role.
MODERATORS = (StaffRole.COORDINATOR, StaffRole.FACILITATOR, StaffRole.EXPERT)


@dataclass(frozen=True)
class Place:
    """A person in a room: a participant with their standing in the phase, or staff without."""

    user: object
    room: Room
    role: str
    standing: PhaseStanding | None = None
    participation: Participation | None = None

    @property
    def is_moderator(self) -> bool:
        return self.standing is None

    @property
    def enrollment(self):
        return self.standing.enrollment if self.standing else None

    @property
    def closes_at(self) -> datetime:
        return closes_at_of(self.room.discussion, self.standing)


def closes_at_of(discussion: Discussion, standing: PhaseStanding | None) -> datetime:
    """Until when this person may write: the discussion's close, or their extension of the phase."""
    extended_to = standing and standing.own_progress and standing.own_progress.extended_to
    return max(discussion.closes_at, extended_to) if extended_to else discussion.closes_at


def rooms_moderated_by(user) -> QuerySet[Room]:
    """The rooms a member of staff may enter: a coordinator all of the program, a facilitator
    their own, an expert those of the discussions they lead."""
    if not (user.is_authenticated and user.is_staff):
        return Room.objects.none()
    rooms = Room.objects
    led = Discussion.objects.filter(experts=user)
    return rooms.filter(
        Q(pk__in=rooms.visible_to(user, StaffRole.COORDINATOR).values("pk"))
        | Q(
            pk__in=rooms.visible_to(user, StaffRole.FACILITATOR)
            .filter(facilitator=user)
            .values("pk")
        )
        | Q(pk__in=rooms.visible_to(user, StaffRole.EXPERT).filter(discussion__in=led).values("pk"))
    )


def staff_role_in(user, room: Room) -> str:
    """As what a member of staff speaks in the room; empty for who has no right to it."""
    if not rooms_moderated_by(user).filter(pk=room.pk).exists():
        return ""
    if room.discussion.experts.filter(pk=user.pk).exists():
        return AuthorRole.EXPERT
    if room.facilitator_id == user.pk:
        return AuthorRole.FACILITATOR
    return AuthorRole.COORDINATOR


def place_in(user, room: Room, access: gate.Access) -> Place | None:
    """Where the user stands in the room, given the gate's answer; None for who has no place
    there, a participant of another room included."""
    if access.standing is not None and access.enrollment is not None:
        own = Participation.objects.filter(enrollment=access.enrollment, room=room).first()
        if own:
            return Place(user, room, AuthorRole.PARTICIPANT, access.standing, own)
        return None
    role = staff_role_in(user, room)
    return Place(user, room, role) if role else None


def can_write(place: Place, at: datetime) -> Decision:
    """Whether posts are taken now: `opens_at <= at < closes_at`, or the personal extension."""
    discussion = place.room.discussion
    names = {"discussion": discussion}
    if place.standing:
        access = place.standing.access(at)
        if not access:
            return access
    if at < discussion.opens_at:
        reason = _("“%(discussion)s” has not opened yet.") % names
        return refused("discussion_not_open_yet", reason, opens_at=discussion.opens_at)
    if at >= place.closes_at:
        reason = _("“%(discussion)s” has closed: everything can be read, nothing added.") % names
        return refused("discussion_closed", reason)
    return ALLOWED


def can_reply(place: Place, parent: Post, at: datetime) -> Decision:
    if parent.room_id != place.room.pk:
        return refused("other_room", _("This post stands in another room."))
    if not parent.is_visible:
        reason = _("The post you reply to can no longer be seen. Your text is below.")
        return refused("parent_gone", reason)
    return can_write(place, at)


def can_edit(place: Place, post: Post, at: datetime) -> Decision:
    """Authors edit until the close; also what was hidden, unless that was for conduct."""
    if post.author_id is None or post.author_id != place.user.pk:
        return refused("not_yours", _("This is another person’s post."))
    if post.status == PostStatus.WITHDRAWN:
        return refused("withdrawn", _("You withdrew this post."))
    if post.is_conduct:
        reason = _("This post was hidden because of the house rules and cannot be changed.")
        return refused("hidden_for_conduct", reason)
    return can_write(place, at)


def can_withdraw(place: Place, post: Post, at: datetime) -> Decision:
    if post.author_id is None or post.author_id != place.user.pk:
        return refused("not_yours", _("This is another person’s post."))
    if post.status not in EDITABLE:
        return refused("not_withdrawable", _("This post can no longer be withdrawn."))
    return can_write(place, at)


def can_report(place: Place, post: Post) -> Decision:
    """Anybody in the room reports what they can see and did not write, also after the close."""
    if post.author_id == place.user.pk:
        return refused("own_post", _("This is your own post: you can edit or withdraw it."))
    if not post.is_visible:
        return refused("not_visible", _("This post can no longer be seen."))
    return ALLOWED


def can_hide(post: Post) -> Decision:
    if post.status not in EDITABLE:
        return refused("not_hideable", _("This post is already hidden or withdrawn."))
    return ALLOWED


def can_restore(post: Post, at: datetime) -> Decision:
    """Hiding is taken back within 30 days."""
    if post.status != PostStatus.HIDDEN:
        return refused("not_hidden", _("This post is not hidden."))
    if at >= post.hidden_at + UNDO_FOR:
        reason = _("This post was hidden more than 30 days ago: it can no longer be restored.")
        return refused("too_late", reason)
    return ALLOWED


def waits(post: Post) -> bool:
    """Whether staff has still to look at it: held, or reported (`queries_discussions.with_authors`
    counts the reports)."""
    return post.status == PostStatus.HELD or (post.is_visible and post.is_reported)
