"""Acting on many rows so that one bad row stops none of the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from django.db import transaction

logger = logging.getLogger(__name__)

CHUNK = 200


def in_chunks(rows: Sequence, act: Callable[[list], object], *, size: int = CHUNK) -> int:
    """Call `act(chunk)` in a savepoint for each chunk of rows; where it fails, once more for
    each row alone, leaving out (and logging) those that fail. Returns how many succeeded."""
    done = 0
    for start in range(0, len(rows), size):
        chunk = list(rows[start : start + size])
        if _succeeds(act, chunk, quiet=True):
            done += len(chunk)
        else:
            done += sum(_succeeds(act, [row]) for row in chunk)
    return done


def _succeeds(act, rows, *, quiet=False) -> bool:
    try:
        with transaction.atomic():
            act(rows)
    except Exception:
        if not quiet:
            logger.exception("Left out: %s %s", type(rows[0]).__name__, rows[0].pk)
        return False
    return True
