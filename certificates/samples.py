"""How a certificate would look: unsaved, with a serial that nobody holds, marked as a preview."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate, Design
from certificates.serials import LENGTH
from certificates.services import snapshot_of
from enrollment.models import Edition, Enrollment

MARK = _("Preview, not valid")
SERIAL = "0" * LENGTH
NAME = "María José Ñáñez d’Ávila-Gonçalves"
ACTIVITIES = {
    "es": "Módulo o debate {number}",
    "pt-br": "Módulo ou debate {number}",
    "en": "Module or discussion {number}",
}


def of_person(enrollment: Enrollment, design: Design, *, edition: Edition, at: datetime):
    """What this person would be given now."""
    snapshot = snapshot_of(enrollment, design, edition=edition, at=at)
    return _unsaved(edition, design, snapshot, enrollment.language)


def of_design(design: Design, language: str, *, at: datetime) -> Certificate | None:
    """A made-up person's certificate of the program's latest edition; none without phases."""
    edition = design.program.editions.order_by("-pk").first()
    phases = list(edition.phases.order_by("order")) if edition else []
    phases = [one for one in phases if design.phase_order in (None, one.order)]
    if not phases:
        return None
    snapshot = snapshot_of(
        SampleEnrollment([SampleProgress(phase) for phase in phases]),
        design,
        edition=edition,
        at=at,
    )
    return _unsaved(edition, design, snapshot, language)


def _unsaved(edition, design, snapshot, language) -> Certificate:
    return Certificate(
        edition=edition, kind=design.kind, serial=SERIAL, snapshot=snapshot, language=language
    )


class SampleProgress:
    """A phase that somebody completed on its last day."""

    def __init__(self, phase):
        self.phase = phase
        self.completed_at = phase.closes_at
        self.work = {
            "activities": [
                {"title": {code: text.format(number=number) for code, text in ACTIVITIES.items()}}
                for number in range(1, 4)
            ]
        }


class SampleEnrollment:
    certificate_name = NAME

    def __init__(self, progress: list[SampleProgress]):
        self.progress = self
        self._rows = progress

    def all(self) -> list[SampleProgress]:
        return self._rows
