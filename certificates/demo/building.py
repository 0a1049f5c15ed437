"""The hook: designs, and what was issued, replaced and revoked in 2019. Papers are made when they
are first asked for."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from certificates import rules, services
from certificates.models import Certificate, CertificateStatus, Design, Kind
from certificates.serials import ALPHABET, LENGTH
from enrollment.demo.data import read
from enrollment.models import Edition, Program
from lms import journal
from lms.demo.described import described
from lms.hooks import DemoStage

DESIGNS = Path(__file__).with_name("designs.json")
REISSUED, REVOKED = 17, 2
CHUNK = 200


def build(stage: DemoStage) -> None:
    for one in described():
        make_designs(Program.objects.get(slug=one.slug), one.read("designs"))
    program = Program.objects.get(slug=read("program")["slug"])
    edition = program.editions.get(slug="2019")
    luck = stage.luck("certificates:2019")
    for design in make_designs(program, json.loads(DESIGNS.read_text(encoding="utf-8"))):
        issue(edition, design, luck)
    correct_some(edition, luck, stage.scaled(REISSUED))
    revoke_some(edition, luck, stage.scaled(REVOKED))


def make_designs(program: Program, says: list[dict]) -> list[Design]:
    return [Design.objects.create(program=program, **one) for one in says]


def issue(edition: Edition, design: Design, luck: Random) -> None:
    """Everything due of one kind, at the announced instant, with serials of this seed."""
    at = edition.certificates_planned_at
    phase = edition.phases.filter(order=design.phase_order).first()
    due = rules.due(edition, design).prefetch_related("progress__phase")
    certificates = Certificate.objects.bulk_create(
        [
            Certificate(
                enrollment=enrollment,
                edition=edition,
                kind=design.kind,
                phase=phase,
                serial=serial(luck),
                snapshot=services.snapshot_of(enrollment, design, edition=edition, at=at),
                language=enrollment.language,
                issued_at=at,
            )
            for enrollment in due
        ],
        batch_size=CHUNK,
    )
    journal.record_many(
        [(one, "", CertificateStatus.ISSUED) for one in certificates],
        "certificates.issue",
        by=None,
        at=at,
    )


def serial(luck: Random) -> str:
    return "".join(luck.choice(ALPHABET) for _letter in range(LENGTH))


def _issued(edition: Edition) -> list[Certificate]:
    """Certificates of the program whose holders have no account of the demonstration."""
    rows = Certificate.objects.filter(
        edition=edition, kind=Kind.PROGRAM, status=CertificateStatus.ISSUED
    )
    return list(rows.exclude(enrollment__person__email="helena@correio.example").order_by("pk"))


def correct_some(edition: Edition, luck: Random, count: int) -> None:
    """The name was corrected: a new one takes the place of the old."""
    for old in luck.sample(_issued(edition), count):
        at = old.issued_at + timedelta(days=luck.randint(2, 60))
        end(old, CertificateStatus.SUPERSEDED, "El nombre se corrigió a pedido.", at)
        name = f"{old.name} {luck.choice(['Ruiz', 'Paz', 'Lima', 'Reyes'])}"
        new = Certificate.objects.create(
            enrollment=old.enrollment,
            edition=edition,
            kind=old.kind,
            serial=serial(luck),
            snapshot={**old.snapshot, "name": name},
            language=old.language,
            issued_at=at,
            replaces=old,
        )
        journal.record(
            old,
            "certificates.supersede",
            by=None,
            at=at,
            before=CertificateStatus.ISSUED,
            after=CertificateStatus.SUPERSEDED,
            replaced_by=new.printed_serial,
        )


def revoke_some(edition: Edition, luck: Random, count: int) -> None:
    never_replaced = [one for one in _issued(edition) if one.replaces_id is None]
    for certificate in luck.sample(never_replaced, count):
        at = certificate.issued_at + timedelta(days=luck.randint(10, 90))
        reason = "Se comprobó que otra persona respondió los cuestionarios."
        end(certificate, CertificateStatus.REVOKED, reason, at)
        journal.record(
            certificate,
            "certificates.revoke",
            by=None,
            at=at,
            reason=reason,
            before=CertificateStatus.ISSUED,
            after=CertificateStatus.REVOKED,
        )


def end(certificate: Certificate, status: str, reason: str, at: datetime) -> None:
    certificate.status, certificate.reason, certificate.ended_at = status, reason, at
    certificate.save(update_fields=["status", "reason", "ended_at"])
