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
from enrollment.rules.staff import is_coordinator
from enrollment.services.eligibility import assess_program
from lms import journal
from lms.decisions import DomainError


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
    _require_coordinator(by, stored)
    changed = _differing(stored, program, changed)
    rules.can_change_program(stored, changed, at).require()
    _write(stored, program, changed, by, at)
    if set(changed) & set(rules.PROGRAM_CRITERIA):
        assess_program(stored, at=at)
    return stored


@transaction.atomic
def save_applicant_role(role: ApplicantRole, changed: Iterable[str], *, by, at: datetime):
    """Add a role to choose from, or change one; who applied with it is assessed anew."""
    _require_coordinator(by, role.program)
    _locked(role.program)
    if role.pk is None:
        rules.can_change_program(role.program, changed, at).require()
        role.save()
        journal.record(role.program, "enrollment.add_applicant_role", by=by, at=at, role=role.key)
        return role
    stored = _locked(role)
    changed = _differing(stored, role, changed)
    rules.can_change_program(role.program, changed, at).require()
    _write(stored, role, changed, by, at)
    assess_program(stored.program, at=at)
    return stored


@transaction.atomic
def create_edition(edition: Edition, *, by, at: datetime) -> Edition:
    _require_coordinator(by, edition.program)
    edition.save()
    journal.record(edition, "enrollment.create_edition", by=by, at=at)
    return edition


@transaction.atomic
def change_edition(edition: Edition, changed: Iterable[str], *, by, at: datetime) -> Edition:
    stored = _locked(edition)
    _require_coordinator(by, stored.program)
    changed = _differing(stored, edition, changed)
    rules.can_change_edition(stored, changed, at, capacity=edition.capacity).require()
    return _write(stored, edition, changed, by, at)


@transaction.atomic
def save_phase(phase: Phase, changed: Iterable[str], *, by, at: datetime) -> Phase:
    """Add or change a phase."""
    _require_coordinator(by, phase.edition.program)
    edition = _locked(phase.edition)
    if phase.pk is None:
        rules.can_add_phase(edition, at).require()
        return _add(phase, by, at)
    stored = _locked(phase)
    changed = _differing(stored, phase, changed)
    rules.can_change_phase(stored, changed, at).require()
    return _write(stored, phase, changed, by, at)


@transaction.atomic
def save_window(window: RegistrationWindow, changed: Iterable[str], *, by, at: datetime):
    """Add or change a window. What may close later only by two people is refused here."""
    _require_coordinator(by, window.edition.program)
    edition = _locked(window.edition)
    if window.pk is None:
        rules.can_add_window(edition, window.phase, at).require()
        return _add(window, by, at)
    stored = _locked(window)
    changed = _differing(stored, window, changed)
    rules.can_change_window(stored, changed, at).require()
    return _write(stored, window, changed, by, at)


@transaction.atomic
def delete_of_draft(row: Phase | RegistrationWindow, *, by, at: datetime) -> None:
    """Delete a phase or a window of a draft edition. Logged on the edition."""
    _require_coordinator(by, row.edition.program)
    edition = _locked(row.edition)
    rules.can_delete(row).require()
    journal.record(edition, "enrollment.delete_of_draft", by=by, at=at, what=journal.label_of(row))
    row.delete()


def _require_coordinator(by, program: Program) -> None:
    if not is_coordinator(by, program):
        raise DomainError("not_theirs", _("Only coordinators of this program decide."))


def _locked(row: models.Model):
    return type(row)._base_manager.select_for_update().get(pk=row.pk)


def _add(row, by, at: datetime):
    row.save()
    journal.record(row, f"enrollment.add_{row._meta.model_name}", by=by, at=at)
    return row


def _differing(stored, given, changed: Iterable[str]) -> list[str]:
    """Of the fields that were typed anew, those whose value is another one."""
    return [name for name in changed if getattr(stored, name) != getattr(given, name)]


def _write(stored, given, fields: list[str], by, at: datetime):
    """Copy the fields to the stored row, and log what they said before."""
    if not fields:
        return stored
    before = {name: _said(getattr(stored, name)) for name in fields}
    for name in fields:
        setattr(stored, name, getattr(given, name))
    stored.save(update_fields=fields)
    after = {name: _said(getattr(stored, name)) for name in fields}
    journal.record(
        stored,
        f"enrollment.change_{stored._meta.model_name}",
        by=by,
        at=at,
        before="; ".join(f"{name}: {value}" for name, value in before.items()),
        after="; ".join(f"{name}: {value}" for name, value in after.items()),
    )
    return stored


def _said(value) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(dict(value)) if isinstance(value, dict) else str(value)
