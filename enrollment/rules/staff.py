"""Who of the staff may do what: rights are held in a program."""

from __future__ import annotations

from enrollment.models.programs import Program, RoleAssignment, StaffRole

PEOPLE_READERS = (StaffRole.COORDINATOR, StaffRole.SECOND_APPROVER)


def has_role(user, program: Program, *roles: str) -> bool:
    """Whether the user holds one of `roles` in the program (any role when none is named).
    A superuser holds none by being one: rights over people are given, and logged."""
    held = RoleAssignment.objects.filter(user=user, program=program)
    return (held.filter(role__in=roles) if roles else held).exists()


def is_coordinator(user, program: Program) -> bool:
    return has_role(user, program, StaffRole.COORDINATOR)


def can_confirm(user, program: Program) -> bool:
    """Whether the user may be the second of two people."""
    return has_role(user, program, StaffRole.SECOND_APPROVER)


def reads_people(user, program: Program) -> bool:
    return has_role(user, program, *PEOPLE_READERS)
