"""Codes that open a closed window for single people: made, used, revoked. The only writer of
`ExtensionCode` and `Extension`."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enrollment import emails
from enrollment.models import Extension, ExtensionCode, RegistrationWindow
from enrollment.rules.extensions import can_make_code, can_use_code
from enrollment.rules.staff import coordinates
from enrollment.services.applications import new_code
from lms import journal
from lms.accounts.models import User, normal_address
from lms.decisions import DomainError, require_reason


@transaction.atomic
def make_code(
    window: RegistrationWindow,
    *,
    reason: str,
    expires_at: datetime,
    uses: int,
    email: str = "",
    by,
    at: datetime,
) -> ExtensionCode:
    """A code for so many people, told to an address where one is given. Refuses an expiry before
    the close or after the decisions are locked."""
    window = RegistrationWindow.objects.select_related("edition__program").get(pk=window.pk)
    coordinates(by, window.edition.program).require()
    can_make_code(window, expires_at, at).require()
    require_reason(reason)
    code = ExtensionCode.objects.create(
        window=window,
        code=new_code(),
        reason=reason.strip(),
        uses=uses,
        expires_at=expires_at,
        by=by,
        at=at,
    )
    if email:
        person = User.objects.filter(email=normal_address(email)).first()
        emails.extension_code(code, email, person, at)
    journal.record(
        window, "enrollment.make_extension_code", by=by, at=at, reason=code.reason, uses=uses
    )
    return code


@transaction.atomic
def use_code(window: RegistrationWindow, typed: str, *, by, at: datetime) -> Extension:
    """Open the closed window for whoever types the code. Used again it is the same extension;
    of people at once no more get one than the code is for. Refuses `code_unknown`,
    `code_expired`, `code_revoked`, `code_used_up`, and where no code opens anything."""
    can_use_code(window, at).require()
    codes = ExtensionCode.objects.select_for_update().filter(window=window)
    code = codes.filter(code=_tidy(typed)).first()
    if code is None:
        raise DomainError("code_unknown", _("This code is not known here. Check its letters."))
    if code.revoked_at:
        raise DomainError("code_revoked", _("This code was taken back. Ask who gave it to you."))
    if at >= code.expires_at:
        raise DomainError("code_expired", _("This code has expired."))
    if extension := code.extensions.filter(person=by).first():
        return extension
    if code.extensions.count() >= code.uses:
        raise DomainError("code_used_up", _("This code was used by as many people as it is for."))
    extension = Extension.objects.create(code=code, person=by, at=at)
    journal.record(window, "enrollment.use_extension_code", by=by, at=at, code_made=code.at)
    return extension


@transaction.atomic
def revoke_code(code: ExtensionCode, *, by, at: datetime) -> ExtensionCode:
    """Nobody uses it any more, and whoever did can no longer write."""
    code = ExtensionCode.objects.select_for_update().get(pk=code.pk)
    window = RegistrationWindow.objects.select_related("edition__program").get(pk=code.window_id)
    coordinates(by, window.edition.program).require()
    if code.revoked_at is None:
        code.revoked_at = at
        code.save(update_fields=["revoked_at"])
        journal.record(window, "enrollment.revoke_extension_code", by=by, at=at)
    return code


def _tidy(typed: str) -> str:
    """As it was made, whatever spaces, hyphens and signs that nobody sees came in."""
    return re.sub(r"[^0-9A-Z]+", "", typed.upper())[:12]
