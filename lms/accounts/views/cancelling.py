"""The way back for who reads the address that an account had before: cancel the change.

It opens only after that address has proved itself by a code, for as long as a code lives."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lms.accounts import changes
from lms.accounts.models import AddressChange
from lms.decisions import DomainError

SESSION_KEY = "cancelling"
OPEN_FOR = timedelta(minutes=settings.CODE_LIFETIME_MINUTES)


def open_door(request, change: AddressChange):
    """Lead to the page; entering has just proved the former address."""
    request.session[SESSION_KEY] = {"change": change.pk, "at": request.at.isoformat()}
    return redirect("accounts:cancel_change")


@never_cache
def cancel_change(request):
    """Says what happened to the account; a POST takes it back."""
    change = _proved(request)
    if change is None:
        return redirect("accounts:enter")
    if request.method != "POST":
        return render(request, "accounts/cancel_change.html", {"change": change})
    del request.session[SESSION_KEY]
    try:
        changes.cancel_change(change, at=request.at)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("The change is cancelled. Enter with your address: we send you a new code.")
        )
    return redirect("accounts:enter")


def _proved(request) -> AddressChange | None:
    kept = request.session.get(SESSION_KEY)
    if not kept or request.at - datetime.fromisoformat(kept["at"]) >= OPEN_FOR:
        return None
    return AddressChange.objects.filter(pk=kept["change"]).first()
