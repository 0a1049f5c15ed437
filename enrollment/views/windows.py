"""Who comes into a window; the page of one that is not open; the form on paper; a code."""

from __future__ import annotations

from functools import wraps

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from enrollment.announced import application_window
from enrollment.answers import blank_form, own_application
from enrollment.forms.extensions import CodeForm
from enrollment.rules.extensions import can_use_code
from enrollment.rules.windows import is_window_open
from enrollment.services.extensions import use_code
from enrollment.services.windows import freeze_form
from lms.accounts import limits, resume
from lms.decisions import DomainError

NOT_OPEN = ("window_not_open", "window_closed", "window_suspended")


def of_edition(view):
    """Find the edition's application window (404 for an edition that is not public) and, for
    whoever is signed in, the application; everybody else signs in first."""

    @never_cache
    @wraps(view)
    def found(request, program, edition):
        window = application_window(program, edition)
        if window is None:
            raise Http404
        if not request.user.is_authenticated:
            return _sign_in_first(request, window)
        window = freeze_form(window, at=request.at)
        return view(request, window, own_application(request.user, window))

    return found


def _sign_in_first(request, window):
    is_reading = request.method != "POST"
    if is_reading and not is_window_open(window, request.at):
        return not_open(request, window, None)
    return resume.to_entrance(request)


def to(name: str, window):
    return redirect(
        f"enrollment:{name}", program=window.edition.program.slug, edition=window.edition.slug
    )


def not_open(request, window, application, *, is_late=False, is_kept=False, code_form=None):
    """The page of a window that is not open: what is kept, and what comes next."""
    context = {
        "window": window,
        "edition": window.edition,
        "program": window.edition.program,
        "application": application,
        "is_before": request.at < window.opens_at,
        "is_suspended": window.is_suspended(request.at),
        "is_late": is_late and request.at >= window.opens_at,
        "is_kept": is_kept,
        "takes_code": can_use_code(window, request.at),
        "code_form": code_form or CodeForm(),
    }
    status = 403 if is_late else 200
    return render(request, "enrollment/application_closed.html", context, status=status)


@never_cache
def application_blank(request, program, edition):
    """The form on paper, for whoever wants to prepare the answers: no account is needed."""
    window = application_window(program, edition)
    if window is None:
        raise Http404
    context = {
        "window": window,
        "edition": window.edition,
        "program": window.edition.program,
        "parts": blank_form(window),
    }
    return render(request, "enrollment/application_blank.html", context)


@of_edition
def application_code(request, window, application):
    """Open the closed window by a code that a coordinator gave."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            limits.may_try_extension(request).require()
            use_code(window, form.cleaned_data["code"], by=request.user, at=request.at)
        except DomainError as refusal:
            form.add_error("code", refusal.reason)
    if form.errors and can_use_code(window, request.at):
        return not_open(request, window, application, code_form=form)
    return to("application_form", window)
