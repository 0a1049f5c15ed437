"""The log of what many people did, each at an instant of their own."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from wagtail.models import ModelLogEntry

from lms.journal import label_of


def log_many(action: str, rows: Iterable[tuple], **data) -> None:
    """`rows` are `(row, before, after, by, at)`, all of one model."""
    rows = list(rows)
    if not rows:
        return
    kind = ContentType.objects.get_for_model(rows[0][0])
    ModelLogEntry.objects.bulk_create(
        [
            ModelLogEntry(
                content_type=kind,
                object_id=str(row.pk),
                label=label_of(row),
                action=action,
                user=by,
                timestamp=at,
                data={**({"before": before, "after": after} if before or after else {}), **data},
            )
            for row, before, after, by, at in rows
        ],
        batch_size=500,
    )
