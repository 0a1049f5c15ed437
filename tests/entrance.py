"""Entering the site as a person does: by the code that was mailed."""

import re
import time

from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse
from django.utils import translation


class SiteClient(Client):
    """A browser in the language that is active when it is opened."""

    def __init__(self, **defaults):
        super().__init__(headers={"accept-language": translation.get_language()}, **defaults)

    def force_login(self, user, backend=None, *, factor: bool = True):
        """Sign in without a code; staff with the second factor unless `factor` is False."""
        super().force_login(user, backend)
        if factor and user.is_staff:
            hold_factor(self, user)


def hold_factor(client, user) -> None:
    """Note in the session that a second factor of `user` was shown."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def last_code(email: str) -> str:
    """The code in the last mail to an address."""
    from lms.mail.models import OutgoingMessage
    from lms.mail.secrets import unseal

    mail = OutgoingMessage.objects.filter(to=email, is_code=True).first()
    return re.search(r"\b\d{6}\b", unseal(mail.text))[0]


def path_to(name: str, language: str = "es", *args) -> str:
    with translation.override(language):
        return reverse(name, args=args)


def sign_in(client, email: str, language: str = "es", goal: str = ""):
    """Through the entrance, over HTTP; gives the last response (a redirect)."""
    query = f"?next={goal}" if goal else ""
    client.post(path_to("accounts:enter", language) + query, {"email": email})
    page = path_to("accounts:code", language) + query
    return client.post(page, {"code": last_code(email)})


def totp_code(secret: str) -> str:
    """What the app on a telephone shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
