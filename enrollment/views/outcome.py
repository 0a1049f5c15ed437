"""The outcome of an application: one page, the same for everybody until the release."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from enrollment.forms.reconsiderations import ReconsiderationForm
from enrollment.rules.applications import can_withdraw
from enrollment.rules.eligibility import may_claim_course, still_to_show
from enrollment.rules.enrollments import can_withdraw as can_leave_place
from enrollment.rules.outcomes import outcome_shown
from enrollment.rules.reconsiderations import can_ask_again, reconsider_until
from enrollment.services.reconsiderations import ask_again
from enrollment.views.places import own_application
from lms.decisions import DomainError


@login_required
@never_cache
@require_safe
def outcome(request, program, edition):
    application = own_application(request, program, edition)
    shown = outcome_shown(application, request.at)
    if shown.state == "unknown":
        context = {"edition": application.edition, "application": application}
        return render(request, "enrollment/outcome_unknown.html", context)
    return _draw(request, application, shown, ReconsiderationForm())


def _draw(request, application, shown, form):
    context = {
        "edition": application.edition,
        "application": application,
        "shown": shown,
        "may_ask_again": can_ask_again(application, request.at),
        "may_leave": shown.enrollment and can_leave_place(shown.enrollment, request.at),
        "to_show": still_to_show(application),
        "may_show_course": may_claim_course(application, request.at),
        "may_withdraw": shown.state == "waiting" and can_withdraw(application, request.at),
        "reconsider_until": reconsider_until(application.edition),
        "form": form,
    }
    return render(request, "enrollment/outcome.html", context)


@login_required
@never_cache
@require_POST
def reconsideration(request, program, edition):
    """Ask for another look at a refusal. Before the release there is nothing here."""
    application = own_application(request, program, edition)
    shown = outcome_shown(application, request.at)
    if shown.state == "unknown":
        raise Http404
    form = ReconsiderationForm(request.POST)
    if not form.is_valid() and can_ask_again(application, request.at):
        return _draw(request, application, shown, form)
    try:
        ask_again(application, form.cleaned_data.get("text", ""), by=request.user, at=request.at)
    except DomainError as refusal:
        messages.error(request, str(refusal.reason))
    else:
        messages.success(request, _("We have received it, and answer here and by mail."))
    return redirect("enrollment:outcome", program=program, edition=edition)
