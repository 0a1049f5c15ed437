"""The second factor of staff: whether this session holds it, and where to get it."""

from __future__ import annotations

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.dispatch import receiver
from django.urls import reverse
from django.utils.http import urlencode

METHOD = "mfa"
PRIMARY = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def is_proved(request) -> bool:
    """Whether a second factor of the person signed in was shown in this session."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == METHOD for record in records)


def is_missing(request) -> bool:
    """Whether the person is staff and this session has not shown a second factor."""
    return request.user.is_authenticated and request.user.is_staff and not is_proved(request)


ENTRANCE = {"accounts:enter", "accounts:code", "accounts:leave", "accounts:cancel_change"}
ALWAYS = {"account_login", "account_logout", "account_inactive", "mfa_authenticate"}
TO_SET_UP = {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn"}
TO_PROVE = {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}


def is_open(user, view_name: str) -> bool:
    """What staff may reach before the second factor was shown: the entrance, and where it is
    shown, or first set up by who has none. Not the pages that change one."""
    if view_name in ENTRANCE | ALWAYS:
        return True
    return view_name in (TO_PROVE if is_mfa_enabled(user, PRIMARY) else TO_SET_UP)


def way_to(request) -> str:
    """Where staff prove their second factor, or set one up, and come back from."""
    if not is_mfa_enabled(request.user, PRIMARY):
        return reverse("mfa_index")
    has_app = is_mfa_enabled(request.user, [Authenticator.Type.TOTP])
    page = reverse("mfa_reauthenticate" if has_app else "mfa_reauthenticate_webauthn")
    goal = request.get_full_path() if request.method == "GET" else reverse("wagtailadmin_home")
    return f"{page}?{urlencode({REDIRECT_FIELD_NAME: goal})}"


@receiver(authenticator_added)
def record_set_up(request, user, authenticator, **_signal):
    """Who has just set up an app or a passkey has shown it, and may see the recovery codes."""
    if authenticator.type in PRIMARY:
        record_authentication(
            request,
            user,
            METHOD,
            id=authenticator.pk,
            type=authenticator.type,
            reauthenticated=True,
        )
