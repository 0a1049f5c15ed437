"""What of a program, an edition and its dates may still be changed by one person.

Until the first window of a published edition opens, everything. From then on people rely on what
was announced: the criteria stand, and a date that moves is moved by two people.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrollment.models import (
    AdmissionMode,
    Edition,
    EditionStatus,
    Phase,
    Program,
    RegistrationWindow,
    WindowKind,
)
from enrollment.models.programs import not_closed
from lms.decisions import ALLOWED, Decision, refused

PROGRAM_CRITERIA = ("eligible_countries", "needs_alumni")
ROLE_CRITERIA = ("key", "eligible", "relevance")
EDITION_CRITERIA = (
    "slug",
    "admission_mode",
    "capacity",
    "waitlist_percent",
    "languages",
    "ruling_zone",
    "deadline_zone",
)
EDITION_DATES = (
    "selection_locks_at",
    "release_planned_at",
    "offers_respond_by",
    "last_entry_at",
    "certificates_planned_at",
)
PHASE_FACTS = ("order", "opens_at", "closes_at")
WINDOW_FACTS = ("phase", "kind", "opens_at", "closes_at")


def has_opened(edition: Edition, at: datetime) -> bool:
    """Whether people have already been let in: from here on the announced calendar binds."""
    return (
        edition.status != EditionStatus.DRAFT and edition.windows.filter(opens_at__lte=at).exists()
    )


def can_change_program(program: Program, fields: Iterable[str], at: datetime) -> Decision:
    """Criteria stand while an edition is being applied for or selected; where nobody is selected,
    until its window closes and the last entry has passed."""
    if not set(fields) & set(PROGRAM_CRITERIA + ROLE_CRITERIA):
        return ALLOWED
    is_selective = Q(admission_mode=AdmissionMode.SELECTIVE)
    waiting = program.editions.filter(
        is_selective | not_closed(at, "windows__") | Q(last_entry_at__gt=at),
        Q(released_at=None) | Q(released_at__gt=at),
        status=EditionStatus.PUBLISHED,
        windows__kind=WindowKind.APPLICATION,
        windows__opens_at__lte=at,
    ).first()
    if waiting is None:
        return ALLOWED
    if waiting.is_selective:
        reason = _(
            "Applications to “%(edition)s” have opened: the criteria of selection stand until its"
            " decisions are released."
        )
    else:
        reason = _(
            "Applications to “%(edition)s” have opened: whom it admits stands until the last entry."
        )
    return refused("criteria_frozen", reason % {"edition": waiting.title})


def can_change_edition(
    edition: Edition, fields: Iterable[str], at: datetime, *, capacity: int | None = None
) -> Decision:
    """Titles always; criteria and dates until the first window opens. The capacity may still
    grow until the decisions are locked."""
    fields = set(fields)
    if not has_opened(edition, at):
        return ALLOWED
    grows = capacity is not None and capacity > edition.capacity and not edition.is_locked
    if "capacity" in fields and not grows:
        return refused(
            "capacity_frozen",
            _(
                "The window has opened: the capacity can only grow, and only until the decisions"
                " are locked."
            ),
        )
    if fields & (set(EDITION_CRITERIA) - {"capacity"}):
        return refused("criteria_frozen", _("The window has opened: this stands as announced."))
    return _dates_stand(fields & set(EDITION_DATES))


def can_change_phase(phase: Phase, fields: Iterable[str], at: datetime) -> Decision:
    fields = set(fields)
    if phase.opens_at <= at and {"hours", "required_activities"} & fields:
        return refused("phase_open", _("The phase has opened: what completes it stands."))
    return _dates_stand(fields & set(PHASE_FACTS)) if has_opened(phase.edition, at) else ALLOWED


def can_change_window(window: RegistrationWindow, fields: Iterable[str], at: datetime) -> Decision:
    if window.edition.status == EditionStatus.DRAFT or at < window.opens_at:
        return ALLOWED
    if "closes_at" in fields:
        return refused(
            "window_open",
            _(
                "The window has opened: it can only be made to close later, by two people who"
                " give a reason."
            ),
        )
    if set(fields) & set(WINDOW_FACTS):
        return refused("window_open", _("The window has opened: this stands as announced."))
    return ALLOWED


def can_change_form(window: RegistrationWindow, at: datetime) -> Decision:
    """Until people begin to fill it in."""
    if window.edition.status == EditionStatus.DRAFT:
        return ALLOWED
    if window.form_frozen_at is not None or at >= window.opens_at:
        return refused("form_frozen", _("The window has opened: the form stands as it is."))
    return ALLOWED


def can_add_phase(edition: Edition, at: datetime) -> Decision:
    if has_opened(edition, at):
        return refused("window_open", _("The window has opened: the phases stand as announced."))
    return ALLOWED


def can_add_window(edition: Edition, phase: Phase, at: datetime) -> Decision:
    """A window of its own for each phase, before that phase has opened."""
    if edition.status != EditionStatus.DRAFT and phase.opens_at <= at:
        return refused("phase_open", _("That phase has already opened."))
    return ALLOWED


def can_delete(row: Phase | RegistrationWindow) -> Decision:
    """Only while nobody but staff has seen the edition."""
    if row.edition.status == EditionStatus.DRAFT:
        return ALLOWED
    return refused("published", _("The edition was published: nothing of it is deleted."))


def _dates_stand(changed: set[str]) -> Decision:
    if not changed:
        return ALLOWED
    return refused(
        "date_announced",
        _("The window has opened: the announced dates stand."),
    )
