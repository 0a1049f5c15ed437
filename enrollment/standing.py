"""Where one person stands in every edition: loaded in a handful of queries, whatever there is.

Before a release the same rows are read, and the same is said, whatever was decided.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects

from enrollment.announced import announced, application_windows
from enrollment.models import (
    AdmissionMode,
    Application,
    ApplicationStatus,
    Decision,
    Edition,
    EditionStatus,
    Enrollment,
    EnrollmentStatus,
    OfferStatus,
    RegistrationWindow,
)
from enrollment.models.programs import PUBLIC_EDITIONS
from enrollment.rules.applications import can_return, can_write
from enrollment.rules.decisions import CURRENT, is_open_case
from enrollment.rules.enrollments import can_confirm_name, can_undo_withdrawal, edition_ends_at
from enrollment.rules.extensions import closes_for
from enrollment.rules.outcomes import OutcomeShown, outcome_shown
from enrollment.rules.phases import PhaseStanding
from enrollment.rules.phases import standings_of as phases_of
from enrollment.rules.windows import is_window_open
from lms.kept import asked_once

TOLD = (*PUBLIC_EDITIONS, EditionStatus.CANCELLED)
UNKNOWN = OutcomeShown("unknown")


@dataclass
class Standing:
    """One person in one edition. `state` is what `enrollment.next_step` has a sentence for;
    `phase` is the first phase that is not completed, where there is a place; `closes_at` until when
    a draft can be submitted."""

    edition: Edition
    state: str
    since: datetime
    window: RegistrationWindow | None = None
    application: Application | None = None
    enrollment: Enrollment | None = None
    outcome: OutcomeShown = UNKNOWN
    phases: list[PhaseStanding] = field(default_factory=list)
    closes_at: datetime | None = None

    @property
    def phase(self) -> PhaseStanding | None:
        return next((phase for phase in self.phases if not phase.is_completed), None)


@asked_once
def standings_of(person, at: datetime) -> list[Standing]:
    """The newest first; last the editions that are open to applications and have none of this
    person's."""
    applications = _applications(person, at)
    places = [one.enrollment for one in applications if hasattr(one, "enrollment")]
    alone = _told(Enrollment.objects.filter(person=person, application=None))
    prefetch_related_objects([*places, *alone], "progress")
    own = [_of_application(one, at) for one in applications] + [_of_place(one, at) for one in alone]
    own.sort(key=lambda standing: standing.since, reverse=True)
    return own + _open_to(person, [standing.edition for standing in own], at)


def opened_to(person, at: datetime) -> list[PhaseStanding]:
    """The phases that have opened to the person, the newest edition first; also those that have
    closed, to be read in. No query where `standings_of` was asked before."""
    return [
        phase
        for standing in standings_of(person, at)
        for phase in standing.phases
        if at >= phase.phase.opens_at and phase.access(at)
    ]


def _applications(person, at: datetime) -> list[Application]:
    rows = Application.objects.filter(person=person).select_related("offer", "enrollment")
    applications = _told(rows.defer("answers"))
    for one in applications:
        one.person = person
        one.window = announced(one.edition_id).window(one.window_id)
    known = [one for one in applications if _may_be_decided(one.edition, at)]
    current = Decision.objects.filter(is_current=True)
    prefetch_related_objects(known, Prefetch("decisions", current, to_attr=CURRENT))
    return applications


def _may_be_decided(edition: Edition, at: datetime) -> bool:
    return edition.admission_mode == AdmissionMode.OPEN or edition.is_released(at)


def _told(rows) -> list:
    """The rows of editions that people are told of, each with what is announced of its edition."""
    rows = list(rows)
    for row in rows:
        row.edition = announced(row.edition_id).edition
    return [row for row in rows if row.edition.status in TOLD]


def _open_to(person, taken: list[Edition], at: datetime) -> list[Standing]:
    known = {edition.pk for edition in taken}
    return [
        Standing(window.edition, "open", window.opens_at, window)
        for window in application_windows()
        if window.is_open(at) and window.edition_id not in known
    ]


def _of_application(application: Application, at: datetime) -> Standing:
    enrollment = getattr(application, "enrollment", None)
    standing = Standing(
        application.edition,
        "",
        application.created_at,
        application.window,
        application,
        enrollment,
        outcome_shown(application, at),
        phases_of(enrollment) if enrollment else [],
    )
    standing.state = _state(standing, at)
    if standing.state == "draft":
        standing.closes_at = closes_for(application.window, application.person, at)
    return standing


def _of_place(enrollment: Enrollment, at: datetime) -> Standing:
    way = phases_of(enrollment)
    standing = Standing(
        enrollment.edition, "", enrollment.confirmed_at, enrollment=enrollment, phases=way
    )
    standing.state = _state(standing, at)
    return standing


# -- which state it is -----------------------------------------------------------------


def _state(standing: Standing, at: datetime) -> str:
    if standing.edition.status == EditionStatus.CANCELLED:
        return "cancelled"
    if standing.enrollment and not _was_declined(standing):
        return _state_of_place(standing, at)
    if standing.application.is_in_selection:
        return _state_in_selection(standing, at)
    return _state_outside(standing.application, at)


def _was_declined(standing: Standing) -> bool:
    offer = standing.application and getattr(standing.application, "offer", None)
    return bool(offer and offer.status == OfferStatus.DECLINED)


def _state_outside(application: Application, at: datetime) -> str:
    if application.is_draft and application.window.is_suspended(at):
        return "suspended"
    if application.is_draft:
        return "draft" if can_write(application, at) else "lapsed"
    if application.is_withdrawn:
        return "returnable" if can_return(application, at) else "withdrawn"
    return "merged"


def _state_in_selection(standing: Standing, at: datetime) -> str:
    application = standing.application
    if standing.outcome.state == "waiting" and is_open_case(application):
        return "waiting_to_show"
    if standing.outcome.state != "unknown":
        return standing.outcome.state
    if application.status == ApplicationStatus.INFO_REQUESTED and can_write(application, at):
        return "asked"
    if application.draft and standing.window.is_suspended(at):
        return "unsent_suspended"
    if is_window_open(standing.window, at):
        return "unsent" if application.draft else "submitted"
    return "awaiting"


def _state_of_place(standing: Standing, at: datetime) -> str:
    enrollment = standing.enrollment
    if not enrollment.holds_seat:
        return "undoable" if _may_undo(enrollment, at) else "left"
    if enrollment.status == EnrollmentStatus.NOT_COMPLETED:
        return "not_completed"
    if standing.phase is None:
        return "completed" if enrollment.name_confirmed_at else _name_state(enrollment, at)
    return _state_in_phase(standing.phase, at)


def _may_undo(enrollment: Enrollment, at: datetime) -> bool:
    ends_at = edition_ends_at(enrollment)
    return bool(ends_at and at < ends_at and can_undo_withdrawal(enrollment, at))


def _name_state(enrollment: Enrollment, at: datetime) -> str:
    return "name_due" if can_confirm_name(enrollment, at) else "completed"


def _state_in_phase(phase: PhaseStanding, at: datetime) -> str:
    access = phase.access(at)
    if access.code == "sign_up_first":
        is_due = phase.sign_up_windows[phase.phase.pk].is_open(at)
        return "sign_up_due" if is_due else "sign_up_ahead"
    if access.code == "sign_up_suspended":
        return "sign_up_suspended"
    if access.code == "sign_up_closed":
        return "sign_up_missed"
    if access.code == "not_open_yet":
        return "phase_ahead"
    return "phase_open" if phase.work(at) else "phase_closed"
