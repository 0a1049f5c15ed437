"""The gate before everything taught: who comes in, who reads what is missing, who finds nothing.

A gated page is drawn only after a decision was made for this request and this page: a view that
forgets to ask gets nothing to show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404

from enrollment.models import Enrollment, Phase, StaffRole
from enrollment.rules.phases import PhaseStanding, phase_standing
from enrollment.rules.staff import has_role
from lms.decisions import ALLOWED, Decision

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
    """The gate's answer for one person. `standing` is None for staff, who come in as readers."""

    decision: Decision
    standing: PhaseStanding | None = None

    @property
    def enrollment(self) -> Enrollment | None:
        return self.standing.enrollment if self.standing else None

    @property
    def is_stranger(self) -> bool:
        return self.decision.code == STRANGER

    def but(self, decision: Decision) -> Access:
        """The same person before a narrower question: staff stay in, the first no stands."""
        if not self.decision or self.standing is None:
            return self
        return Access(decision, self.standing)


def access_to_phase(user, phase: Phase, at: datetime) -> Access:
    """Whether the user may read in the phase: its participants by its rule, the program's
    staff always. Queries: up to four for a participant, one more for anybody else."""
    standing = phase_standing(user, phase)
    if standing.enrollment is None and reads_content(user, phase.edition.program):
        return Access(ALLOWED)
    return Access(standing.access(at), standing)


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
