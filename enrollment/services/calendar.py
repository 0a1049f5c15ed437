"""Making and changing programs, editions, phases and windows: rule, write, journal.

The forms give the row with its new values, not saved; `changed` names the fields that differ. The
stored row is read again under lock, and only those fields are written.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from enrollment.models import ApplicantRole, Edition, Phase, Program, RegistrationWindow
from enrollment.rules import calendar as rules
from enrollment.rules.staff import coordinates
from enrollment.services.eligibility import assess_program
from lms import journal
from lms.decisions import DomainError
from lms.edits import differing, write


@transaction.atomic
def create_program(program: Program, *, by, at: datetime) -> Program:
    """A superuser's act: whose coordinators come first is the site's decision."""
    if not by.is_superuser:
        raise DomainError("not_theirs", _("Only the site’s administrators make a program."))
    program.save()
    journal.record(program, "enrollment.create_program", by=by, at=at)
    return program


@transaction.atomic
def change_program(program: Program, changed: Iterable[str], *, by, at: datetime) -> Program:
    """Write what changed. New criteria are applied to every edition that is not locked."""
    stored = _locked(program)
    coordinates(by, stored).require()
    changed = differing(stored, program, changed)
    rules.can_change_program(stored, changed, at).require()
    _change(stored, program, changed, by, at)
    if set(changed) & set(rules.PROGRAM_CRITERIA):
        assess_program(stored, at=at)
    return stored


@transaction.atomic
def save_applicant_role(role: ApplicantRole, changed: Iterable[str], *, by, at: datetime):
    """Add a role to choose from, or change one; who applied with it is assessed anew."""
    coordinates(by, role.program).require()
    _locked(role.program)
    if role.pk is None:
        rules.can_change_program(role.program, changed, at).require()
        role.save()
        journal.record(role.program, "enrollment.add_applicant_role", by=by, at=at, role=role.key)
        return role
    stored = _locked(role)
    changed = differing(stored, role, changed)
    rules.can_change_program(role.program, changed, at).require()
    _change(stored, role, changed, by, at)
    assess_program(stored.program, at=at)
    return stored


@transaction.atomic
def create_edition(edition: Edition, *, by, at: datetime) -> Edition:
    coordinates(by, edition.program).require()
    edition.save()
    journal.record(edition, "enrollment.create_edition", by=by, at=at)
    return edition


@transaction.atomic
def change_edition(edition: Edition, changed: Iterable[str], *, by, at: datetime) -> Edition:
    stored = _locked(edition)
    coordinates(by, stored.program).require()
    changed = differing(stored, edition, changed)
    rules.can_change_edition(stored, changed, at, capacity=edition.capacity).require()
    return _change(stored, edition, changed, by, at)


@transaction.atomic
def save_phase(phase: Phase, changed: Iterable[str], *, by, at: datetime) -> Phase:
    """Add or change a phase."""
    coordinates(by, phase.edition.program).require()
    edition = _locked(phase.edition)
    if phase.pk is None:
        rules.can_add_phase(edition, at).require()
        return _add(phase, by, at)
    stored = _locked(phase)
    changed = differing(stored, phase, changed)
    rules.can_change_phase(stored, changed, at).require()
    return _change(stored, phase, changed, by, at)


@transaction.atomic
def save_window(window: RegistrationWindow, changed: Iterable[str], *, by, at: datetime):
    """Add or change a window. What may close later only by two people is refused here."""
    coordinates(by, window.edition.program).require()
    edition = _locked(window.edition)
    if window.pk is None:
        rules.can_add_window(edition, window.phase, at).require()
        return _add(window, by, at)
    stored = _locked(window)
    changed = differing(stored, window, changed)
    rules.can_change_window(stored, changed, at).require()
    return _change(stored, window, changed, by, at)


@transaction.atomic
def delete_of_draft(row: Phase | RegistrationWindow, *, by, at: datetime) -> None:
    """Delete a phase or a window of a draft edition. Logged on the edition."""
    coordinates(by, row.edition.program).require()
    edition = _locked(row.edition)
    rules.can_delete(row).require()
    journal.record(edition, "enrollment.delete_of_draft", by=by, at=at, what=journal.label_of(row))
    row.delete()


def _locked(row: models.Model):
    return type(row)._base_manager.select_for_update().get(pk=row.pk)


def _add(row, by, at: datetime):
    row.save()
    journal.record(row, f"enrollment.add_{row._meta.model_name}", by=by, at=at)
    return row


def _change(stored, given, fields: list[str], by, at: datetime):
    action = f"enrollment.change_{stored._meta.model_name}"
    return write(stored, given, fields, action, by=by, at=at)
