"""Windows: the form is frozen when people begin to fill it in."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from enrollment.forms.definitions import default_form
from enrollment.models import Edition, RegistrationWindow
from lms import journal


def form_of(window: RegistrationWindow) -> list[dict]:
    """The window's form: its own, else the default one."""
    return window.form or default_form()


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
