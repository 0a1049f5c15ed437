"""What the public pages show of an edition: its calendar, its phases, and in words what is open;
to its participants also what there is to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from content.progress import Learning
from content.queries import learning_of
from content.queries_discussions import DiscussionState, discussions_of
from enrollment.announced import announced
from enrollment.models import Edition, Enrollment, Phase, RegistrationWindow, WindowKind
from enrollment.rules.phases import PhaseStanding, standings_of
from lms.decisions import Decision
from lms.hooks import CalendarEntry, ask


@dataclass(frozen=True)
class Admission:
    """What an edition says of its applications: `code` is `soon`, `open`, `suspended` or
    `closed`."""

    code: str
    window: RegistrationWindow
    url: str


@dataclass(frozen=True)
class Stage:
    """One phase as its participant stands before it."""

    phase: Phase
    decision: Decision
    closes_at: datetime
    is_completed: bool
    learning: Learning
    discussions: list[DiscussionState]


def admission_of(edition: Edition, at: datetime) -> Admission | None:
    windows = announced(edition.pk).windows
    window = next((one for one in windows if one.kind == WindowKind.APPLICATION), None)
    if window is None:
        return None
    where = (edition.program.slug, edition.slug)
    return Admission(
        _code_of(window, at), window, reverse("enrollment:application_form", args=where)
    )


def _code_of(window: RegistrationWindow, at: datetime) -> str:
    if window.is_suspended(at):
        return "suspended"
    if window.has_closed(at):
        return "closed"
    return "open" if window.is_open(at) else "soon"


def edition_context(edition: Edition | None, at: datetime) -> dict:
    """For any public page that speaks of an edition."""
    if edition is None or not edition.is_public:
        return {"shown_edition": None}
    entries: list[CalendarEntry] = sum(ask("calendar_entries", edition.pk, at), [])
    ahead = [entry for entry in entries if entry.starts_at > at]
    return {
        "shown_edition": edition,
        "entries": entries,
        "at": at,
        "zone": edition.deadline_zone,
        "admission": admission_of(edition, at),
        "next_entry": min(ahead, key=lambda entry: entry.starts_at, default=None),
        "phases": announced(edition.pk).phases,
    }


def stages_of(user, edition: Edition, at: datetime) -> list[Stage]:
    """What a participant has to do in each phase; nothing for anybody else."""
    if not user.is_authenticated:
        return []
    enrollment = Enrollment.objects.filter(person=user, edition=edition).first()
    if enrollment is None or not enrollment.holds_seat:
        return []
    return [_stage(standing, at) for standing in standings_of(enrollment)]


def _stage(standing: PhaseStanding, at: datetime) -> Stage:
    return Stage(
        phase=standing.phase,
        decision=standing.access(at),
        closes_at=standing.closes_at,
        is_completed=standing.is_completed,
        learning=learning_of(standing, at),
        discussions=discussions_of(standing, at),
    )
