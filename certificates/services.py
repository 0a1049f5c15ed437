"""Issue, correct, revoke, render. The only writer of `Certificate`."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import ModelLogEntry

from certificates import emails, pdf, rules, wording
from certificates.models import Certificate, CertificateStatus, Design, Kind
from certificates.serials import new_serial
from enrollment.models import Edition, Enrollment, Program
from enrollment.rules.enrollments import is_printable_name
from enrollment.rules.staff import coordinates
from lms import journal
from lms.decisions import DomainError, require_reason

CHUNK = 200


def issue_due(edition: Edition, design: Design, *, by, at: datetime) -> int:
    """Issue what is due of one kind: state, log and letters in chunks, each its own transaction.

    Idempotent: a second run finds nothing due; two at once meet the unique constraint. PDFs are
    not made here: they are made by the worker, or when they are first asked for.
    Returns how many were issued."""
    issued = 0
    while chunk := list(_due_with_facts(edition, design)[:CHUNK]):
        issued += len(_issue_chunk(edition, design, chunk, by=by, at=at))
    return issued


def _due_with_facts(edition, design):
    return rules.due(edition, design).select_related("person").prefetch_related("progress__phase")


@transaction.atomic
def _issue_chunk(edition, design, enrollments, *, by, at) -> list[Certificate]:
    Edition.objects.select_for_update().get(pk=edition.pk)
    still_due = set(
        rules.due(edition, design)
        .filter(pk__in=[enrollment.pk for enrollment in enrollments])
        .values_list("pk", flat=True)
    )
    phase = edition.phases.filter(order=design.phase_order).first()
    certificates = Certificate.objects.bulk_create(
        Certificate(
            enrollment=enrollment,
            edition=edition,
            kind=design.kind,
            phase=phase if design.kind == Kind.PHASE else None,
            serial=new_serial(),
            snapshot=snapshot_of(enrollment, design, edition=edition, at=at),
            language=enrollment.language,
            issued_at=at,
        )
        for enrollment in enrollments
        if enrollment.pk in still_due
    )
    journal.record_many(
        [(certificate, "", CertificateStatus.ISSUED) for certificate in certificates],
        "certificates.issue",
        by=by,
        at=at,
    )
    emails.certificates_issued(certificates, edition=edition, at=at)
    return certificates


def snapshot_of(enrollment: Enrollment, design: Design, *, edition: Edition, at: datetime) -> dict:
    """What the paper says, as plain values: names, titles `{language: text}`, ISO dates, hours,
    activities with their hours, signatories. Nothing of it changes afterwards."""
    progress = [
        row
        for row in sorted(enrollment.progress.all(), key=lambda row: row.phase.order)
        if row.completed_at and design.phase_order in (None, row.phase.order)
    ]
    start = min(row.phase.opens_at for row in progress).astimezone(edition.zone).date()
    if design.kind == Kind.PROGRAM:
        end = last_day(max(row.phase.closes_at for row in progress), edition)
    else:
        end = progress[-1].completed_at.astimezone(edition.zone).date()
    program = edition.program
    return {
        "name": enrollment.certificate_name,
        "kind": design.kind,
        "title": dict(design.title),
        "body": dict(design.body),
        "reverse": dict(design.reverse),
        "program": dict(program.title),
        "organizer": dict(program.organizer),
        "edition": dict(edition.title),
        "start": start.isoformat(),
        "end": end.isoformat(),
        "hours": sum(row.phase.hours for row in progress),
        "phases": [
            {
                "title": dict(row.phase.title),
                "hours": row.phase.hours,
                "activities": row.work.get("activities", []),
            }
            for row in progress
        ],
        "signatories": [
            {"name": name, "post": dict(post)}
            for name, post in (
                (design.signatory_one, design.post_one),
                (design.signatory_two, design.post_two),
            )
            if name
        ],
        "issued_on": at.astimezone(edition.zone).date().isoformat(),
    }


def last_day(closes_at: datetime, edition: Edition) -> date:
    """The announced last day of something that ends at `closes_at`, exclusive."""
    return (closes_at - timedelta(seconds=1)).astimezone(ZoneInfo(edition.deadline_zone)).date()


@transaction.atomic
def correct_name(certificate: Certificate, name: str, *, by, reason: str, at: datetime):
    """Replace a certificate by one with the right name: a new serial, the old one superseded.
    The enrollment keeps the new name for whatever it is issued next."""
    rows = Certificate.objects.select_for_update(of=("self",)).select_related("edition__program")
    certificate = rows.get(pk=certificate.pk)
    coordinates(by, certificate.edition.program).require()
    rules.can_correct(certificate, at).require()
    name = " ".join(name.split())
    is_printable_name(name).require()
    if name == certificate.name:
        raise DomainError("same_name", _("This is the name that is already printed."))
    require_reason(reason)
    _end(certificate, CertificateStatus.SUPERSEDED, reason=reason, at=at)
    enrollment = certificate.enrollment
    enrollment.certificate_name = name
    enrollment.name_confirmed_at = at
    enrollment.save(update_fields=["certificate_name", "name_confirmed_at"])
    new = Certificate.objects.create(
        enrollment=enrollment,
        edition=certificate.edition,
        kind=certificate.kind,
        phase=certificate.phase,
        serial=new_serial(),
        snapshot={**certificate.snapshot, "name": name},
        language=certificate.language,
        issued_at=at,
        replaces=certificate,
    )
    journal.record(
        certificate,
        "certificates.supersede",
        by=by,
        at=at,
        reason=reason,
        before=CertificateStatus.ISSUED,
        after=CertificateStatus.SUPERSEDED,
        replaced_by=new.printed_serial,
    )
    emails.certificate_reissued(new, at=at)
    return new


@transaction.atomic
def revoke(certificate: Certificate, *, by, reason: str, at: datetime) -> Certificate:
    """Revoke for good. Called when two people agreed; a second call changes nothing."""
    certificate = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if certificate.status == CertificateStatus.REVOKED:
        return certificate
    rules.can_end(certificate, at).require()
    require_reason(reason, _("Give the reason: its holder reads it."))
    _end(certificate, CertificateStatus.REVOKED, reason=reason, at=at)
    journal.record(
        certificate,
        "certificates.revoke",
        by=by,
        at=at,
        reason=reason,
        before=CertificateStatus.ISSUED,
        after=CertificateStatus.REVOKED,
    )
    if certificate.name:
        emails.certificate_revoked(certificate, at=at)
    return certificate


def _end(certificate, status, *, reason, at) -> None:
    certificate.status = status
    certificate.ended_at = at
    certificate.reason = reason
    certificate.save(update_fields=["status", "ended_at", "reason"])
    if certificate.pdf:
        certificate.pdf.delete(save=False)
        Certificate.objects.filter(pk=certificate.pk).update(pdf="")


def pdf_of(certificate: Certificate) -> bytes:
    """The certificate's PDF: from the cache, else rendered and kept. The same snapshot always
    gives the same file; where an old cache differs from its hash it is rendered again."""
    if certificate.pdf:
        with certificate.pdf.open("rb") as file:
            content = file.read()
        if hashlib.sha256(content).hexdigest() == certificate.pdf_sha256:
            return content
    content = pdf.render(certificate)
    digest = hashlib.sha256(content).hexdigest()
    certificate.pdf_sha256 = digest
    certificate.pdf.save(f"{certificate.serial}.pdf", ContentFile(content), save=False)
    Certificate.objects.filter(pk=certificate.pk).update(
        pdf=certificate.pdf.name, pdf_sha256=digest
    )
    return content


@transaction.atomic
def forget_name(certificate: Certificate, *, keep_check: bool = True) -> None:
    """Take the name out for good, also from what was written as reasons. With `keep_check` a keyed
    hash stays: the code still answers to the printed name. Without it nothing can be verified."""
    certificate = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if certificate.name and keep_check:
        certificate.name_hash = hash_of(certificate.serial, certificate.name)
    elif not keep_check:
        certificate.name_hash = ""
    certificate.snapshot = {**certificate.snapshot, "name": ""}
    certificate.reason = ""
    if certificate.pdf:
        certificate.pdf.delete(save=False)
    certificate.pdf, certificate.pdf_sha256 = "", ""
    certificate.save(update_fields=["name_hash", "snapshot", "reason", "pdf", "pdf_sha256"])
    entries = [entry for entry in journal.history(certificate) if entry.data.pop("reason", None)]
    ModelLogEntry.objects.bulk_update(entries, ["data"])


def hash_of(serial: str, name: str) -> str:
    """A keyed hash of the exact printed name, spaces and Unicode form apart."""
    exact = unicodedata.normalize("NFC", " ".join(name.split()))
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"{serial}:{exact}".encode(), hashlib.sha256).hexdigest()


def answers_to(certificate: Certificate, name: str) -> bool:
    """Whether `name` is exactly the one printed on a certificate whose holder was erased."""
    return hmac.compare_digest(certificate.name_hash, hash_of(certificate.serial, name))


@transaction.atomic
def save_design(design: Design, changed: list[str], *, by, at: datetime) -> Design:
    """Make or change a design: its program's coordinators. What was issued keeps its words."""
    coordinates(by, design.program).require()
    is_new = design.pk is None
    if not is_new and not changed:
        return design
    Program.objects.select_for_update().get(pk=design.program_id)
    same = Design.objects.filter(program=design.program_id, phase_order=design.phase_order)
    if same.exclude(pk=design.pk).exists():
        raise DomainError("design_exists", _("This already has a design. Change that one."))
    for text in design.body.values():
        _require_printable(text)
    design.save()
    journal.record(
        design,
        "certificates.add_design" if is_new else "certificates.change_design",
        by=by,
        at=at,
        fields=", ".join(changed),
    )
    return design


def _require_printable(text: str) -> None:
    try:
        wording.check(text)
    except wording.UnknownPlaceholder as error:
        raise DomainError(
            "unknown_placeholder", _("The text names a placeholder that does not exist.")
        ) from error
