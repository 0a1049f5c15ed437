"""The application once it is sent: its page, leaving, coming back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from enrollment.answers import form_for, submitted_values
from enrollment.forms.proofs import ProofForm
from enrollment.rules.applications import can_return, can_withdraw, can_write
from enrollment.rules.eligibility import is_found_by_itself, may_claim_course
from enrollment.rules.extensions import closes_for, may_apply
from enrollment.rules.outcomes import outcome_shown
from enrollment.services import applications as services
from enrollment.services.information import what_is_asked
from enrollment.views.windows import of_edition, to
from lms.decisions import DomainError


@of_edition
def application_status(request, window, application):
    if application is None or application.is_draft:
        return to("application_form", window)
    return draw_status(request, window, application, ProofForm())


def draw_status(request, window, application, proof_form):
    at = request.at
    answers = submitted_values(application)
    form = form_for(window, request.user, application, initial=answers)
    context = {
        "window": window,
        "edition": window.edition,
        "program": window.edition.program,
        "application": application,
        "parts": form.answers_shown(),
        "can_edit": can_write(application, at),
        "asked": what_is_asked(application),
        "asks_for_course": may_claim_course(application, at),
        "is_found": is_found_by_itself(application),
        "proved_email": request.user.backup_email if request.user.backup_verified_at else "",
        "form": proof_form,
        "closes_at": closes_for(window, request.user, request.at),
        "can_withdraw": can_withdraw(application, at),
        "can_return": can_return(application, at),
        "is_suspended": window.is_suspended(at) and not application.is_withdrawn,
        "has_outcome": outcome_shown(application, at).state != "unknown",
    }
    return render(request, "enrollment/application_status.html", context)


@of_edition
def application_withdraw(request, window, application):
    if request.method == "POST":
        return _act(request, window, application, services.withdraw_application)
    if application is None or not can_withdraw(application, request.at):
        return to("application_status", window)
    outcome = outcome_shown(application, request.at)
    context = {
        "window": window,
        "edition": window.edition,
        "application": application,
        "waits_as": outcome.decision if outcome.state == "waiting" else None,
        "closes_at": closes_for(window, request.user, request.at),
        "can_return": bool(may_apply(window, request.user, request.at)),
    }
    return render(request, "enrollment/application_withdraw.html", context)


@of_edition
def application_return(request, window, application):
    if request.method == "POST":
        said = _("Your application is submitted again, as it was.")
        return _act(request, window, application, services.return_application, said)
    return to("application_status", window)


def _act(request, window, application, service, said=""):
    if application is None:
        raise Http404
    try:
        service(application, by=request.user, at=request.at)
    except DomainError as refusal:
        messages.error(request, refusal.reason)
    else:
        if said:
            messages.success(request, said)
    return to("application_status", window)
