"""Who keeps a filter of a list, for whom, and how many."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from enrollment.models import Program, SavedFilter, StaffRole
from enrollment.rules.joint import TWO_PEOPLE
from enrollment.rules.staff import has_role
from lms.decisions import ALLOWED, Decision, refused

MOST = 20  # of each list, for one person or one program


def kept_beside(owner, program: Program | None, listing: str):
    """The filters among which a name is taken: the program's, or the owner's own."""
    rows = SavedFilter.objects.filter(listing=listing)
    return rows.filter(program=program) if program else rows.filter(owner=owner, program=None)


def can_keep(by, program: Program | None, listing: str, name: str) -> Decision:
    """Whoever reads a program's people shares with its staff; a name is taken once."""
    if program and not has_role(by, program, *TWO_PEOPLE):
        return refused("not_theirs", _("You share filters with the staff of your programs only."))
    rows = kept_beside(by, program, listing)
    if rows.filter(name__iexact=name).exists():
        return refused("name_taken", _("There is a filter of this name. Choose another name."))
    if rows.count() >= MOST:
        return refused("too_many", _("No more than 20 filters are kept. Remove one of them first."))
    return ALLOWED


def coordinated_by(user) -> set[int]:
    """The programs that the user coordinates."""
    rows = Program.objects.visible_to(user, StaffRole.COORDINATOR)
    return set(rows.values_list("pk", flat=True))


def can_remove(by, row: SavedFilter, coordinated: set[int]) -> Decision:
    """One's own; a shared one also those who coordinate its program."""
    if row.owner_id == by.pk or row.program_id in coordinated:
        return ALLOWED
    return refused("not_theirs", _("Its owner or a coordinator removes it."))
