"""What discussions give to the roof: where a person stands in them, dates, and the log's words."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from content.models import Participation, Room
from content.queries_discussions import (
    DiscussionState,
    discussions_in,
    discussions_of,
    rooms_with_counts,
)
from content.rules.discussions import rooms_moderated_by
from content.services.participation import freeze_due
from enrollment.announced import announced
from enrollment.models import Enrollment
from enrollment.standing import opened_to
from lms.hooks import CalendarEntry, Card, NextStep, Panel
from lms.kept import asked_once

ACTIONS = [
    ("add_discussion", gettext_lazy("Add discussion"), gettext_lazy("Discussion added")),
    ("change_discussion", gettext_lazy("Change discussion"), gettext_lazy("Discussion changed")),
    ("name_facilitator", gettext_lazy("Name facilitator"), gettext_lazy("Facilitator named")),
    (
        "export_participation",
        gettext_lazy("Export participation"),
        gettext_lazy("Participation exported"),
    ),
    ("hold_post", gettext_lazy("Hold post"), gettext_lazy("Post held")),
    ("edit_post", gettext_lazy("Edit post"), gettext_lazy("Post edited by its author")),
    ("withdraw_post", gettext_lazy("Withdraw post"), gettext_lazy("Post withdrawn")),
    ("report_post", gettext_lazy("Report post"), gettext_lazy("Post reported")),
    ("hide_post", gettext_lazy("Hide post"), gettext_lazy("Post hidden")),
    ("restore_post", gettext_lazy("Restore post"), gettext_lazy("Post restored")),
    ("release_post", gettext_lazy("Release post"), gettext_lazy("Post released")),
    (
        "count_participation",
        gettext_lazy("Count participation"),
        gettext_lazy("Participation counted"),
    ),
]


def register_actions(actions):
    for name, label, done in ACTIONS:
        actions.register_action(f"content.{name}", label, done)


@asked_once
def states_of(user, at: datetime) -> list[tuple[Enrollment, list[DiscussionState]]]:
    """The person's places in editions whose phase with discussions is open to them, each with
    its discussions."""
    phases = [one for one in opened_to(user, at) if at < one.closes_at]
    debated = [one for one in phases if discussions_in(one.phase.pk)]
    return [(one.enrollment, discussions_of(one, at)) for one in debated]


def next_step(user, at: datetime) -> NextStep | None:
    """What is still missing in the discussion that closes first; for staff of rooms, what waits."""
    for enrollment, states in states_of(user, at):
        waiting = [s for s in states if s.is_open and s.decision and not s.is_met]
        if waiting:
            return _missing(enrollment, min(waiting, key=lambda state: state.closes_at))
    return _for_staff(user)


def _missing(enrollment: Enrollment, state: DiscussionState) -> NextStep:
    names = {"discussion": state.discussion, "missing": state.missing}
    return NextStep(
        41,
        standing=_("“%(discussion)s” is open. Still missing: %(missing)s.") % names,
        text=_("Go to your room"),
        url=reverse("content:discussion", args=[state.discussion.pk]),
        by=state.closes_at,
        zone=enrollment.edition.deadline_zone,
        takes=40,
        edition_id=enrollment.edition_id,
    )


def _for_staff(user) -> NextStep | None:
    waiting = sum(room.waiting for room in _own_rooms(user))
    if not waiting:
        return None
    text = ngettext(
        "%(n)s post waits for you in your rooms.",
        "%(n)s posts wait for you in your rooms.",
        waiting,
    ) % {"n": waiting}
    return NextStep(45, standing=text, text=_("See your rooms"), url=reverse("content:led_rooms"))


def _own_rooms(user):
    if not user.is_staff:
        return Room.objects.none()
    return rooms_with_counts(rooms_moderated_by(user))


def home_card(user, at: datetime) -> Card | None:
    """The discussions of who takes part; the rooms of who leads them."""
    own = [states for _enrollment, states in states_of(user, at)]
    if own:
        states = [state for one in own for state in one]
        return Card(22, "content/discussions_card.html", {"states": states})
    rooms = list(_own_rooms(user).filter(discussion__opens_at__lte=at))
    if not rooms:
        return None
    return Card(22, "content/rooms_card.html", {"rooms": len(rooms)})


def calendar_entries(edition_id, at: datetime) -> list[CalendarEntry]:
    facts = announced(edition_id)
    phases = facts.phases if facts else []
    rows = [row for phase in phases for row in discussions_in(phase.pk)]
    return [
        CalendarEntry(
            row.opens_at,
            row.closes_at,
            str(row.title),
            "discussion",
            f"discussion:{row.pk}",
            row.phase.edition.deadline_zone,
        )
        for row in sorted(rows, key=lambda row: row.opens_at)
    ]


def person_panel(person, program_id, at: datetime) -> Panel | None:
    """How the person's participation stands, on staff's page of them. No texts of posts."""
    due = Participation.objects.filter(frozen_at=None, discussion__closes_at__lte=at)
    theirs = Enrollment.objects.filter(person=person, edition__program=program_id)
    for enrollment in theirs.filter(participations__in=due).distinct():
        freeze_due(enrollment, at)
    rows = Participation.objects.filter(
        enrollment__person=person, discussion__phase__edition__program=program_id
    ).select_related("discussion__phase__edition", "room")
    if not rows:
        return None
    return Panel(
        40, _("Discussions"), "content/staff/participation_panel.html", {"participations": rows}
    )
