"""Who of the staff sees what in the admin. Rights are roles held in a program; whoever holds none
of those that a page asks for finds no such page."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from enrollment.models import Edition, RoleAssignment, StaffRole

COORDINATORS = (StaffRole.COORDINATOR,)
READERS = (StaffRole.COORDINATOR, StaffRole.SECOND_APPROVER)
REVIEWERS = (StaffRole.REVIEWER,)


def holds_any(user, *roles: str) -> bool:
    """Whether the user holds one of `roles` in some program. One query a request."""
    held = getattr(user, "_held_roles", None)
    if held is None:
        rows = RoleAssignment.objects.filter(user=user).values_list("role", flat=True)
        held = user._held_roles = frozenset(rows)
    return not held.isdisjoint(roles)


def editions_for(user) -> QuerySet[Edition]:
    """The editions whose people the user may read."""
    return Edition.objects.visible_to(user, *READERS).select_related("program")


class OfStaff:
    """A view of the admin for those who hold one of `roles` in some program: nobody else finds it.
    Its rows begin at `visible_to(user, …)`."""

    roles: tuple[str, ...] = READERS

    def may_enter(self, request) -> bool:
        return holds_any(request.user, *self.roles)

    def dispatch(self, request, *args, **kwargs):
        if not self.may_enter(request):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def is_coordinator_of(self, program_id: int) -> bool:
        rows = RoleAssignment.objects.filter(user=self.request.user, program=program_id)
        return rows.filter(role=StaffRole.COORDINATOR).exists()
