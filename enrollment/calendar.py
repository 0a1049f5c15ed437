"""An edition's dates, as the drawn calendar shows them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from enrollment.announced import announced
from enrollment.models import Edition, RegistrationWindow, WindowKind
from lms.hooks import CalendarEntry


def calendar_entries(edition_id: int, at: datetime) -> list[CalendarEntry]:
    """Windows, decisions, phases and certificates. Modules and discussions are others'."""
    facts = announced(edition_id)
    if facts is None:
        return []
    edition = facts.edition
    return [
        *(_span("window", _of_window(window, at), window, edition) for window in facts.windows),
        *(_span("phase", str(phase.title), phase, edition) for phase in facts.phases),
        *_instants(edition, at),
    ]


def _of_window(window: RegistrationWindow, at: datetime) -> str:
    is_suspended = window.is_suspended(at)
    if window.kind == WindowKind.SIGN_UP:
        text = (
            _("Sign-up for “%(phase)s” (suspended)")
            if is_suspended
            else _("Sign-up for “%(phase)s”")
        )
        return text % {"phase": window.phase.title}
    return _("Applications (suspended)") if is_suspended else _("Applications")


def _span(kind: str, text: str, row, edition: Edition) -> CalendarEntry:
    key = f"{kind}:{row.pk}"
    return CalendarEntry(row.opens_at, row.closes_at, text, kind, key, edition.deadline_zone)


def _instants(edition: Edition, at: datetime) -> list[CalendarEntry]:
    """What happens at one instant; a deadline is drawn on the day that it ends."""
    released_at = edition.released_at if edition.is_released(at) else edition.release_planned_at
    answers_by = edition.offers_respond_by and edition.offers_respond_by - timedelta(microseconds=1)
    named = [
        ("decisions", _("Results"), released_at, edition.ruling_zone),
        ("decisions", _("Last day to confirm a place"), answers_by, edition.deadline_zone),
        ("certificates", _("Certificates"), edition.certificates_planned_at, edition.ruling_zone),
    ]
    return [
        CalendarEntry(instant, None, text, kind, kind, zone)
        for kind, text, instant, zone in named
        if instant
    ]
