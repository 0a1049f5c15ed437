"""Who of the staff may do what: rights are held in a program."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from enrollment.models.programs import Program, RoleAssignment, StaffRole
from lms.decisions import ALLOWED, Decision, refused

PEOPLE_READERS = (StaffRole.COORDINATOR, StaffRole.SECOND_APPROVER)


def has_role(user, program: Program, *roles: str) -> bool:
    """Whether the user holds one of `roles` in the program (any role when none is named).
    A superuser holds none by being one: rights over people are given, and logged."""
    held = RoleAssignment.objects.filter(user=user, program=program)
    return (held.filter(role__in=roles) if roles else held).exists()


def is_coordinator(user, program: Program) -> bool:
    return has_role(user, program, StaffRole.COORDINATOR)


def coordinates(user, program: Program) -> Decision:
    """Whether the user decides in the program."""
    if is_coordinator(user, program):
        return ALLOWED
    return refused("not_theirs", _("Only coordinators of this program decide."))


def can_give(by, program: Program, role: str) -> Decision:
    """Coordinators give the roles of their program. That of a second approver takes two people,
    one of them an approver already: whoever could make an approver alone would be both people of
    every act. The first coordinator and the first approver are an administrator's to name."""
    if by.is_superuser and role in FIRST_ROLES and not _holders(program, role).exists():
        return ALLOWED
    if not is_coordinator(by, program):
        return refused("not_theirs", _("Only coordinators of this program give and take roles."))
    if role == StaffRole.SECOND_APPROVER:
        if not _holders(program, role).exists():
            return refused(
                "first_approver", _("The first second approver is named by an administrator.")
            )
        return refused(
            "two_people", _("Two people make a second approver, one of them an approver already.")
        )
    return ALLOWED


def can_take(by, program: Program, user, role: str) -> Decision:
    """Any role of one's program, except that a program is never left without a coordinator.
    Losing an approver stops acts and starts none, so one person may take that role."""
    if not is_coordinator(by, program):
        return refused("not_theirs", _("Only coordinators of this program give and take roles."))
    others = _holders(program, StaffRole.COORDINATOR).exclude(user=user)
    if role == StaffRole.COORDINATOR and not others.exists():
        return refused(
            "last_coordinator", _("A program keeps at least one coordinator: name another first.")
        )
    return ALLOWED


FIRST_ROLES = (StaffRole.COORDINATOR, StaffRole.SECOND_APPROVER)


def _holders(program: Program, role: str):
    return RoleAssignment.objects.filter(program=program, role=role)
