"""Who may do together what two people must do: one asks, another confirms."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from enrollment.models import JointAct, Program, StaffRole
from enrollment.rules.staff import has_role
from lms.decisions import ALLOWED, Decision, refused

TWO_PEOPLE = (StaffRole.COORDINATOR, StaffRole.SECOND_APPROVER)


def can_ask(user, program: Program) -> Decision:
    if has_role(user, program, *TWO_PEOPLE):
        return ALLOWED
    return refused(
        "not_theirs", _("Only coordinators and second approvers of this program may do this.")
    )


def can_confirm(act: JointAct, user) -> Decision:
    """Whether `user` may be the second of the two: another person, both still of the program's
    staff, at least one of them a second approver."""
    if not has_role(user, act.program, *TWO_PEOPLE):
        return can_ask(user, act.program)
    if user == act.asked_by:
        return refused("same_person", _("Another person must confirm what you asked for."))
    if not has_role(act.asked_by, act.program, *TWO_PEOPLE):
        return refused("asker_left", _("Whoever asked for this no longer holds a role for it."))
    if not any(
        has_role(person, act.program, StaffRole.SECOND_APPROVER) for person in (user, act.asked_by)
    ):
        return refused(
            "no_approver", _("At least one of the two must be a second approver of the program.")
        )
    return ALLOWED
