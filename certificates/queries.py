"""Named lists of certificates."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from certificates import rules
from certificates.models import Certificate, CertificateStatus, Design, Kind
from certificates.serials import as_typed
from enrollment.announced import announced
from enrollment.models import Edition
from lms.kept import asked_once


def held_by(user) -> QuerySet[Certificate]:
    """The certificates of one person, the newest first, replaced and revoked ones too."""
    return Certificate.objects.filter(enrollment__person=user).select_related(
        "edition__program", "phase"
    )


@asked_once
def shown_to(user, at: datetime) -> list[Certificate]:
    """The valid certificates of one person, the newest first."""
    rows = Certificate.objects.filter(enrollment__person=user)
    certificates = [one for one in rows if one.is_valid]
    for one in certificates:
        one.edition = announced(one.edition_id).edition
    return certificates


def by_code(code: str) -> Certificate | None:
    """The certificate a typed or scanned code means, or None."""
    return (
        Certificate.objects.select_related("edition__program").filter(serial=as_typed(code)).first()
    )


def chain_of(certificate: Certificate) -> list[Certificate]:
    """The certificates that replaced one another up to the valid one, the first one first."""
    if certificate.enrollment_id is None:
        return [certificate]
    rows = Certificate.objects.filter(
        enrollment=certificate.enrollment_id, kind=certificate.kind, phase=certificate.phase_id
    )
    return list(rows.order_by("issued_at", "pk"))


@dataclass(frozen=True)
class Standing:
    """How far an edition is with one design: people due it, those of them who did not confirm
    their name, valid certificates, and how many of these have their PDF."""

    design: Design
    due: int
    unconfirmed: int
    valid: int
    printed: int


def standings_of(edition: Edition) -> list[Standing]:
    return [_standing(edition, design) for design in Design.objects.filter(program=edition.program)]


def _standing(edition: Edition, design: Design) -> Standing:
    due = rules.due(edition, design).values_list("name_confirmed_at", flat=True)
    confirmed = [instant for instant in due if instant]
    issued = Certificate.objects.filter(
        edition=edition, kind=design.kind, status=CertificateStatus.ISSUED
    )
    if design.kind == Kind.PHASE:
        issued = issued.filter(phase__order=design.phase_order)
    counts = issued.aggregate(valid=Count("pk"), printed=Count("pk", filter=~Q(pdf="")))
    return Standing(design, len(due), len(due) - len(confirmed), **counts)
