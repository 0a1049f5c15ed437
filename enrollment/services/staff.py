"""Giving and taking roles. The only writer of `RoleAssignment`, of `User.is_staff`, and of who is
in the Wagtail groups of a program.

A role is a right in a program. Wagtail's groups follow from it and open only Wagtail's own rooms:
one group opens the admin, and two for each program its pages, images and documents. Authors write
there; coordinators also publish. No group gives a right over people.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from enrollment import emails
from enrollment.models.programs import Program, RoleAssignment, StaffRole
from enrollment.rules.staff import can_give, can_take, is_coordinator
from lms import journal
from lms.accounts import addresses
from lms.accounts.models import User
from lms.decisions import DomainError

STAFF_GROUP = "Program staff"
PAGE_RIGHTS = {
    StaffRole.AUTHOR: ("add_page", "change_page"),
    StaffRole.COORDINATOR: ("add_page", "change_page", "publish_page", "unlock_page"),
}
FILE_RIGHTS = {
    "siteimage": ("add", "change", "choose"),
    "sitedocument": ("add", "change", "choose"),
}


@transaction.atomic
def appoint(email: str, program: Program, role: str, *, by, at: datetime) -> RoleAssignment:
    """Give a role to the account that an address opens; where there is none, one is made, and
    opens when its owner proves the address by a code. The person is told by mail. A second call
    changes nothing. Whether the address had an account is told to nobody."""
    program = _locked(program)
    can_give(by, program, role).require()
    return _appoint(_person_of(email, by, at), program, role, by, at)


@transaction.atomic
def dismiss(user, program: Program, role: str, *, by, at: datetime) -> None:
    """Take a role, unless it is the last coordinator's."""
    program = _locked(program)
    if RoleAssignment.objects.filter(user=user, program=program, role=role).exists():
        can_take(by, program, user, role).require()
        revoke_role(user, program, role, by=by, at=at)


def appoint_approver(program: Program, act, by, at: datetime) -> None:
    """Perform the joint act `appoint_approver`."""
    _appoint(User.objects.get(pk=act.terms["user"]), program, StaffRole.SECOND_APPROVER, by, at)


@transaction.atomic
def candidate(email: str, program: Program, *, by, at: datetime) -> User:
    """The account that is to become a second approver, made where there is none: two people
    then name it. Only for coordinators; it opens nothing."""
    if not is_coordinator(by, program):
        raise DomainError("not_theirs", _("Only coordinators of this program give and take roles."))
    return _person_of(email, by, at)


def _appoint(person: User, program: Program, role: str, by, at: datetime) -> RoleAssignment:
    is_new = not RoleAssignment.objects.filter(user=person, program=program, role=role).exists()
    assignment = grant_role(person, program, role, by=by, at=at)
    if is_new:
        emails.role_given(assignment, at)
    return assignment


def _person_of(email: str, by, at: datetime) -> User:
    addresses.lock(email)
    if person := addresses.opened_by(email):
        return person
    if addresses.former_of(email, at) is not None:
        raise DomainError("address_resting", _("This address cannot be used at the moment."))
    person = User.objects.create_user(email, language=by.language, date_joined=at)
    journal.record(person, "accounts.sign_up", by=by, at=at)
    return person


def _locked(program: Program) -> Program:
    return Program.objects.select_for_update().get(pk=program.pk)


@transaction.atomic
def grant_role(user, program: Program, role: str, *, by, at: datetime) -> RoleAssignment:
    """Write a role that was rightly given; a second call changes nothing."""
    assignment, is_new = RoleAssignment.objects.get_or_create(user=user, program=program, role=role)
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    user.groups.add(staff_group(), *_groups_of(program, [role]))
    if is_new:
        journal.record(program, "enrollment.grant_role", by=by, at=at, role=role, user=user.pk)
    return assignment


@transaction.atomic
def revoke_role(user, program: Program, role: str, *, by, at: datetime) -> None:
    """Take a role; with the last one the door to the admin closes."""
    taken, _rows = RoleAssignment.objects.filter(user=user, program=program, role=role).delete()
    if not taken:
        return
    user.groups.remove(*_groups_of(program, [role]))
    if not RoleAssignment.objects.filter(user=user).exists() and not user.is_superuser:
        user.groups.remove(staff_group())
        user.is_staff = False
        user.save(update_fields=["is_staff"])
    journal.record(program, "enrollment.revoke_role", by=by, at=at, role=role, user=user.pk)


# -- Wagtail's own rights ----------------------------------------------------------------


def staff_group() -> Group:
    """The Wagtail group of all staff: it opens the admin, and grants no right over people."""
    group, is_new = Group.objects.get_or_create(name=STAFF_GROUP)
    if is_new:
        group.permissions.add(
            Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
        )
    return group


def _groups_of(program: Program, roles) -> list[Group]:
    return [page_group(program, role) for role in roles if role in PAGE_RIGHTS]


def page_group(program: Program, role: str) -> Group:
    """The group of a program's authors or coordinators, with the rights over its files."""
    name = f"{program.slug}: {role}"  # a program's slug never changes
    group, is_new = Group.objects.get_or_create(name=name)
    if is_new:
        _open_files(group, collection_of(program))
        _allow_translating(group)
    return group


def open_pages(program: Program, page: Page) -> None:
    """Let the program's authors and coordinators into the tree below `page`, and nobody of
    another program. Called by whoever keeps the program's pages; a second call changes nothing."""
    rights = {
        (page_group(program, role).pk, codename)
        for role, codenames in PAGE_RIGHTS.items()
        for codename in codenames
    }
    stored = GroupPagePermission.objects.filter(page=page).select_related("permission", "group")
    for row in stored:
        if (row.group_id, row.permission.codename) not in rights and _is_page_group(row.group):
            row.delete()
    for group_id, codename in rights:
        GroupPagePermission.objects.get_or_create(
            group_id=group_id,
            page_id=page.pk,
            permission=Permission.objects.get(
                content_type__app_label="wagtailcore", codename=codename
            ),
        )


def _is_page_group(group: Group) -> bool:
    return group.name.rpartition(": ")[2] in PAGE_RIGHTS


def collection_of(program: Program) -> Collection:
    """Where the program's images and documents lie."""
    root = Collection.get_first_root_node()
    found = root.get_children().filter(name=program.slug).first()
    return found or root.add_child(name=program.slug)


def _open_files(group: Group, collection: Collection) -> None:
    for model, verbs in FILE_RIGHTS.items():
        codenames = [f"{verb}_{model}" for verb in verbs]
        for permission in Permission.objects.filter(
            content_type__app_label="media", codename__in=codenames
        ):
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=collection, permission=permission
            )


def _allow_translating(group: Group) -> None:
    group.permissions.add(
        *Permission.objects.filter(
            content_type__app_label="wagtail_localize", codename="submit_translation"
        )
    )
