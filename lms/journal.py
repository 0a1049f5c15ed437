"""The log of who changed what, when and why: rows of Wagtail's own log, which staff can read.

Labels and data hold no names of applicants: what is logged outlives what is erased.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.models import ModelLogEntry


def record(
    row: models.Model, action: str, *, by, at: datetime, reason="", before=None, after=None, **data
) -> None:
    """Log one act on one row. `by` is a user, or None for the site itself; `action` is
    `enrollment.submit`, registered with a label in the app's `register_log_actions` hook."""
    record_many([(row, before, after)], action, by=by, at=at, reason=reason, **data)


def record_many(
    changes: Iterable[tuple], action: str, *, by, at: datetime, reason="", **data
) -> None:
    """Log the same act on many rows of one model: `changes` are `(row, before, after)`."""
    entries = [
        ModelLogEntry(
            content_type=kind_of(row),
            object_id=str(row.pk),
            label=label_of(row),
            action=action,
            user=by,
            timestamp=at,
            data=_data(reason, before, after, data),
        )
        for row, before, after in changes
    ]
    ModelLogEntry.objects.bulk_create(entries, batch_size=500)


def label_of(row: models.Model) -> str:
    """`application R7K2M9QD`: the kind of row, and its code or number."""
    name = getattr(row, "code", "") or getattr(row, "slug", "") or row.pk
    return f"{row._meta.model_name} {name}"


def forget_reasons(model, keys: Iterable[int]) -> None:
    """What people wrote as a reason about these rows of a model may name a person."""
    rows = ModelLogEntry.objects.filter(
        content_type=kind_of(model), object_id__in=[str(key) for key in keys]
    )
    changed = [row for row in rows if row.data.pop("reason", None)]
    ModelLogEntry.objects.bulk_update(changed, ["data"], batch_size=200)


def history(row: models.Model):
    """The log of one row, newest first."""
    rows = ModelLogEntry.objects.filter(content_type=kind_of(row), object_id=str(row.pk))
    return rows.select_related("user")


def kind_of(model) -> ContentType:
    """Under which the rows of a model are logged; a row does as well as its class."""
    return ContentType.objects.get_for_model(model, for_concrete_model=False)


def _data(reason, before, after, extra) -> dict:
    data = {key: str(value) for key, value in extra.items() if value not in (None, "")}
    if reason:
        data["reason"] = str(reason)
    if before is not None or after is not None:
        data["before"], data["after"] = str(before), str(after)
    return data
