"""The waitlist: free seats go to those waiting, in the order of their rank, and so that the
edition's floors and ceilings are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Max

from enrollment import emails
from enrollment.balance.replacing import Promotion
from enrollment.models import (
    AdmissionMode,
    Application,
    Decision,
    Edition,
    Eligibility,
    Enrollment,
    Offer,
    OfferStatus,
    Outcome,
)
from enrollment.queries import waiting
from enrollment.rules.decisions import is_open_case
from enrollment.rules.first_to_confirm import is_first_to_confirm
from enrollment.rules.seats import entry_closes_at, is_entry_open, seats_left
from enrollment.services import freed_seats, offers
from enrollment.services.balancing import limit_said
from enrollment.services.each import in_chunks
from enrollment.services.enrollments import enroll
from enrollment.services.seats import with_seats_locked
from lms import journal

TOLD_WITHIN = timedelta(days=14)
CHAIN = 10


def call_waitlist(edition: Edition, at: datetime) -> int:
    """Offer every free seat to the next person waiting: 48 hours to answer, but not beyond the
    last entry, after which nobody is called. Where the first to confirm gets it, so many more are
    called to it as a coordinator has said. Returns how many were called."""
    if not may_call(edition, at) or not (
        waiting(edition, at).exists() or _is_raced_for(edition, at)
    ):
        return 0
    with with_seats_locked(edition) as locked:
        if is_first_to_confirm(locked, at):
            return call_racers(locked, at)
        queue, called = list(waiting(locked, at)), 0
        while queue and (free := seats_left(locked)) > 0:
            chosen = choose_next(locked, queue, free)
            if not chosen:
                break
            queue = [decision for decision in queue if decision not in chosen]
            called += in_chunks(list(chosen), partial(_call, edition=locked, at=at, chosen=chosen))
        return called


def _is_raced_for(edition: Edition, at: datetime) -> bool:
    return Offer.objects.racing(at).filter(edition=edition).exists()


def call_racers(edition: Edition, at: datetime) -> int:
    """Call so many to each free seat as the edition says, those included who are called and may
    still have it; under the seats' lock that the caller holds. Returns how many were called."""
    offers.tell_outrun(edition, at)
    free = seats_left(edition)
    if free < 1:
        return 0
    racing = list(
        Offer.objects.racing(at).filter(edition=edition).values_list("application_id", flat=True)
    )
    wanted = edition.called_per_seat * free - len(racing)
    chosen = {}
    for one in in_rounds(edition, free, edition.called_per_seat, at, racing=racing):
        chosen |= one
    next_ones = list(chosen)[: max(wanted, 0)]
    act = partial(_call, edition=edition, at=at, chosen=chosen, holds_seat=False)
    return in_chunks(next_ones, act)


def in_rounds(
    edition: Edition, free: int, rounds: int, at: datetime, *, racing: Sequence[int] = ()
) -> list[dict[Decision, Promotion | None]]:
    """Who gets the free seats; who would, if none of these wanted them; and so on, at most so many
    rounds. Without whoever may have no seat while these applications are `racing` for them."""
    queue = list(waiting(edition, at))
    keys = [one.application_id for one in queue]
    barred = freed_seats.barred(edition, [*racing, *keys], free)
    queue = [one for one in queue if one.application_id not in barred]
    found = []
    while queue and len(found) < rounds and (chosen := choose_next(edition, queue, free)):
        found.append(chosen)
        queue = [one for one in queue if one not in chosen]
    return found


def may_call(edition: Edition, at: datetime) -> bool:
    admits = edition.admission_mode == AdmissionMode.OPEN or edition.is_released(at)
    return edition.is_public and admits and is_entry_open(edition, at)


def choose_next(
    edition: Edition, waiting: Sequence[Decision], free: int
) -> dict[Decision, Promotion | None]:
    """Which of those waiting, in the order of their rank, get the free seats: the first, or, in an
    edition with rules of balance, those with whom its floors and ceilings are kept. A seat that
    nobody may have by these stays free."""
    promoted = freed_seats.next_in_balance(edition, waiting, free)
    return dict.fromkeys(waiting[:free]) if promoted is None else dict(promoted)


def close_waitlist(edition: Edition, at: datetime) -> int:
    """Tell those still waiting at the last entry that nobody else is called. Tells each once, and
    within a time for which messages are kept: what is not remembered is not told again."""
    closes_at = entry_closes_at(edition)
    if closes_at is None or at < closes_at or not edition.is_public:
        return 0
    if at >= closes_at + min(TOLD_WITHIN, timedelta(days=edition.program.keep_messages_days)):
        return 0
    if edition.admission_mode == AdmissionMode.SELECTIVE and not edition.is_released(at):
        return 0
    untold = waiting(edition, at, settled=False).exclude(
        application__person__in=emails.told("waitlist_closed", edition)
    )
    return in_chunks(list(untold), lambda chunk: emails.waitlist_closed(chunk, edition, at))


def seat_or_wait(application: Application, at: datetime) -> Enrollment | None:
    """In an edition of open admission: a seat while there is one, first come first served, else
    the next rank of the waitlist (None), also for those whose eligibility or match is not settled.
    The ineligible read so at once, and are admitted like others once their answers are corrected,
    unless people decided it. A second call changes nothing."""
    with with_seats_locked(application.edition_id) as edition:
        application = Application.objects.select_related("person").get(pk=application.pk)
        application.edition = edition
        if enrollment := Enrollment.objects.filter(application=application).first():
            return enrollment
        current = Decision.objects.filter(application=application, is_current=True).first()
        if current and not _is_corrected(current, application):
            return None
        if current:
            _retire(current, at)
        if application.eligibility == Eligibility.INELIGIBLE:
            _refuse(application, edition, at)
            return None
        if _may_enter(application, edition, at):
            enrollment = enroll(application, edition, by=application.person, at=at)
            emails.offer_accepted(enrollment, edition, at)
            return enrollment
        _wait(application, edition, at)
        return None


def _is_corrected(decision: Decision, application: Application) -> bool:
    was_ineligible = decision.outcome == Outcome.INELIGIBLE and not decision.reason
    return was_ineligible and application.eligibility != Eligibility.INELIGIBLE


def _retire(decision: Decision, at: datetime) -> None:
    decision.is_current = False
    decision.save(update_fields=["is_current"])
    before = decision.outcome
    journal.record(
        decision.application, "enrollment.decide", by=None, at=at, before=before, after=""
    )


def _may_enter(application: Application, edition: Edition, at: datetime) -> bool:
    return not is_open_case(application) and is_seat_free(edition, at)


def is_seat_free(edition: Edition, at: datetime) -> bool:
    """Whether whoever comes now, and meets the requirements, is seated in an edition of open
    admission; else they wait as number `next_rank`. Of this moment: the lock decides."""
    if (
        not is_entry_open(edition, at)
        or waiting(edition, at).exists()
        or _is_raced_for(edition, at)
    ):
        return False
    return seats_left(edition) > 0


def next_rank(edition: Edition) -> int:
    """The number on the waitlist of whoever waits next."""
    queue = Decision.objects.filter(edition=edition, is_current=True)
    return (queue.aggregate(last=Max("waitlist_rank"))["last"] or 0) + 1


def _wait(application: Application, edition: Edition, at: datetime) -> None:
    rank = next_rank(edition)
    decision = _decide(application, Outcome.WAITLISTED, at, waitlist_rank=rank)
    journal.record(application, "enrollment.wait", by=None, at=at, rank=rank)
    emails.waitlisted(decision, edition, at)


def _refuse(application: Application, edition: Edition, at: datetime) -> None:
    decision = _decide(application, Outcome.INELIGIBLE, at)
    after = Outcome.INELIGIBLE
    journal.record(application, "enrollment.decide", by=None, at=at, before="", after=after)
    emails.outcomes(edition, {decision: "decision_ineligible"}, at)


def _decide(application: Application, outcome: str, at: datetime, **fields) -> Decision:
    return Decision.objects.create(
        application=application,
        edition=application.edition,
        version=application.decisions.count() + 1,
        outcome=outcome,
        at=at,
        told_at=at,
        **fields,
    )


def _call(
    decisions: list[Decision],
    *,
    edition: Edition,
    at: datetime,
    chosen: Mapping[Decision, Promotion | None],
    holds_seat: bool = True,
) -> None:
    called = offers.call(decisions, edition, at=at, holds_seat=holds_seat)
    chains = defaultdict(list)
    for decision, offer in zip(decisions, called, strict=True):
        chains[_passed_over(chosen[decision])].append((offer, None, OfferStatus.PENDING))
    for passed_over, changes in chains.items():
        action = "enrollment.call_waitlist" if holds_seat else "enrollment.call_first_to_confirm"
        journal.record_many(changes, action, by=None, at=at, reason=passed_over)
    tell = emails.waitlist_called if holds_seat else emails.first_to_confirm
    tell(called, edition, at)


def _passed_over(promotion: Promotion | None) -> str:
    """Who had a better rank and why not they: the last few codes, each with the limit that was in
    the way."""
    passed = promotion.passed if promotion else ()
    codes = [f"{code} ({limit_said(limit)})" for code, limit in passed[-CHAIN:]]
    more = len(passed) - len(codes)
    return "; ".join([*([f"+{more}"] if more > 0 else []), *codes])
