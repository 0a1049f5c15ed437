"""The outcome of an application: one page, the same for everybody until the release."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from enrollment.rules.outcomes import outcome_shown
from enrollment.views.places import own_application


@login_required
@never_cache
@require_safe
def outcome(request, program, edition):
    application = own_application(request, program, edition)
    shown = outcome_shown(application, request.at)
    page = "outcome_unknown" if shown.state == "unknown" else "outcome"
    context = {"edition": application.edition}
    if shown.state != "unknown":
        context |= {"application": application, "shown": shown}
    return render(request, f"enrollment/{page}.html", context)
