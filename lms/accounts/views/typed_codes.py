"""A code that came by mail, typed on a page."""

from __future__ import annotations

from lms.accounts import codes, limits
from lms.accounts.forms import CodeForm
from lms.accounts.models import EmailedCode
from lms.decisions import Decision


def wrong_code(request, ticket: EmailedCode) -> CodeForm | None:
    """The form that says why the code is not taken; None where it was right, and is spent. Counts
    the try."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return form
    decision = limits.may_guess(request) and codes.spend(
        ticket, form.cleaned_data["code"], at=request.at
    )
    return None if decision else refused_code(decision, form)


def refused_code(decision: Decision, form: CodeForm | None = None) -> CodeForm:
    """The form with the reason beside its field; an empty one without blame for being empty."""
    if form is None:
        form = CodeForm({"code": ""})
        form.errors.clear()
    form.add_error("code", decision.reason)
    return form
