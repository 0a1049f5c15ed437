"""Drafting, submitting, editing and withdrawing an application. The only writer of its status."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enrollment import emails
from enrollment.announced import announced, roles_of
from enrollment.answers import form_for, related, saved_answers, submitted_values
from enrollment.forms.applications import COLUMNS, ApplicationForm, Typed
from enrollment.models import (
    AdmissionMode,
    Application,
    ApplicationStatus,
    ApplicationVersion,
    LateAttempt,
    RegistrationWindow,
)
from enrollment.rules.applications import WRITABLE, can_return, can_withdraw, can_write
from enrollment.services.eligibility import Turn, assess, take_turn
from enrollment.services.files import add_files, same_files, submit_files
from enrollment.services.information import answer_information
from enrollment.services.waitlist import seat_or_wait
from lms import journal
from lms.accounts.services import adopt_zone
from lms.decisions import DomainError
from lms.media.uploads import Upload

UNAMBIGUOUS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
SUBMITTED_FIELDS = [
    *COLUMNS.values(),
    "role",
    "answers",
    "draft",
    "revision",
    "status",
    "version",
    "saved_at",
    "submitted_at",
    "edited_at",
]
Uploads = Mapping[str, Upload]


def new_code() -> str:
    """Eight characters that nobody confuses when reading them out: no 0 and O, 1, I and L, U."""
    return "".join(secrets.choice(UNAMBIGUOUS) for _place in range(CODE_LENGTH))


@transaction.atomic
def save_draft(
    person,
    window: RegistrationWindow,
    typed: Typed,
    *,
    revision: int,
    at: datetime,
    uploads: Uploads | None = None,
) -> Application:
    """Keep what was typed, by field id, complete or not, and the files that came with it.
    `revision` is the one its form was made from: where another tab has saved since, `stale` is
    refused; saving the same again changes nothing. What was submitted stays as it is until this
    is submitted too. Refuses `too_many_files`."""
    application = _row_of(person, window, typed, at)
    can_write(application, at).require()
    return _keep_changes(application, typed, revision, at, uploads)


@transaction.atomic
def keep_files(application: Application, uploads: Uploads, *, by, at: datetime) -> dict[str, str]:
    """Keep files beside a draft that another tab has changed, and give their keys by field id:
    the next draft may hold them. Refuses as `save_draft`, but never `stale`."""
    application = _locked(application)
    _require_own(application, by)
    can_write(application, at).require()
    return add_files(application, uploads, at)


@transaction.atomic
def keep_while_suspended(
    person,
    window: RegistrationWindow,
    typed: Typed,
    *,
    revision: int,
    at: datetime,
    uploads: Uploads | None = None,
) -> Application:
    """Keep as a draft what somebody sent while the window is suspended; else as `save_draft`. It
    is no late attempt: the window has not closed."""
    application = _row_of(person, window, typed, at)
    if application.status not in WRITABLE or not window.is_suspended(at):
        can_write(application, at).require()
    return _keep_changes(application, typed, revision, at, uploads)


def _keep_changes(
    application: Application, typed: Typed, revision: int, at: datetime, uploads: Uploads | None
):
    """Where nothing was typed that is not saved, a file replaces nothing that was not seen."""
    saved = saved_answers(application)
    if uploads and _is_sent_again(application, typed, uploads):
        return application
    if typed != saved and revision != application.revision:
        raise DomainError("stale", _("This application was changed elsewhere in the meantime."))
    if uploads:
        typed = typed | add_files(application, uploads, at)
    if typed != saved:
        _keep(application, typed, at)
    adopt_zone(application.person, typed.get("country", ""))
    return application


def _is_sent_again(application: Application, typed: Typed, uploads: Uploads) -> bool:
    same = same_files(application, uploads)
    return all(same.values()) and typed | same == saved_answers(application)


@transaction.atomic
def keep_late_attempt(
    person,
    window: RegistrationWindow,
    typed: Typed | None,
    *,
    revision: int = 0,
    at: datetime,
    uploads: Uploads | None = None,
) -> LateAttempt:
    """Record that somebody came after the close, and keep what was typed as a draft, unless
    another tab has saved since its form was made. The first instant is the one that is recorded."""
    if typed:
        application = _row_of(person, window, typed, at)
        saved = saved_answers(application)
        is_newest = typed == saved or revision == application.revision
        if application.status in WRITABLE and is_newest:
            typed = typed | add_files(application, uploads, at) if uploads else typed
            if typed != saved:
                _keep(application, typed, at)
        adopt_zone(person, typed.get("country", ""))
    attempt, is_new = LateAttempt.objects.get_or_create(
        person=person, window=window, defaults={"at": at}
    )
    if is_new:
        journal.record(attempt, "enrollment.attempt_late", by=person, at=at)
    return attempt


@transaction.atomic
def submit_application(application: Application, *, by, at: datetime, revision: int) -> Application:
    """Submit a complete draft, or the changes to what was submitted: a new version is kept, the
    findings are computed, and the first time a receipt is queued; where nobody is selected, the
    seat is given or the wait begins. Without anything new to submit
    (a double click, a replay) nothing changes. Refuses `incomplete`, `stale`, a closed window."""
    form = _examined(application)  # before others have to wait
    turn = take_turn(application.edition_id)
    application = _locked(application)
    _require_own(application, by)
    if application.is_in_selection and not application.draft:
        return application
    can_write(application, at).require()
    if revision != application.revision:
        raise DomainError("stale", _("This application was changed elsewhere in the meantime."))
    if form.data != application.draft:
        form = _examined(application)
    if not form.is_valid():
        raise DomainError("incomplete", _("Some answers are missing or need a correction."))
    if application.submitted_at and form.values() == submitted_values(application):
        return _drop_draft(application)
    return _submit(application, form, turn, by=by, at=at)


def _examined(application: Application) -> ApplicationForm:
    form = form_for(application.window, application.person, application, data=application.draft)
    form.is_valid()
    return form


def _submit(
    application: Application, form: ApplicationForm, turn: Turn, *, by, at: datetime
) -> Application:
    is_first, before = application.submitted_at is None, application.status
    _write_values(application, form)
    application.status = ApplicationStatus.SUBMITTED
    application.version += 1
    application.saved_at = at
    if is_first:
        application.submitted_at = at
    else:
        application.edited_at = at
    application.save(update_fields=SUBMITTED_FIELDS)
    ApplicationVersion.objects.create(
        application=application, number=application.version, answers=form.values(), at=at
    )
    submit_files(application, form.values(), application.version)
    action = "enrollment.submit_application" if is_first else "enrollment.edit_application"
    journal.record(
        application,
        action,
        by=by,
        at=at,
        before=before,
        after=application.status,
        version=application.version,
    )
    answer_information(application, before, at)
    assess(application, at=at, turn=turn)
    if is_first:
        emails.application_received(application, at)
    if application.edition.admission_mode == AdmissionMode.OPEN:
        seat_or_wait(application, at)
    return application


def _write_values(application: Application, form: ApplicationForm) -> None:
    values = form.values()
    for field, name in COLUMNS.items():
        setattr(application, name, values.pop(field, ""))
    key = values.pop("role", None)
    roles = roles_of(application.edition.program_id)
    application.role = next((role for role in roles if role.key == key), None)
    application.answers = values
    application.draft = {}
    application.revision += 1


@transaction.atomic
def withdraw_application(application: Application, *, by, at: datetime) -> Application:
    """Withdraw until the release. What was submitted stays readable for the applicant."""
    turn = take_turn(application.edition_id)
    application = _locked(application)
    _require_own(application, by)
    return _withdraw(application, turn, by, at)


@transaction.atomic
def withdraw_erased(application: Application, *, by, at: datetime) -> Application:
    """The same for somebody who is being erased; `by` carries that out."""
    turn = take_turn(application.edition_id)
    return _withdraw(_locked(application), turn, by, at)


def _withdraw(application: Application, turn: Turn, by, at: datetime) -> Application:
    if application.is_withdrawn:
        return application
    can_withdraw(application, at).require()
    _turn_to(application, ApplicationStatus.WITHDRAWN, turn, by, at)
    emails.application_withdrawn(application, at)
    return application


@transaction.atomic
def return_application(application: Application, *, by, at: datetime) -> Application:
    """Bring a withdrawn application back while the window is open, as it was submitted."""
    turn = take_turn(application.edition_id)
    application = _locked(application)
    _require_own(application, by)
    if application.is_in_selection:
        return application
    can_return(application, at).require()
    _turn_to(application, ApplicationStatus.SUBMITTED, turn, by, at)
    emails.application_received(application, at)
    return application


def _turn_to(application: Application, status: str, turn: Turn, by, at: datetime) -> None:
    """Withdrawn, or back: written, logged and assessed anew."""
    before, application.status = application.status, status
    application.withdrawn_at, action = None, "enrollment.return_application"
    if application.is_withdrawn:
        application.withdrawn_at, action = at, "enrollment.withdraw_application"
    application.revision += 1
    application.save(update_fields=["status", "withdrawn_at", "revision"])
    _log_status(application, action, by, at, before)
    assess(application, at=at, turn=turn)


def _require_own(application: Application, by) -> None:
    if by is None or application.person_id != by.pk:
        raise DomainError("not_yours", _("This is another person's application."))


def _log_status(application, action, by, at, before) -> None:
    journal.record(application, action, by=by, at=at, before=before, after=application.status)


def _keep(application: Application, typed: Typed, at: datetime) -> None:
    application.draft = typed
    application.revision += 1
    application.saved_at = at
    application.save(update_fields=["draft", "revision", "saved_at"])


def _drop_draft(application: Application) -> Application:
    application.draft = {}
    application.revision += 1
    application.save(update_fields=["draft", "revision"])
    return application


def _locked(application: Application) -> Application:
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    facts = announced(locked.edition_id)
    return related(locked, application.person, facts.window(locked.window_id))


def _row_of(person, window: RegistrationWindow, typed: Typed, at: datetime) -> Application:
    """The person's application, locked; where there is none, begun with what was typed."""
    begun = {
        "window": window,
        "code": new_code(),
        "draft": typed,
        "revision": 1,
        "created_at": at,
        "saved_at": at,
    }
    application, _is_new = Application.objects.select_for_update(of=("self",)).get_or_create(
        person=person, edition=window.edition, defaults=begun
    )
    return related(application, person, window)
