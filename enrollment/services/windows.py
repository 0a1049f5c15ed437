"""Windows: the form is frozen when people begin to fill it in."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from enrollment.forms.checking import problems_in
from enrollment.forms.definitions import form_of
from enrollment.models import Application, Edition, RegistrationWindow
from enrollment.rules.calendar import can_change_form
from enrollment.rules.staff import coordinates
from lms import journal
from lms.decisions import DomainError


def checksum_of(definition: list[dict]) -> str:
    text = json.dumps(definition, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def change_form(
    window: RegistrationWindow, definition: list[dict], *, seen: str, by, at: datetime
) -> RegistrationWindow:
    """Have the window ask something else. `seen` is the checksum of what it asked when the change
    was begun: where somebody else has changed it since, `stale` is refused."""
    coordinates(by, window.edition.program).require()
    rows = RegistrationWindow.objects.select_for_update(of=("self",)).select_related("edition")
    stored = rows.get(pk=window.pk)
    can_change_form(stored, at).require()
    if Application.objects.filter(window=stored).exists():
        raise DomainError("form_frozen", _("Somebody has begun to fill it in: the form stands."))
    if problems := problems_in(definition, get_language()):
        raise DomainError("wrong_form", problems[0].text)
    before = form_of(stored)
    if definition == before:
        return stored
    if seen != checksum_of(before):
        raise DomainError(
            "stale",
            _(
                "Somebody else has changed the form meanwhile. What you see here is yours; look "
                "at theirs in another tab, and save again to replace it."
            ),
        )
    stored.form, stored.form_frozen_at = definition, None
    stored.save(update_fields=["form", "form_frozen_at"])
    changed = [one["id"] for one in definition if one not in before]
    left_out = {one["id"] for one in before} - {one["id"] for one in definition}
    journal.record(
        stored, "enrollment.change_form", by=by, at=at, changed=changed, left_out=sorted(left_out)
    )
    return stored


def freeze_form(window: RegistrationWindow, *, at: datetime) -> RegistrationWindow:
    """Keep the form as it is from the opening on, and return the window as it is then; a second
    call changes nothing, and nothing is done before the opening. Asked for by whoever reads the
    form first, so that no scheduler has to be awake at that instant."""
    if window.form_frozen_at or at < window.opens_at:
        return window
    with transaction.atomic():
        stored = RegistrationWindow.objects.select_for_update().get(pk=window.pk)
        if stored.form_frozen_at is None:
            stored.form, stored.form_frozen_at = form_of(stored), at
            stored.save(update_fields=["form", "form_frozen_at"])
            journal.record(stored, "enrollment.freeze_form", by=None, at=at)
    stored.edition = window.edition
    return stored


def freeze_forms(edition: Edition, at: datetime) -> int:
    """Freeze the forms of the windows that have opened; returns how many were."""
    opened = edition.windows.filter(form_frozen_at=None, opens_at__lte=at)
    return sum(freeze_form(window, at=at).form_frozen_at == at for window in opened)
