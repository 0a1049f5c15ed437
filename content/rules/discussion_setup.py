"""What of a discussion may still be changed: once it has opened, people rely on what it asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from content.models import Discussion
from enrollment.models import EditionStatus, Phase, StaffRole
from enrollment.models.programs import RoleAssignment
from lms.accounts.models import User
from lms.decisions import ALLOWED, Decision, refused

# Who makes discussions, and who is only named in them.
MAKERS = (StaffRole.COORDINATOR, StaffRole.AUTHOR)
ANNOUNCED = frozenset(
    ("phase", "slug", "opens_at", "closes_at", "hours", "contribution_words", "replies")
)


def people_with(role: str, program) -> object:
    """Those who hold the role in the program."""
    held = RoleAssignment.objects.filter(program=program, role=role)
    return User.objects.filter(pk__in=held.values("user")).order_by("last_name", "email")


def is_announced(phase: Phase) -> bool:
    return phase.edition.status != EditionStatus.DRAFT


def can_add_discussion(discussion: Discussion, at: datetime) -> Decision:
    """Until the phase of a published edition opens: what completes it stands from then on."""
    phase = discussion.phase
    if is_announced(phase) and phase.opens_at <= at:
        reason = _("“%(phase)s” has opened: what completes it stands as announced.")
        return refused("phase_open", reason % {"phase": phase.title})
    return lies_within(discussion, phase)


def can_change_discussion(
    stored: Discussion, given: Discussion, fields: Iterable[str], at: datetime
) -> Decision:
    """Titles, experts and the size of rooms always; dates, hours and what is asked until it
    opens."""
    touched = ANNOUNCED & set(fields)
    if touched and is_announced(stored.phase) and stored.opens_at <= at:
        reason = _(
            "“%(discussion)s” has opened: its dates, its hours and what it asks stand as announced."
        )
        return refused("discussion_open", reason % {"discussion": stored})
    return lies_within(given, given.phase) if touched else ALLOWED


def lies_within(discussion: Discussion, phase: Phase) -> Decision:
    if phase.opens_at <= discussion.opens_at and discussion.closes_at <= phase.closes_at:
        return ALLOWED
    reason = _("A discussion opens and closes while its phase, “%(phase)s”, is open.")
    return refused("outside_phase", reason % {"phase": phase.title})
