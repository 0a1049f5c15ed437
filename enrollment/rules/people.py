"""Whose page the staff may open, and who of them helps with an account."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from enrollment.models import Application, Enrollment, Program, StaffRole
from enrollment.rules.staff import PEOPLE_READERS
from lms.accounts import rescue
from lms.accounts.models import ErasureRequest, MailboxRescue, User
from lms.decisions import ALLOWED, Decision, refused


def _connected(programs: QuerySet[Program]) -> Q:
    applied = Application.objects.filter(edition__program__in=programs).values("person")
    takes_part = Enrollment.objects.filter(edition__program__in=programs).values("person")
    return Q(pk__in=applied) | Q(pk__in=takes_part)


def people_of(user, *roles: str) -> QuerySet[User]:
    """People who applied or take part in a program in which the user reads about people."""
    held = Program.objects.visible_to(user, *(roles or PEOPLE_READERS))
    return User.objects.filter(_connected(held))


def reachable(user, *roles: str) -> QuerySet[User]:
    """The same, and those of no program who asked to be erased: somebody must carry it out."""
    roles = roles or PEOPLE_READERS
    held = Program.objects.visible_to(user, *roles)
    asks = Q(pk__in=ErasureRequest.objects.open().values("person"))
    of_nobody = asks & ~_connected(Program.objects.all())
    if not held.exists():
        return User.objects.none()
    return User.objects.filter(_connected(held) | of_nobody)


def programs_with(person, user) -> QuerySet[Program]:
    """The user's programs that know this person."""
    held = Program.objects.visible_to(user, *PEOPLE_READERS)
    applied = Application.objects.filter(person=person).values("edition__program")
    takes_part = Enrollment.objects.filter(person=person).values("edition__program")
    return held.filter(Q(pk__in=applied) | Q(pk__in=takes_part))


def open_erasures(user) -> QuerySet[ErasureRequest]:
    """Requests that the user, a coordinator, may carry out; the oldest first."""
    rows = ErasureRequest.objects.open().filter(person__in=reachable(user, StaffRole.COORDINATOR))
    return rows.select_related("person")


def open_rescues(user) -> QuerySet[MailboxRescue]:
    rows = MailboxRescue.objects.open().filter(person__in=people_of(user))
    return rows.select_related("person", "asked_by").order_by("asked_at")


def can_help(by, person) -> Decision:
    """Whether `by` may give the account another address, with a second person. The accounts of
    staff hold rights over others: nobody of a program can take one over."""
    if not people_of(by).filter(pk=person.pk).exists():
        return refused("not_theirs", _("This person is not of your program."))
    if person.is_staff or person.is_superuser:
        return refused("is_staff", _("This person works here: an administrator helps them."))
    return ALLOWED


def can_confirm_rescue(lost: MailboxRescue, by) -> Decision:
    """Whether `by` may be the second of the two who give an account another address. As with all
    that two people do, one of them is a second approver, of a program that knows the person: a
    coordinator makes another one alone, and would be both."""
    answer = can_help(by, lost.person) and rescue.can_decide(lost, by)
    if not answer:
        return answer
    if not can_help(lost.asked_by, lost.person):
        return refused("asker_left", _("Whoever asked for this no longer holds a role for it."))
    if not any(_approves_for(one, lost.person) for one in (by, lost.asked_by)):
        return refused(
            "no_approver", _("At least one of the two must be a second approver of the program.")
        )
    return ALLOWED


def _approves_for(user, person) -> bool:
    return people_of(user, StaffRole.SECOND_APPROVER).filter(pk=person.pk).exists()
