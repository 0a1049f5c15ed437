"""Requests for information: asked of an applicant, answered by submitting again, taken back. The
only writer of `InformationRequest`."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enrollment import emails
from enrollment.models import Application, ApplicationStatus, InformationRequest
from enrollment.rules.eligibility import can_settle
from enrollment.rules.information import can_ask_information
from lms import journal
from lms.decisions import DomainError
from lms.typed import storable

OPEN = {"answered_at": None, "dropped_at": None}


def what_is_asked(application: Application) -> InformationRequest | None:
    """The request that waits for the applicant."""
    if application.status != ApplicationStatus.INFO_REQUESTED:
        return None
    return application.information_requests.filter(**OPEN).first()


@transaction.atomic
def ask_information(application: Application, text: str, *, by, at: datetime) -> InformationRequest:
    """Ask the applicant, who is written to and can change the answers, also after the close, until
    the decisions are locked."""
    application = _locked(application)
    can_ask_information(application, by, at).require()
    text = storable(text).strip()
    if not text:
        raise DomainError("text_missing", _("Write what you ask."))
    request = InformationRequest.objects.create(application=application, text=text, by=by, at=at)
    _move(
        application,
        ApplicationStatus.INFO_REQUESTED,
        "enrollment.ask_information",
        by=by,
        at=at,
        reason=text,
    )
    emails.information_requested(request, at)
    return request


@transaction.atomic
def drop_information(application: Application, *, by, at: datetime, reason: str) -> Application:
    """Ask no longer; nobody is told. Without a request nothing changes."""
    application = _locked(application)
    can_settle(application, by, at).require()
    if application.status != ApplicationStatus.INFO_REQUESTED:
        return application
    application.information_requests.filter(**OPEN).update(dropped_at=at)
    _move(
        application,
        ApplicationStatus.SUBMITTED,
        "enrollment.drop_information",
        by=by,
        at=at,
        reason=reason,
    )
    return application


def answer_information(application: Application, before: str, at: datetime) -> None:
    """The application, whose status was `before`, was submitted again by its applicant."""
    if before == ApplicationStatus.INFO_REQUESTED:
        application.information_requests.filter(**OPEN).update(answered_at=at)


def _move(application: Application, status: str, action: str, *, by, at, reason) -> None:
    before, application.status = application.status, status
    application.save(update_fields=["status"])
    journal.record(
        application, action, by=by, at=at, reason=reason, before=before, after=application.status
    )


def _locked(application: Application) -> Application:
    rows = Application.objects.select_for_update(of=("self",))
    return rows.select_related("edition__program", "person").get(pk=application.pk)
