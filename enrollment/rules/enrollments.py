"""What may be done with a place: leave it, come back, confirm the name on its certificate."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from enrollment.announced import announced
from enrollment.models import Enrollment, EnrollmentStatus, OfferStatus, Phase, PhaseProgress
from enrollment.rules.seats import seats_left
from lms.decisions import ALLOWED, Decision, refused

LONGEST_EXTENSION = timedelta(days=7)
RETURNING = (EnrollmentStatus.WITHDRAWN, EnrollmentStatus.DEFERRED)


def can_withdraw(enrollment: Enrollment, at: datetime) -> Decision:
    """“I cannot continue”: while the edition's last phase has not closed."""
    if enrollment.status != EnrollmentStatus.CONFIRMED:
        return refused("not_confirmed", _("You have no place to leave."))
    return _is_running(enrollment, at)


def can_undo_withdrawal(enrollment: Enrollment, at: datetime) -> Decision:
    """While the phase in which the person left still runs and the seat was not given on. Ask
    again under the seats' lock."""
    if enrollment.status != EnrollmentStatus.WITHDRAWN or _gave_the_seat_away(enrollment):
        return refused("not_withdrawn", _("There is nothing to undo."))
    until = undo_until(enrollment)
    if until is None or at >= until:
        return refused("phase_closed", _("The phase in which you left has closed."))
    return _has_free_seat(enrollment)


def undo_until(enrollment: Enrollment, left_at: datetime | None = None) -> datetime | None:
    """The close of the phase that ran, or was next, when the person left, or would leave at
    `left_at` (UTC, exclusive)."""
    left_at = left_at or enrollment.withdrawn_at
    closes = (phase.closes_at for phase in announced(enrollment.edition_id).phases)
    return min((instant for instant in closes if instant > left_at), default=None)


def can_end(enrollment: Enrollment, at: datetime) -> Decision:
    """Whether staff may remove or defer: only a confirmed place ends so."""
    if enrollment.status != EnrollmentStatus.CONFIRMED:
        return refused("not_confirmed", _("Only a confirmed place can be ended."))
    return _is_running(enrollment, at)


def can_restore(enrollment: Enrollment, at: datetime) -> Decision:
    """Whether staff may give a place back, into a free seat. Ask under the seats' lock."""
    if enrollment.status not in RETURNING:
        return refused("not_withdrawn", _("Only a withdrawn or deferred place can be restored."))
    return _is_running(enrollment, at) and _has_free_seat(enrollment)


def can_extend(
    enrollment: Enrollment, phase: Phase, progress: PhaseProgress | None, until: datetime
) -> Decision:
    """A phase's close for one person: later than it was, at most seven days after the phase's."""
    if not enrollment.holds_seat or phase.edition_id != enrollment.edition_id:
        return refused("no_enrollment", _("This person has no place in this phase."))
    if progress and progress.completed_at:
        return refused("completed", _("This person has completed the phase."))
    now_until = max(phase.closes_at, (progress and progress.extended_to) or phase.closes_at)
    if until <= now_until:
        return refused("not_later", _("The new close has to be later than the present one."))
    if until > phase.closes_at + LONGEST_EXTENSION:
        return refused("too_late", _("A personal extension is at most seven days."))
    return ALLOWED


def can_confirm_name(enrollment: Enrollment, at: datetime) -> Decision:
    """Until certificates are issued; afterwards a correction is a new certificate."""
    if not enrollment.holds_seat:
        return refused("no_enrollment", _("You have no place in this edition."))
    planned_at = enrollment.edition.certificates_planned_at
    if planned_at and at >= planned_at:
        return refused(
            "certificates_issued",
            _("Certificates are being issued. To correct the name, write to the program."),
        )
    return ALLOWED


def is_printable_name(name: str) -> Decision:
    """Any letter of any alphabet, marks and spaces between; nothing that does not print."""
    if not any(unicodedata.category(character).startswith("L") for character in name):
        return refused("name_missing", _("Write your name as it should be printed."))
    if len(name) > Enrollment._meta.get_field("certificate_name").max_length:
        return refused("name_too_long", _("The name is too long: 200 characters at most."))
    if any(unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn", "So") for character in name):
        return refused("name_unprintable", _("The name holds a character that cannot be printed."))
    return ALLOWED


def edition_ends_at(enrollment: Enrollment) -> datetime | None:
    """The close of the edition's last phase."""
    phases = announced(enrollment.edition_id).phases
    return max((phase.closes_at for phase in phases), default=None)


def _is_running(enrollment: Enrollment, at: datetime) -> Decision:
    ends_at = edition_ends_at(enrollment)
    if ends_at is not None and at >= ends_at:
        return refused("edition_ended", _("The last phase of this edition has closed."))
    return ALLOWED


def _has_free_seat(enrollment: Enrollment) -> Decision:
    if seats_left(enrollment.edition) < 1:
        return refused("no_seat", _("The place was given to somebody else."))
    return ALLOWED


def _gave_the_seat_away(enrollment: Enrollment) -> bool:
    offer = getattr(enrollment.application, "offer", None)
    return offer is not None and offer.status == OfferStatus.DECLINED
