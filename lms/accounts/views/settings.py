"""What a person sets about the own account: name, language, zone, addresses, sessions."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.accounts import changes, factor_rescue, services, sessions
from lms.accounts.forms import PreferencesForm


@never_cache
@login_required
def settings(request):
    """The page of the account; a POST keeps name, language and zone."""
    person = request.user
    form = PreferencesForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.set_preferences(person, **form.cleaned_data, at=request.at)
        with override(form.cleaned_data["language"]):
            messages.success(request, _("Your settings are kept."))
            return redirect("accounts:settings")
    return render(
        request,
        "accounts/settings.html",
        {
            "form": form,
            "waiting": changes.cancellable_by(person, request.at),
            "factor_rescue": person.factor_rescues.open().exclude(confirmed_at=None).first(),
        },
    )


@require_POST
@login_required
def remove_backup(request):
    changes.remove_backup(request.user, by=request.user, at=request.at)
    messages.success(request, _("The backup address was removed."))
    return redirect("accounts:settings")


@require_POST
@login_required
def sign_out_elsewhere(request):
    """Ends every session of the account but this one."""
    sessions.end_elsewhere(request.user, at=request.at)
    update_session_auth_hash(request, request.user)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("accounts:settings")


@require_POST
@login_required
def cancel_waiting(request):
    """Cancels a rescue that still waits for its new address."""
    change = changes.cancellable_by(request.user, request.at)
    if change is not None:
        changes.cancel_change(change, at=request.at)
        messages.success(request, _("Your address stays as it is."))
    return redirect("accounts:settings")


@require_POST
@login_required
def keep_factor(request):
    """Ends what two administrators agreed on: the person still holds the second factor."""
    factor_rescue.keep(request.user, at=request.at)
    messages.success(request, _("Your second step stays as it is."))
    return redirect("accounts:settings")
