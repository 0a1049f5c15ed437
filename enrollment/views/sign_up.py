"""Signing up for a phase that asks for it: one button, in its window."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from enrollment.rules.phases import standings_of
from enrollment.services.phases import sign_up
from enrollment.views.places import own_enrollment, where
from lms.decisions import DomainError


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def phase_sign_up(request, program, edition, order):
    place = own_enrollment(request, program, edition)
    standing = _standing(place, order)
    if request.method == "POST":
        try:
            sign_up(place, standing.phase, by=request.user, at=request.at)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request, _("You are signed up for “%(phase)s”.") % {"phase": standing.phase.title}
            )
        return redirect("enrollment:phase_sign_up", *where(place.edition), order)
    context = {
        "edition": place.edition,
        "phase": standing.phase,
        "window": standing.sign_up_windows[standing.phase.pk],
        "is_signed_up": standing.own_progress and standing.own_progress.signed_up_at,
        "answer": standing.sign_up(request.at),
    }
    return render(request, "enrollment/enrollment_sign_up.html", context)


def _standing(place, order):
    """Where the person stands before the phase of that order, where it has a sign-up."""
    for standing in standings_of(place):
        if standing.phase.order == order and standing.phase.pk in standing.sign_up_windows:
            return standing
    raise Http404
