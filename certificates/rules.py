"""Who is due a certificate, and who may issue, revoke, hold and download one."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate, CertificateStatus, Design, Kind
from enrollment.models import Edition, Enrollment, EnrollmentStatus, PhaseProgress
from lms.decisions import ALLOWED, Decision, refused


def due(edition: Edition, design: Design) -> QuerySet[Enrollment]:
    """Enrollments that have done what the design certifies and hold no valid certificate of it.

    A phase statement stands on that phase alone, also for who withdrew later; the certificate of
    the program stands on every phase. Whoever had theirs revoked is not due again by itself, and
    whoever was erased is due nothing."""
    named = Enrollment.objects.filter(edition=edition).exclude(certificate_name="")
    enrollments = named.exclude(status=EnrollmentStatus.REMOVED)
    certificates = Certificate.objects.filter(enrollment=OuterRef("pk"), kind=design.kind).exclude(
        status=CertificateStatus.SUPERSEDED
    )
    if design.kind == Kind.PHASE:
        done = PhaseProgress.objects.filter(
            enrollment=OuterRef("pk"),
            phase__order=design.phase_order,
            completed_at__isnull=False,
        )
        enrollments = enrollments.filter(Exists(done))
        certificates = certificates.filter(phase__order=design.phase_order)
    else:
        completed = Count("progress", filter=Q(progress__completed_at__isnull=False))
        phases = edition.phases.count()
        enrollments = enrollments.annotate(phases_completed=completed).filter(
            phases_completed=phases or -1
        )
    return enrollments.exclude(Exists(certificates)).order_by("pk")


def can_download(certificate: Certificate, user) -> Decision:
    """The holder downloads a valid certificate; a replaced or revoked one is no longer printed."""
    holder = certificate.enrollment.person_id if certificate.enrollment else None
    if holder is None or holder != user.pk:
        return refused("not_yours", _("This certificate is not yours."))
    return can_print(certificate)


def can_print(certificate: Certificate) -> Decision:
    """Nothing is printed of what is no longer valid or has lost its name."""
    if not certificate.is_valid:
        return refused("not_valid", _("This certificate is no longer valid."))
    if not certificate.name:
        return refused("erased", _("The name on this certificate was erased."))
    return ALLOWED


def can_end(certificate: Certificate, at: datetime) -> Decision:
    """Whether a certificate may still be replaced or revoked."""
    if certificate.is_valid and certificate.issued_at <= at:
        return ALLOWED
    return refused("already_ended", _("This certificate was already replaced or revoked."))


def can_correct(certificate: Certificate, at: datetime) -> Decision:
    """Whether the printed name may be corrected: not once its holder was erased."""
    if not (certificate.name and certificate.enrollment_id):
        return refused("erased", _("The name on this certificate was erased."))
    return can_end(certificate, at)


def can_issue(count: int) -> Decision:
    """Whether there is anything to issue."""
    if count:
        return ALLOWED
    return refused("nothing_due", _("Nobody is due this certificate."))
