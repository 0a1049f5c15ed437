"""The one lock under which seats are given and taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from enrollment.models import Edition
from enrollment.rules.seats import seats_left


class SeatsExceededError(RuntimeError):
    """A change would have given a seat that is not there; it was rolled back."""


@contextmanager
def with_seats_locked(edition: Edition | int) -> Iterator[Edition]:
    """Hold the edition's seats: whatever changes an offer or an enrollment does it in here.

    Gives the edition, read again under a lock on its row. At the end *pending offers that hold a
    seat + seats held ≤ capacity* is counted again, and everything rolled back if it was broken
    (where the capacity was lowered below what is taken, seats may be given back but none taken).
    The lock lets rows that merely point to the edition be written meanwhile."""
    with transaction.atomic():
        locked = (
            Edition.objects.select_for_update(of=("self",), no_key=True)
            .select_related("program")
            .get(pk=getattr(edition, "pk", edition))
        )
        before = seats_left(locked)
        yield locked
        if seats_left(locked) < min(before, 0):
            raise SeatsExceededError(f"edition {locked.pk}: more than {locked.capacity} seats")
