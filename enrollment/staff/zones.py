"""Whose clock a row is told by, for readers who have not chosen a zone of their own."""

from __future__ import annotations

from django.db import models

TOWARDS_THE_EDITION = ("edition", "phase", "application", "discussion", "room", "module")


def zone_of(row: models.Model | None) -> str:
    """The ruling zone of the edition that the row belongs to, at whatever distance; else UTC."""
    if zone := getattr(row, "ruling_zone", ""):
        return zone
    for name in TOWARDS_THE_EDITION:
        above = getattr(row, name, None)
        if isinstance(above, models.Model):
            return zone_of(above)
    return "UTC"
