"""Making and changing discussions, and naming who is responsible for a room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from content.models import Discussion, Room
from content.rules import discussion_setup as rules
from enrollment.models import StaffRole
from enrollment.rules.staff import coordinates, has_role
from lms import edits, journal
from lms.accounts.models import User
from lms.decisions import DomainError


@transaction.atomic
def add_discussion(
    discussion: Discussion, experts: Iterable[User], *, by, at: datetime
) -> Discussion:
    """Add a discussion to a phase. Raises `DomainError` once the phase has opened."""
    _require_maker(by, discussion)
    rules.can_add_discussion(discussion, at).require()
    discussion.save()
    _name_experts(discussion, experts)
    journal.record(discussion, "content.add_discussion", by=by, at=at)
    return discussion


@transaction.atomic
def change_discussion(
    given: Discussion, experts: Iterable[User], changed: Iterable[str], *, by, at: datetime
) -> Discussion:
    """Write those of the fields `changed` that differ from the stored row, and who leads it.
    Raises `DomainError` for what stands since it opened. A second call changes nothing."""
    rows = Discussion.objects.select_for_update(of=("self",)).select_related(
        "phase__edition__program"
    )
    stored = rows.get(pk=given.pk)
    _require_maker(by, stored)
    names = [name for name in changed if name != "experts"]
    fields = edits.differing(stored, given, names)
    rules.can_change_discussion(stored, given, fields, at).require()
    before, after = edits.said(stored, fields), edits.said(given, fields)
    leave, come = _name_experts(stored, experts)
    if not (fields or leave or come):
        return stored
    edits.copy(stored, given, fields)
    journal.record(
        stored,
        "content.change_discussion",
        by=by,
        at=at,
        before=before,
        after=after,
        experts_gone=", ".join(map(str, leave)),
        experts_come=", ".join(map(str, come)),
    )
    return stored


@transaction.atomic
def name_facilitator(room: Room, facilitator: User | None, *, by, at: datetime) -> Room:
    """Make somebody of the program's facilitators responsible for the room, or nobody. A second
    call changes nothing."""
    rows = Room.objects.select_for_update(of=("self",)).select_related(
        "discussion__phase__edition__program"
    )
    room = rows.get(pk=room.pk)
    program = room.discussion.phase.edition.program
    coordinates(by, program).require()
    if facilitator and not has_role(facilitator, program, StaffRole.FACILITATOR):
        raise DomainError("not_facilitator", _("Choose somebody who holds the facilitator role."))
    before, after = room.facilitator_id, facilitator.pk if facilitator else None
    if before == after:
        return room
    room.facilitator = facilitator
    room.save(update_fields=["facilitator"])
    journal.record(room, "content.name_facilitator", by=by, at=at, before=before, after=after)
    return room


def _require_maker(by, discussion: Discussion) -> None:
    if not has_role(by, discussion.phase.edition.program, *rules.MAKERS):
        reason = _("Only coordinators and authors of this program decide.")
        raise DomainError("not_theirs", reason)


def _name_experts(discussion: Discussion, experts: Iterable[User]) -> tuple[list, list]:
    """Set who leads the discussion. Returns the ids of who no longer does, and of who now does."""
    chosen = {one.pk for one in experts}
    held = set(discussion.experts.values_list("pk", flat=True))
    program = discussion.phase.edition.program
    able = rules.people_with(StaffRole.EXPERT, program).filter(pk__in=chosen - held)
    if able.count() != len(chosen - held):
        raise DomainError("not_expert", _("Choose people who hold the role of an expert."))
    discussion.experts.set(chosen)
    return sorted(held - chosen), sorted(chosen - held)
