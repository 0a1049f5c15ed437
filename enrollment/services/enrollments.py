"""Places: taken, left, ended, settled. Alone writes `Enrollment.status`. A place is left by its
holder, and ended, put off or given back by a coordinator."""

from __future__ import annotations

from datetime import datetime
from zlib import crc32

from django.db import transaction
from django.db.models import Max, Q
from django.utils import translation
from django.utils.translation import gettext as _

from enrollment import emails
from enrollment.models import (
    Application,
    Edition,
    Enrollment,
    EnrollmentStatus,
    PeerName,
    PhaseProgress,
)
from enrollment.models.enrollments import ENROLLMENT_TRANSITIONS
from enrollment.rules.enrollments import (
    can_confirm_name,
    can_end,
    can_restore,
    can_undo_withdrawal,
    can_withdraw,
    is_printable_name,
)
from enrollment.rules.staff import coordinates
from enrollment.services.each import in_chunks
from enrollment.services.seats import with_seats_locked
from lms import journal
from lms.decisions import DomainError, require_reason


def enroll(application: Application, edition: Edition, *, by, at: datetime) -> Enrollment:
    """Give the applicant the place, with the facts of the application. Call it under the seats'
    lock, with a seat in hand."""
    mode = application.answers.get("show_name_to_peers")
    mode = mode if mode in PeerName.values else PeerName.FULL
    language = application.language or application.person.language
    enrollment = Enrollment.objects.create(
        person=application.person,
        edition=edition,
        application=application,
        language=language,
        certificate_name=application.certificate_name or application.full_name,
        peer_name_mode=mode,
        peer_name=name_for_peers(application, mode, language),
        confirmed_at=at,
    )
    journal.record(
        enrollment, "enrollment.enroll", by=by, at=at, before=None, after=enrollment.status
    )
    return enrollment


def name_for_peers(application: Application, mode: str, language: str) -> str:
    """`Rosa Medina`, `Rosa M.` or `Participant 4821`, as the person chose."""
    if mode == PeerName.PSEUDONYM:
        number = 1000 + crc32(f"peer:{application.code}".encode()) % 9000
        with translation.override(language):
            return _("Participant %(number)s") % {"number": number}
    if mode == PeerName.INITIAL:
        first = application.given_names.split()[:1]
        return " ".join([*first, f"{application.family_names[:1]}."]).strip()
    return application.full_name[:120]


def withdraw_enrollment(enrollment: Enrollment, *, by, at: datetime) -> Enrollment:
    """“I cannot continue”: the seat is free. Done again, it changes nothing."""
    with with_seats_locked(enrollment.edition_id) as edition:
        enrollment = _locked(enrollment)
        _require_own(enrollment, by)
        if enrollment.status == EnrollmentStatus.WITHDRAWN:
            return enrollment
        can_withdraw(enrollment, at).require()
        free_seat(enrollment, by=by, at=at)
        emails.enrollment_withdrawn(enrollment, edition, at)
        return enrollment


def free_seat(enrollment: Enrollment, *, by, at: datetime) -> None:
    """Withdraw, under the seats' lock that the caller holds."""
    enrollment.withdrawn_at = at
    _move(enrollment, EnrollmentStatus.WITHDRAWN, "enrollment.withdraw_enrollment", by=by, at=at)


def undo_withdrawal(enrollment: Enrollment, *, by, at: datetime) -> Enrollment:
    """Come back to the seat, while it is free and the phase runs."""
    with with_seats_locked(enrollment.edition_id):
        enrollment = _locked(enrollment)
        _require_own(enrollment, by)
        if enrollment.status == EnrollmentStatus.CONFIRMED:
            return enrollment
        can_undo_withdrawal(enrollment, at).require()
        enrollment.withdrawn_at = None
        _move(enrollment, EnrollmentStatus.CONFIRMED, "enrollment.undo_withdrawal", by=by, at=at)
        return enrollment


def remove_enrollment(enrollment: Enrollment, *, by, at: datetime, reason: str) -> Enrollment:
    """End a place because of conduct."""
    return _end(enrollment, EnrollmentStatus.REMOVED, by=by, at=at, reason=reason)


def defer_enrollment(enrollment: Enrollment, *, by, at: datetime, reason: str) -> Enrollment:
    """Put a place off to a later edition: illness, a transfer."""
    return _end(enrollment, EnrollmentStatus.DEFERRED, by=by, at=at, reason=reason)


def restore_enrollment(enrollment: Enrollment, *, by, at: datetime, reason: str) -> Enrollment:
    """Give a withdrawn or deferred place back, into a free seat."""
    with with_seats_locked(enrollment.edition_id) as edition:
        coordinates(by, edition.program).require()
        enrollment = _locked(enrollment)
        if enrollment.status == EnrollmentStatus.CONFIRMED:
            return enrollment
        can_restore(enrollment, at).require()
        require_reason(reason)
        enrollment.withdrawn_at = None
        action = "enrollment.restore_enrollment"
        _move(enrollment, EnrollmentStatus.CONFIRMED, action, by=by, at=at, reason=reason)
        emails.enrollment_restored(enrollment, edition, at)
        return enrollment


@transaction.atomic
def confirm_name(enrollment: Enrollment, name: str, at: datetime, *, by=None) -> Enrollment:
    """Keep the name as its holder wants it printed. The same name again changes nothing."""
    enrollment = _locked(enrollment)
    _require_own(enrollment, by or enrollment.person)
    name = " ".join(name.split())
    if enrollment.name_confirmed_at and enrollment.certificate_name == name:
        return enrollment
    can_confirm_name(enrollment, at).require()
    is_printable_name(name).require()
    enrollment.certificate_name = name
    enrollment.name_confirmed_at = at
    enrollment.save(update_fields=["certificate_name", "name_confirmed_at"])
    journal.record(enrollment, "enrollment.confirm_name", by=by or enrollment.person, at=at)
    return enrollment


def settle_enrollments(edition: Edition, at: datetime) -> int:
    """After the last phase has closed (and the personal extension with it), say of every place
    whether the program was completed. Returns how many were settled."""
    phases = list(edition.phases.all())
    if not phases or any(at < phase.closes_at for phase in phases):
        return 0
    rows = Enrollment.objects.filter(edition=edition, status=EnrollmentStatus.CONFIRMED)
    if not rows.exists():
        return 0
    with with_seats_locked(edition) as locked:
        rows = rows.annotate(extended_to=Max("progress__extended_to"))
        due = rows.filter(Q(extended_to=None) | Q(extended_to__lte=at)).select_related(
            "person", "application"
        )
        required = {phase.pk for phase in phases}
        return in_chunks(list(due), lambda chunk: _settle(chunk, required, locked, at))


def _settle(enrollments: list[Enrollment], required: set[int], edition, at: datetime) -> None:
    done: dict[int, set] = {row.pk: set() for row in enrollments}
    rows = PhaseProgress.objects.filter(enrollment__in=enrollments, completed_at__isnull=False)
    for enrollment_id, phase_id in rows.values_list("enrollment_id", "phase_id"):
        done[enrollment_id].add(phase_id)
    completed = [row for row in enrollments if done[row.pk] >= required]
    others = [row for row in enrollments if done[row.pk] < required]
    _move_many(completed, EnrollmentStatus.COMPLETED, at)
    _move_many(others, EnrollmentStatus.NOT_COMPLETED, at)
    emails.name_to_confirm([row for row in completed if not row.name_confirmed_at], edition, at)


def _move_many(enrollments: list[Enrollment], status: str, at: datetime) -> None:
    if not enrollments:
        return
    changes = [(row, row.status, status) for row in enrollments]
    Enrollment.objects.filter(pk__in=[row.pk for row in enrollments]).update(status=status)
    journal.record_many(changes, "enrollment.settle", by=None, at=at)


def _end(enrollment: Enrollment, status: str, *, by, at: datetime, reason: str) -> Enrollment:
    with with_seats_locked(enrollment.edition_id) as edition:
        coordinates(by, edition.program).require()
        enrollment = _locked(enrollment)
        if enrollment.status == status:
            return enrollment
        can_end(enrollment, at).require()
        require_reason(reason)
        enrollment.withdrawn_at = at
        _move(enrollment, status, "enrollment.end_enrollment", by=by, at=at, reason=reason)
        emails.enrollment_ended(enrollment, edition, at)
        return enrollment


def _move(enrollment: Enrollment, status: str, action: str, *, by, at, reason="") -> None:
    before = enrollment.status
    if status not in ENROLLMENT_TRANSITIONS[before]:
        raise DomainError("enrollment_transition", f"{before} → {status}")
    enrollment.status = status
    enrollment.save(update_fields=["status", "withdrawn_at"])
    journal.record(enrollment, action, by=by, at=at, before=before, after=status, reason=reason)


def _locked(enrollment: Enrollment) -> Enrollment:
    rows = Enrollment.objects.select_for_update(of=("self",))
    return rows.select_related("person", "edition__program", "application__offer").get(
        pk=enrollment.pk
    )


def _require_own(enrollment: Enrollment, by) -> None:
    if by is None or enrollment.person_id != by.pk:
        raise DomainError("not_yours", _("This is another person's place."))
