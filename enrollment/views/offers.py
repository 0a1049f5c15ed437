"""Answering an offer. A GET changes nothing: mail scanners follow every link."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from enrollment.rules.outcomes import outcome_shown
from enrollment.services.offers import accept_offer, decline_offer
from enrollment.views.places import own_application, where
from lms.decisions import DomainError


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer_accept(request, program, edition):
    application, offer = _own_offer(request, program, edition)
    if request.method == "POST":
        try:
            accept_offer(offer, by=request.user, at=request.at)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Your place is confirmed."))
    return redirect("enrollment:outcome", *where(application.edition))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer_decline(request, program, edition):
    """Whoever has accepted leaves the place instead, on the page for that."""
    application, offer = _own_offer(request, program, edition)
    shown = outcome_shown(application, request.at)
    if shown.state == "enrolled":
        return redirect("enrollment:enrollment_withdraw", *where(application.edition))
    if request.method != "POST":
        context = {"application": application, "edition": application.edition, "shown": shown}
        return render(request, "enrollment/offer_decline.html", context)
    try:
        decline_offer(offer, by=request.user, at=request.at)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("You declined your place. Thank you for telling us."))
    return redirect("enrollment:outcome", *where(application.edition))


def _own_offer(request, program, edition):
    """The application and its offer, once it can be seen; before, there is no such page."""
    application = own_application(request, program, edition, "offer", "enrollment")
    offer = outcome_shown(application, request.at).offer
    if offer is None:
        raise Http404
    return application, offer
