"""A participant's place: where it stands, leaving it, coming back, the name that is printed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enrollment.forms.enrollments import NameForm
from enrollment.queries import waiting
from enrollment.rules.enrollments import (
    can_confirm_name,
    can_undo_withdrawal,
    can_withdraw,
    undo_until,
)
from enrollment.rules.phases import standings_of
from enrollment.services.enrollments import confirm_name, undo_withdrawal, withdraw_enrollment
from enrollment.services.waitlist import may_call
from enrollment.views.places import own_enrollment, where
from lms.decisions import DomainError


@login_required
@never_cache
@require_safe
def enrollment(request, program, edition):
    place = own_enrollment(request, program, edition, "application__offer")
    undo = can_undo_withdrawal(place, request.at)
    context = {
        "enrollment": place,
        "edition": place.edition,
        "at": request.at,
        "phases": [(standing, standing.access(request.at)) for standing in standings_of(place)],
        "may_withdraw": can_withdraw(place, request.at),
        "may_undo": undo,
        "undo_until": undo_until(place) if undo else None,
        "may_name": can_confirm_name(place, request.at),
    }
    return render(request, "enrollment/enrollment.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrollment_withdraw(request, program, edition):
    """A page says first what is lost by it; one POST leaves."""
    if request.method == "POST":
        return _act(request, program, edition, withdraw_enrollment, _("You have left your place."))
    place = own_enrollment(request, program, edition)
    if not can_withdraw(place, request.at):
        return redirect("enrollment:enrollment", *where(place.edition))
    context = {
        "edition": place.edition,
        "is_called": may_call(place.edition, request.at)
        and waiting(place.edition, request.at).exists(),
        "undo_until": undo_until(place, request.at),
    }
    return render(request, "enrollment/enrollment_leave.html", context)


@login_required
@require_POST
def enrollment_return(request, program, edition):
    return _act(request, program, edition, undo_withdrawal, _("Your place is yours again."))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrollment_name(request, program, edition):
    place = own_enrollment(request, program, edition)
    may_name = can_confirm_name(place, request.at)
    form = NameForm(request.POST or None, initial={"name": place.certificate_name})
    if request.method == "POST" and form.is_valid():
        try:
            confirm_name(place, form.cleaned_data["name"], request.at, by=request.user)
        except DomainError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("Your name will be printed as you confirmed it."))
            return redirect("enrollment:enrollment", *where(place.edition))
    context = {"enrollment": place, "edition": place.edition, "form": form, "may_name": may_name}
    return render(request, "enrollment/enrollment_name.html", context)


def _act(request, program, edition, service, done):
    place = own_enrollment(request, program, edition)
    try:
        service(place, by=request.user, at=request.at)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("enrollment:enrollment", *where(place.edition))
