"""The last hours: free seats go to whoever confirms first, of more people than there are seats.
Alone writes an edition's `first_to_confirm_at` and `called_per_seat`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from enrollment.models import Edition, Offer
from enrollment.models.programs import FEWEST_PER_SEAT, MOST_PER_SEAT
from enrollment.queries import waiting
from enrollment.rules.first_to_confirm import can_call_so_many, can_start, is_first_to_confirm
from enrollment.rules.seats import seats_left
from enrollment.rules.staff import coordinates
from enrollment.services.offers import end_calls
from enrollment.services.seats import with_seats_locked
from enrollment.services.waitlist import call_racers, in_rounds
from lms import journal
from lms.decisions import DomainError, require_reason


@dataclass(frozen=True)
class Forecast:
    """What it would do now: `calls` says, for each number of people to a seat, how many are
    called at once."""

    free: int
    waiting: int
    calls: dict[int, int]

    @property
    def said(self) -> str:
        """What a coordinator saw, to be compared when they press."""
        return ":".join(map(str, (self.free, self.waiting, *self.calls.values())))


def forecast(edition: Edition, at: datetime) -> Forecast:
    """Without a lock this is of a moment that may pass."""
    free = max(seats_left(edition), 0)
    sizes = [len(one) for one in in_rounds(edition, free, MOST_PER_SEAT, at)] if free else []
    choices = range(FEWEST_PER_SEAT, MOST_PER_SEAT + 1)
    return Forecast(free, waiting(edition, at).count(), {n: sum(sizes[:n]) for n in choices})


def start_first_to_confirm(
    edition: Edition, per_seat: int, *, shown: str, by, at: datetime, reason: str
) -> int | None:
    """Call at once `per_seat` people to each free seat, and to each that comes free until the last
    entry; the seat goes to whoever confirms first. `shown` is `said` of the forecast they saw:
    where that has changed it is refused. Returns how many are called at once; None where it is on
    already, and nothing changes."""
    with with_seats_locked(edition) as locked:
        coordinates(by, locked.program).require()
        if is_first_to_confirm(locked, at):
            _require_same(locked, per_seat)
            return None
        can_start(locked, at).require()
        can_call_so_many(per_seat).require()
        require_reason(reason)
        _require_seen(locked, shown, at)
        _set(locked, at, per_seat)
        journal.record(
            locked,
            "enrollment.start_first_to_confirm",
            by=by,
            at=at,
            reason=reason.strip(),
            per_seat=per_seat,
        )
        return call_racers(locked, at)


def end_first_to_confirm(edition: Edition, *, by, at: datetime, reason: str) -> int | None:
    """Call as before from now on: who was called and has not confirmed waits with their rank.
    Returns how many wait again; None where it is not on, and nothing changes."""
    with with_seats_locked(edition) as locked:
        coordinates(by, locked.program).require()
        if not is_first_to_confirm(locked, at):
            return None
        require_reason(reason)
        _set(locked, None, 1)
        journal.record(
            locked, "enrollment.end_first_to_confirm", by=by, at=at, reason=reason.strip()
        )
        return end_calls(locked, by=by, at=at)


def racing_count(edition: Edition, at: datetime) -> int:
    return Offer.objects.racing(at).filter(edition=edition).count()


def _set(edition: Edition, at: datetime | None, per_seat: int) -> None:
    edition.first_to_confirm_at, edition.called_per_seat = at, per_seat
    edition.save(update_fields=["first_to_confirm_at", "called_per_seat"])


def _require_same(edition: Edition, per_seat: int) -> None:
    if per_seat != edition.called_per_seat:
        raise DomainError(
            "already_on", _("Somebody else has begun it meanwhile, with another number.")
        )


def _require_seen(edition: Edition, shown: str, at: datetime) -> None:
    if shown != forecast(edition, at).said:
        raise DomainError(
            "changed",
            _("Seats or people waiting have changed meanwhile. Look at the numbers again."),
        )
