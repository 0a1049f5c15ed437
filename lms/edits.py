"""Changing a row by a form: only what differs is written, and what it said before is logged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import models

from lms import journal


def differing(stored: models.Model, given: models.Model, fields: Iterable[str]) -> list[str]:
    """Of the fields that were typed anew, those whose value is another one."""
    return [name for name in fields if getattr(stored, name) != getattr(given, name)]


def said(row: models.Model, fields: Iterable[str]) -> str:
    """What these fields of a row say, as the log keeps it: `hours: 20; opens_at: 2019-…`."""
    return "; ".join(f"{name}: {_text(getattr(row, name))}" for name in fields)


def copy(stored: models.Model, given: models.Model, fields: Iterable[str]) -> None:
    """Write these fields of `given` to the stored row."""
    for name in fields:
        setattr(stored, name, getattr(given, name))
    stored.save(update_fields=list(fields))


def write(
    stored: models.Model,
    given: models.Model,
    fields: list[str],
    action: str,
    *,
    by,
    at: datetime,
) -> models.Model:
    """Write the fields, and log the act with what they said before and say now. Without any,
    nothing is written and nothing logged."""
    if fields:
        before = said(stored, fields)
        copy(stored, given, fields)
        journal.record(stored, action, by=by, at=at, before=before, after=said(stored, fields))
    return stored


def _text(value) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(dict(value)) if isinstance(value, dict) else str(value)
