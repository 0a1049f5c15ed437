"""The gate before everything taught: who comes in, who reads what is missing, who finds nothing.

A gated page is drawn only after a decision was made for this request and this page: a view that
forgets to ask gets nothing to show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from enrollment.models import Enrollment, Phase, StaffRole
from enrollment.rules.phases import PhaseStanding, has_completed, phase_standing
from enrollment.rules.staff import has_role
from lms.decisions import ALLOWED, Decision, refused

CONTENT_READERS = (
    StaffRole.COORDINATOR,
    StaffRole.SECOND_APPROVER,
    StaffRole.REVIEWER,
    StaffRole.AUTHOR,
    StaffRole.FACILITATOR,
    StaffRole.EXPERT,
)
STRANGER = "no_enrollment"


class Undecided(Http404):
    """A gated page was about to be drawn although nobody decided whether it may be."""


@dataclass(frozen=True)
class Access:
    """The gate's answer for one person. `standing` is None for staff, who come in as readers;
    `learning` is the `content.progress.Learning` of the phase, where a module was asked for."""

    decision: Decision
    standing: PhaseStanding | None = None
    learning: object = None

    @property
    def enrollment(self) -> Enrollment | None:
        return self.standing.enrollment if self.standing else None

    @property
    def is_stranger(self) -> bool:
        return self.decision.code == STRANGER

    @property
    def is_staff(self) -> bool:
        return self.standing is None


def access_to_phase(user, phase: Phase, at: datetime) -> Access:
    """Whether the user may read in the phase: its participants by its rule, the program's
    staff always. Queries: up to four for a participant, one more for anybody else."""
    standing = phase_standing(user, phase)
    if has_unsettled_phase(standing, at) and settle(standing.enrollment, at):
        standing = phase_standing(user, phase)
    if standing.enrollment is None and reads_content(user, phase.edition.program):
        return Access(ALLOWED)
    return Access(standing.access(at), standing)


def has_unsettled_phase(standing: PhaseStanding, at: datetime) -> bool:
    """Whether a phase has closed without being completed: an attempt may still be ungraded."""
    return any(
        at >= standing.closes_at_of(phase) and not has_completed(standing.progress.get(phase.pk))
        for phase in standing.phases
    )


def settle(enrollment: Enrollment, at: datetime) -> int:
    from content.services.participation import freeze_due
    from content.services.quizzes import settle_attempts

    return settle_attempts(enrollment, at) + freeze_due(enrollment, at)


def access_to_module(user, module, at: datetime) -> Access:
    """Whether the user may read in the module: as in its phase, from its date on, after the one
    before it. Staff always may."""
    access = access_to_phase(user, module.phase, at)
    if access.is_staff or not access.decision:
        return access
    from content.queries import learning_of

    learning = learning_of(access.standing, at)
    return Access(learning.of(module.pk).decision, access.standing, learning)


def access_to_discussion(user, discussion, at: datetime) -> Access:
    """Whether the user may read in the discussion: as in its phase, from its opening on. Staff
    always may; which rooms they may enter is another question."""
    access = access_to_phase(user, discussion.phase, at)
    if access.is_staff or not access.decision:
        return access
    return Access(opening_of(discussion, at), access.standing)


def opening_of(discussion, at: datetime) -> Decision:
    """From its opening on a discussion stays open to be read."""
    if at >= discussion.opens_at:
        return ALLOWED
    reason = _("“%(discussion)s” has not opened yet.") % {"discussion": discussion}
    return refused("discussion_not_open_yet", reason, opens_at=discussion.opens_at)


def reads_content(user, program) -> bool:
    return bool(user.is_authenticated and user.is_staff) and has_role(
        user, program, *CONTENT_READERS
    )


def admit(request, page, access: Access) -> None:
    """Note on the request that `access` was decided for `page`. Raises Http404 for strangers:
    they learn nothing of what lies behind the door."""
    if access.is_stranger:
        raise Http404
    request.access, request.access_page = access, page.translation_key


def require_admitted(request, page) -> Access:
    """The decision made for this page in this request. Raises `Undecided` where there is none,
    or where it was no."""
    access = getattr(request, "access", None)
    if access is None or request.access_page != page.translation_key or not access.decision:
        raise Undecided
    return access
