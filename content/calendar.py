"""What the drawn calendar shows of the modules."""

from __future__ import annotations

from datetime import datetime

from content.models import Module
from lms.hooks import CalendarEntry


def calendar_entries(edition_id: int, at: datetime) -> list[CalendarEntry]:
    """The opening of each module, in the zone in which openings are announced."""
    modules = Module.objects.filter(phase__edition=edition_id).order_by("phase__order", "order")
    return [
        CalendarEntry(
            module.opens_at,
            None,
            str(module.title),
            "module",
            f"module:{module.pk}",
            module.phase.edition.ruling_zone,
        )
        for module in modules.select_related("phase__edition")
    ]
