"""Who may enter a phase, and who may still work in it.

Entering and reading go on after a phase has closed; working ends with it (or with the personal
extension). A phase after the first opens to those who completed the one before it and, where it
has a sign-up window of its own, signed up in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from enrollment.announced import announced
from enrollment.models import (
    Enrollment,
    EnrollmentStatus,
    Phase,
    PhaseProgress,
    RegistrationWindow,
)
from lms.decisions import ALLOWED, Decision, refused


@dataclass
class PhaseStanding:
    """Where one person stands before one phase: loaded once, in two queries and
    what is announced, and asked as often as a page needs."""

    phase: Phase
    enrollment: Enrollment | None
    phases: tuple[Phase, ...] = ()
    sign_up_windows: dict[int, RegistrationWindow] = field(default_factory=dict)
    progress: dict[int, PhaseProgress] = field(default_factory=dict)

    @cached_property
    def phase_before(self) -> Phase | None:
        before = [phase for phase in self.phases if phase.order < self.phase.order]
        return max(before, key=lambda phase: phase.order) if before else None

    @property
    def own_progress(self) -> PhaseProgress | None:
        return self.progress.get(self.phase.pk)

    @property
    def is_completed(self) -> bool:
        return has_completed(self.own_progress)

    @property
    def closes_at(self) -> datetime:
        """Until when this person may work: the phase's close, or the personal extension."""
        extended_to = self.own_progress and self.own_progress.extended_to
        return max(self.phase.closes_at, extended_to) if extended_to else self.phase.closes_at

    def belongs(self, at: datetime) -> Decision:
        """Whether the person has completed what leads to this phase, whatever the hour."""
        if self.enrollment is None:
            return refused("no_enrollment", _("This is for the participants of this edition."))
        if not self.enrollment.holds_seat:
            return refused(self.enrollment.status, LEFT_REASONS[self.enrollment.status])
        if not self.enrollment.edition.is_public:
            return refused("edition_not_running", _("This edition is not taking place."))
        before = self.phase_before
        if before and not has_completed(self.progress.get(before.pk)):
            return self._phase_before_refusal(before, at)
        return self._signed_up(at)

    def access(self, at: datetime) -> Decision:
        belongs = self.belongs(at)
        if belongs and at < self.phase.opens_at:
            return refused(
                "not_open_yet",
                _("“%(phase)s” has not opened yet.") % {"phase": self.phase.title},
                opens_at=self.phase.opens_at,
            )
        return belongs

    def work(self, at: datetime) -> Decision:
        access = self.access(at)
        if access and at >= self.closes_at:
            return refused(
                "closed",
                _("“%(phase)s” has closed: everything can still be read, nothing handed in.")
                % {"phase": self.phase.title},
            )
        return access

    def sign_up(self, at: datetime) -> Decision:
        """Whether the person may sign up for this phase now."""
        window = self.sign_up_windows.get(self.phase.pk)
        if window is None:
            return refused("no_sign_up", _("This phase needs no sign-up."))
        belongs = self.belongs(at)
        if belongs.code == "sign_up_first" and window.is_open(at):
            return ALLOWED
        return belongs

    def _phase_before_refusal(self, before: Phase, at: datetime) -> Decision:
        names = {"phase": self.phase.title, "before": before.title}
        if at < self.closes_at_of(before):
            reason = _("“%(phase)s” opens to those who complete “%(before)s” first.")
        else:
            reason = _("“%(phase)s” is open to those who completed “%(before)s”, which has closed.")
        return refused("phase_before", reason % names)

    def closes_at_of(self, phase: Phase) -> datetime:
        progress = self.progress.get(phase.pk)
        extended_to = progress and progress.extended_to
        return max(phase.closes_at, extended_to) if extended_to else phase.closes_at

    def _signed_up(self, at: datetime) -> Decision:
        window = self.sign_up_windows.get(self.phase.pk)
        if window is None or (self.own_progress and self.own_progress.signed_up_at):
            return ALLOWED
        names = {"phase": self.phase.title}
        if at < window.opens_at:
            reason = _("Sign up for “%(phase)s” when its sign-up opens.")
            return refused("sign_up_first", reason % names, opens_at=window.opens_at)
        if window.is_suspended(at):
            reason = _(
                "The sign-up for “%(phase)s” is suspended for the moment. It has not closed."
            )
            return refused("sign_up_suspended", reason % names)
        if not window.has_closed(at):
            return refused("sign_up_first", _("Sign up for “%(phase)s” first.") % names)
        return refused("sign_up_closed", _("The sign-up for “%(phase)s” has closed.") % names)


LEFT_REASONS = {
    EnrollmentStatus.WITHDRAWN: _("You left this edition, and your place with it."),
    EnrollmentStatus.REMOVED: _("Your participation in this edition has ended."),
    EnrollmentStatus.DEFERRED: _("Your place was put off to a later edition."),
}


def has_completed(progress: PhaseProgress | None) -> bool:
    return progress is not None and progress.completed_at is not None


def phase_standing(user, phase: Phase) -> PhaseStanding:
    """Where the user stands before the phase. Anonymous and unknown people stand outside."""
    if not getattr(user, "is_authenticated", False):
        return PhaseStanding(phase, None)
    enrollment = Enrollment.objects.filter(person=user, edition_id=phase.edition_id).first()
    return standing_of(enrollment, phase) if enrollment else PhaseStanding(phase, None)


def standing_of(enrollment: Enrollment, phase: Phase) -> PhaseStanding:
    """The same for an enrollment at hand: a query for the person's progress, and what is
    announced."""
    own = enrollment if phase.edition_id == enrollment.edition_id else None
    return PhaseStanding(phase, own, *_whole_way(enrollment))


def standings_of(enrollment: Enrollment) -> list[PhaseStanding]:
    """Where the person stands before each phase of the edition, in as many queries."""
    phases, *rest = _whole_way(enrollment)
    return [PhaseStanding(phase, enrollment, phases, *rest) for phase in phases]


def _whole_way(enrollment: Enrollment) -> tuple[tuple[Phase, ...], dict, dict]:
    facts = announced(enrollment.edition_id)
    if not Enrollment.edition.is_cached(enrollment):
        enrollment.edition = facts.edition
    progress = {row.phase_id: row for row in enrollment.progress.all()}
    return facts.phases, facts.sign_ups, progress


def phase_access(user, phase: Phase, at: datetime) -> Decision:
    """Whether the user may enter the phase and read in it. Stays yes after the phase has closed."""
    return phase_standing(user, phase).access(at)


def can_work(enrollment: Enrollment, phase: Phase, at: datetime) -> Decision:
    """Whether what this participant hands in counts: the phase is open (or extended for them)."""
    return standing_of(enrollment, phase).work(at)
