"""Letters to many people: some first, the rest when these have been answered; stopped and let go
on by hand. The only writer of `Mailing.state`.

1. Whatever is written at once to more than `MANY` people is a mailing. Its first letters are
   chosen so that every kind and every language is among them.
2. When all of these are answered and none has come back for `MAIL_CANARY_MINUTES`, the rest goes.
3. When more than `TOLERATED` come back, fail, or are put off again and again, the rest is held.
4. Held and stopped mailings wait for a person. What is in flight is finished in any case.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Q, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from lms import journal
from lms.decisions import ALLOWED, Decision, refused, require_reason
from lms.mail import pace
from lms.mail.models import (
    IN_FLIGHT,
    MAILING_TRANSITIONS,
    Mailing,
    MailingState,
    MessageStatus,
    OutgoingMessage,
)

log = logging.getLogger("lms.mail")

MANY = 100
CANARY = 20
TOLERATED = 2  # of twenty addresses so many may be dead, and nothing is wrong
SLOW_AFTER = 3  # tries: the mail server has said “not now” for some six minutes
NOT_ARRIVED = (MessageStatus.BOUNCED, MessageStatus.FAILED, MessageStatus.UNCERTAIN)
TAKEN = (MessageStatus.ACCEPTED, MessageStatus.BOUNCED, MessageStatus.UNCERTAIN)
WAIT_FOR_A_PERSON = (MailingState.HELD, MailingState.STOPPED)
UNANSWERED = (MessageStatus.QUEUED, *IN_FLIGHT)


# -- writing -----------------------------------------------------------------------------


def gather(rows: list[OutgoingMessage], kind: str, *, name: str, at: datetime) -> Mailing | None:
    """Put messages that are about to be stored into their mailing, where they are many or more of
    one that was begun: that of `name`, or else of this kind and instant. Gives the mailing of which
    the first letters are to be chosen once these are stored."""
    if not rows or not (name or len(rows) > 1 or rows[0].within):
        return None
    first = rows[0]
    key = name or f"{kind} {first.within or first.scope} {at.isoformat()}"
    mailing = Mailing.objects.filter(key=key).first()
    if mailing is None and len(rows) > MANY:
        facts = {"kind": kind, "within": first.within, "scope": first.scope, "started_at": at}
        mailing, _is_new = Mailing.objects.get_or_create(key=key, defaults=facts)
    if mailing is None:
        return None
    for row in rows:
        row.mailing = mailing
    return mailing if mailing.state == MailingState.CANARY else None


def choose_first(mailing: Mailing) -> None:
    """Mark who gets theirs first, among the letters that were stored and wait: one of each kind and
    language that has none yet, then of each in turn up to `CANARY`."""
    chosen = Counter(_first(mailing).values_list("template", "language"))
    in_turn = Window(RowNumber(), partition_by=["template", "language"], order_by="pk")
    waiting = mailing.messages.filter(status=MessageStatus.QUEUED, is_canary=False)
    waiting = waiting.annotate(turn=in_turn).filter(turn__lte=CANARY).order_by("turn", "pk")
    marked, others = [], []
    for pk, *sort in waiting.values_list("pk", "template", "language"):
        is_new = not chosen[tuple(sort)]
        chosen[tuple(sort)] += is_new
        (marked if is_new else others).append(pk)
    marked += others[: max(0, CANARY - chosen.total())]
    mailing.messages.filter(pk__in=marked).update(is_canary=True)


def _first(mailing: Mailing):
    """Its first letters, but for those that were taken back."""
    return mailing.messages.filter(is_canary=True).exclude(status=MessageStatus.CANCELLED)


# -- what becomes of the first -----------------------------------------------------------


def look_after(at: datetime) -> None:
    """Let go, or hold, the mailings whose first letters have been answered; one that cannot be
    looked after is logged, and stops no other nor the post. Any number of workers may call it."""
    for mailing in Mailing.objects.filter(state=MailingState.CANARY):
        try:
            _look_after_one(mailing, at)
        except Exception:
            log.exception("the mailing %s was not looked after", mailing.pk)


def _look_after_one(mailing: Mailing, at: datetime) -> None:
    if not _first(mailing).exists():
        choose_first(mailing)
    if after := _verdict(mailing, at):
        _settle_first(mailing, after, at)


def _verdict(mailing: Mailing, at: datetime) -> MailingState | None:
    """What the answers to the first letters come to; None while they are awaited."""
    is_slow = Q(status=MessageStatus.QUEUED, attempts__gte=SLOW_AFTER)
    found = mailing.messages.filter(is_canary=True).aggregate(
        lost=Count("pk", filter=Q(status__in=NOT_ARRIVED)),
        slow=Count("pk", filter=is_slow),
        awaited=Count("pk", filter=Q(status__in=UNANSWERED) & ~is_slow),
        last=Max("sent_at"),
    )
    if found["lost"] + found["slow"] > TOLERATED:
        return MailingState.HELD
    quiet_at = (found["last"] or mailing.started_at) + quiet()
    return None if found["awaited"] or at < quiet_at else MailingState.GOING


def quiet() -> timedelta:
    """How long the first letters must have been accepted without coming back."""
    return timedelta(minutes=settings.MAIL_CANARY_MINUTES)


@transaction.atomic
def _settle_first(mailing: Mailing, after: MailingState, at: datetime) -> None:
    before = MailingState(mailing.state)
    passed = {"passed_at": at} if after == MailingState.GOING else {}
    if _move(mailing, after, **passed):
        action = "mail.pass_mailing" if passed else "mail.hold_mailing"
        journal.record(mailing, action, by=None, at=at, before=before, after=after)


# -- by hand -----------------------------------------------------------------------------


def can_stop(mailing: Mailing, queued: int) -> Decision:
    """Whether it can be stopped while so many of its letters wait for a worker; what is in flight
    is finished in any case."""
    if mailing.state == MailingState.STOPPED:
        return refused("stopped", MailingState.STOPPED.label)
    if not queued:
        return refused("nothing_waits", _("All its letters have left already."))
    return ALLOWED


def can_go_on(mailing: Mailing, waiting: int) -> Decision:
    """Whether it waits for a person, with so many letters that have not left."""
    if not waiting:
        return refused("nothing_waits", _("All its letters have left already."))
    if mailing.state in WAIT_FOR_A_PERSON:
        return ALLOWED
    return refused("going", MailingState(mailing.state).label)


@transaction.atomic
def stop(mailing: Mailing, *, by, at: datetime, reason: str) -> Mailing | None:
    """Send no more of it until somebody lets it go on; what is in flight is finished. None where
    it is stopped already, and nothing changes."""
    mailing = _locked(mailing)
    if mailing.state == MailingState.STOPPED:
        return None
    can_stop(mailing, mailing.messages.filter(status=MessageStatus.QUEUED).count()).require()
    return _by_hand(mailing, MailingState.STOPPED, "mail.stop_mailing", by=by, at=at, reason=reason)


@transaction.atomic
def go_on(mailing: Mailing, *, by, at: datetime, reason: str) -> Mailing | None:
    """Let a held mailing go, or a stopped one go on: with its first letters, where nobody knows
    yet what becomes of them. None where it goes already, and nothing changes."""
    mailing = _locked(mailing)
    answer = can_go_on(mailing, mailing.messages.filter(status__in=UNANSWERED).count())
    if answer.code == "going":
        return None
    answer.require()
    is_held = MailingState.HELD in (mailing.state, _verdict(mailing, at))
    if is_held and not mailing.passed_at:
        mailing.passed_at = at
    after = MailingState.GOING if mailing.passed_at else MailingState.CANARY
    return _by_hand(mailing, after, "mail.go_on_mailing", by=by, at=at, reason=reason)


def _by_hand(mailing: Mailing, after, action: str, *, by, at: datetime, reason: str) -> Mailing:
    require_reason(reason)
    before = MailingState(mailing.state)
    _move(mailing, after, passed_at=mailing.passed_at)
    reason = reason.strip()
    journal.record(mailing, action, by=by, at=at, reason=reason, before=before, after=after)
    mailing.refresh_from_db()
    return mailing


def _locked(mailing: Mailing) -> Mailing:
    return Mailing.objects.select_for_update().get(pk=mailing.pk)


def _move(mailing: Mailing, after: MailingState, **fields) -> bool:
    before = MailingState(mailing.state)
    assert after in MAILING_TRANSITIONS[before], f"{before} → {after}"  # noqa: S101
    rows = Mailing.objects.filter(pk=mailing.pk, state=before)
    return rows.update(state=after, **fields) == 1


# -- how far it is -----------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """How far a mailing is, in letters. `sent` were given to the mail server, `waiting` are still
    to leave, `queued` of them in no worker's hand; `ends_at` is a UTC estimate, None where it
    is over or waits for a person."""

    written: int
    sent: int
    accepted: int
    bounced: int
    failed: int
    uncertain: int
    waiting: int
    queued: int
    ends_at: datetime | None

    @property
    def is_over(self) -> bool:
        return self.waiting == 0


def progress_of(mailings: list[Mailing], at: datetime) -> dict[int, Progress]:
    """By primary key, with a fixed number of queries. Each begins when those before it are done."""
    rows = OutgoingMessage.objects.filter(mailing__in=mailings).order_by()
    counts = defaultdict(Counter)
    for pk, status, count in rows.values_list("mailing", "status").annotate(count=Count("pk")):
        counts[pk][status] = count
    going = Mailing.objects.filter(state=MailingState.GOING)
    queued = OutgoingMessage.objects.filter(mailing__in=going, status=MessageStatus.QUEUED)
    places = queued.order_by().values_list("mailing__started_at", "mailing")
    ahead = {(start, pk): count for start, pk, count in places.annotate(count=Count("pk"))}
    starts = pace.opens_at(at)
    return {one.pk: _progress(one, counts[one.pk], ahead, starts) for one in mailings}


def _progress(mailing: Mailing, count: Counter, ahead: dict, starts: datetime) -> Progress:
    waiting = sum(count[status] for status in UNANSWERED)
    ends_at = None
    if waiting and mailing.state in (MailingState.CANARY, MailingState.GOING):
        place = (mailing.started_at, mailing.pk)
        before = sum(number for other, number in ahead.items() if other < place)
        ends_at = starts + pace.step() * (before + waiting)
        ends_at += quiet() if mailing.state == MailingState.CANARY else timedelta()
    return Progress(
        written=count.total(),
        sent=sum(count[status] for status in TAKEN),
        accepted=count[MessageStatus.ACCEPTED],
        bounced=count[MessageStatus.BOUNCED],
        failed=count[MessageStatus.FAILED],
        uncertain=count[MessageStatus.UNCERTAIN],
        waiting=waiting,
        queued=count[MessageStatus.QUEUED],
        ends_at=ends_at,
    )
