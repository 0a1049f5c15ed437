"""What the drawn calendar shows of the modules."""

from __future__ import annotations

from datetime import datetime

from content.queries import modules_of
from enrollment.announced import announced
from lms.hooks import CalendarEntry


def calendar_entries(edition_id: int, at: datetime) -> list[CalendarEntry]:
    """The opening of each module, in the zone in which openings are announced."""
    facts = announced(edition_id)
    phases = facts.phases if facts else []
    return [
        CalendarEntry(
            module.opens_at,
            None,
            str(module.title),
            "module",
            f"module:{module.pk}",
            phase.edition.ruling_zone,
        )
        for phase in phases
        for module in modules_of(phase.pk)
    ]
