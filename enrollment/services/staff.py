"""Giving and taking roles. The only writer of `RoleAssignment` and of `User.is_staff`."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from enrollment.models.programs import Program, RoleAssignment
from lms import journal

STAFF_GROUP = "Program staff"


@transaction.atomic
def grant_role(user, program: Program, role: str, *, by, at: datetime) -> RoleAssignment:
    """Give a role; a second call changes nothing. Admits to the admin, nothing more."""
    assignment, is_new = RoleAssignment.objects.get_or_create(user=user, program=program, role=role)
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    user.groups.add(staff_group())
    if is_new:
        journal.record(program, "enrollment.grant_role", by=by, at=at, role=role, user=user.pk)
    return assignment


@transaction.atomic
def revoke_role(user, program: Program, role: str, *, by, at: datetime) -> None:
    """Take a role; with the last one the door to the admin closes."""
    taken, _rows = RoleAssignment.objects.filter(user=user, program=program, role=role).delete()
    if not taken:
        return
    if not RoleAssignment.objects.filter(user=user).exists() and not user.is_superuser:
        user.groups.remove(staff_group())
        user.is_staff = False
        user.save(update_fields=["is_staff"])
    journal.record(program, "enrollment.revoke_role", by=by, at=at, role=role, user=user.pk)


def staff_group() -> Group:
    """The Wagtail group of all staff: it opens the admin, and grants no right over people."""
    group, is_new = Group.objects.get_or_create(name=STAFF_GROUP)
    if is_new:
        group.permissions.add(
            Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
        )
    return group
