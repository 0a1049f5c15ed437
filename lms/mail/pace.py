"""How fast the letters of mailings leave: `MAIL_PER_MINUTE`, by however many workers.

When the next may leave is one row. A worker takes its turn with a conditional UPDATE that moves
the instant on by one step; who comes second changes no row and waits. What is of no mailing never
asks."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists

from lms.mail.models import Pace

ROW = 1
SLACK = timedelta(seconds=2)  # a worker looks once a second: it may catch up on this much
PAUSES = [timedelta(seconds=seconds) for seconds in (15, 30, 60, 120, 300, 600)]


def step() -> timedelta:
    """Between two letters; none where `MAIL_PER_MINUTE` is 0."""
    rate = settings.MAIL_PER_MINUTE
    return timedelta(minutes=1) / rate if rate > 0 else timedelta()


def is_open(at: datetime) -> bool:
    return not Pace.objects.filter(pk=ROW, next_at__gt=at).exists()


def opens_at(at: datetime) -> datetime:
    """When the next letter may leave: now, or later."""
    row = Pace.objects.filter(pk=ROW).first()
    return max(row.next_at, at) if row else at


def take(at: datetime) -> bool:
    """Whether one letter may leave now: then its turn is used."""
    row = _row(at)
    if row.next_at > at:
        return False
    following = max(row.next_at, at - SLACK) + step()
    return Pace.objects.filter(pk=ROW, next_at=row.next_at).update(next_at=following) == 1


def push_back(at: datetime) -> None:
    """The mail server said “not now”: no letter of a mailing for a while, longer each time."""
    row = _row(at)
    pause = PAUSES[min(row.refusals, len(PAUSES) - 1)]
    Pace.objects.filter(pk=ROW).update(
        next_at=max(row.next_at, at + pause), refusals=row.refusals + 1
    )


def was_refused() -> Exists:
    """Whether the last answers were “not now”, as a part of the query for what is sent next."""
    return Exists(Pace.objects.filter(pk=ROW, refusals__gt=0))


def recover() -> None:
    """It takes mail again, of whatever kind: the next pause is short."""
    Pace.objects.filter(pk=ROW, refusals__gt=0).update(refusals=0)


def _row(at: datetime) -> Pace:
    return Pace.objects.get_or_create(pk=ROW, defaults={"next_at": at})[0]
