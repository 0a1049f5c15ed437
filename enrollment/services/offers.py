"""Offers: made when a release is armed, answered, reminded of, expired. Alone writes `status`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils.translation import gettext as _

from enrollment import emails
from enrollment.models import (
    ApplicationStatus,
    Decision,
    Edition,
    Enrollment,
    EnrollmentStatus,
    Offer,
    OfferStatus,
    Outcome,
)
from enrollment.models.applications import IN_SELECTION
from enrollment.models.offers import OFFER_TRANSITIONS
from enrollment.queries import waiting
from enrollment.rules.balance import rules_of
from enrollment.rules.enrollments import can_withdraw
from enrollment.rules.offers import OUTRUN, TO_ANSWER_A_CALL, can_accept, can_decline, can_reinstate
from enrollment.rules.seats import entry_closes_at, seats_left
from enrollment.rules.staff import coordinates
from enrollment.services import freed_seats
from enrollment.services.each import in_chunks
from enrollment.services.enrollments import enroll, free_seat
from enrollment.services.seats import with_seats_locked
from lms import journal
from lms.decisions import DomainError, require_reason

REMINDERS = (timedelta(days=2), timedelta(hours=12))


def make_offers(edition: Edition, *, at: datetime) -> int:
    """Hold a seat for everybody selected, from `released_at` until `offers_respond_by`. Called
    when the release is armed, after `released_at` is stored, and after a correction (then from
    now on, and for 48 hours at least); sends nothing. Offers made before stay. Returns how many
    were made."""
    with with_seats_locked(edition) as locked:
        visible_at, respond_by = _span(locked, at)
        selected = list(_selected_without_seat(locked))
        if len(selected) > seats_left(locked):
            raise DomainError("no_seat", _("More people are selected than there are seats."))
        offers = _open(selected, locked, visible_at=visible_at, respond_by=respond_by)
        journal.record(locked, "enrollment.make_offers", by=None, at=at, count=len(offers))
        return len(offers)


def _span(edition: Edition, at: datetime) -> tuple[datetime, datetime]:
    """(visible_at, respond_by) of offers made now."""
    starts, ends = edition.released_at, edition.offers_respond_by
    if starts and ends and at > starts:
        starts, ends = at, max(ends, min(at + TO_ANSWER_A_CALL, entry_closes_at(edition)))
    if not starts or not ends or starts >= ends:
        raise DomainError("respond_by_past", _("The deadline for answers has passed by then."))
    return starts, ends


def _selected_without_seat(edition: Edition):
    """Never offered one, or called to confirm first and still without."""
    called = Q(application__offer__holds_seat=False) & Q(
        application__offer__status__in=(OfferStatus.PENDING, OfferStatus.EXPIRED)
    )
    selected = Decision.objects.filter(
        Q(application__offer=None) | called,
        edition=edition,
        is_current=True,
        outcome=Outcome.SELECTED,
        application__status__in=IN_SELECTION,
    )
    return selected.values_list("application_id", flat=True)


def call(
    decisions: Iterable[Decision], edition: Edition, *, at: datetime, holds_seat: bool
) -> list[Offer]:
    """Offers to these of the waitlist, under the seats' lock that the caller holds: a seat of their
    own with 48 hours to answer, or, until the last entry, one that goes to whoever confirms first.
    Whoever was outrun before has the same offer again. Tells nobody."""
    closes_at = entry_closes_at(edition)
    respond_by = min(at + TO_ANSWER_A_CALL, closes_at) if holds_seat else closes_at
    applications = {one.application_id: one.application for one in decisions}
    offers = _open(
        list(applications),
        edition,
        from_waitlist=True,
        holds_seat=holds_seat,
        visible_at=at,
        respond_by=respond_by,
    )
    for offer in offers:
        offer.application = applications[offer.application_id]
    return offers


def _open(applications: list[int], edition: Edition, **fields) -> list[Offer]:
    """A pending offer for each, in their order: a new one, or the one with which they were called
    to confirm first."""
    fields = {"status": OfferStatus.PENDING, "holds_seat": True, "outrun_at": None, **fields}
    rows = Offer.objects.filter(edition=edition, holds_seat=False)
    rows.filter(application__in=applications).update(**fields)
    known = rows.model.objects.filter(application__in=applications).in_bulk(
        field_name="application_id"
    )
    fresh = [
        Offer(application_id=key, edition=edition, **fields)
        for key in applications
        if key not in known
    ]
    Offer.objects.bulk_create(fresh, batch_size=500)
    known |= {offer.application_id: offer for offer in fresh}
    return [known[key] for key in applications]


def unmake_offers(edition: Edition, *, at: datetime) -> int:
    """Take back the offers that nobody has seen yet: the release is disarmed."""
    with with_seats_locked(edition) as locked:
        unseen = Offer.objects.pending().filter(edition=locked, visible_at__gt=at)
        count, _rows = unseen.delete()
        if count:
            journal.record(locked, "enrollment.unmake_offers", by=None, at=at, count=count)
        return count


def accept_offer(offer: Offer, *, by, at: datetime) -> Enrollment:
    """Take the seat: the enrollment is created in the same transaction. Done again, it gives the
    same enrollment. Raises `DomainError` from `respond_by` on, where it is not theirs, and where
    the seats went to those who confirmed first (`no_seat`), which is then written down."""
    with with_seats_locked(offer.edition_id) as edition:
        offer = _locked(offer)
        _require_own(offer, by)
        if offer.status == OfferStatus.ACCEPTED:
            return offer.application.enrollment
        can_accept(offer, at).require()
        if offer.holds_seat:
            return _take(offer, edition, by=by, at=at)
        line = _line(edition, at)
        if offer.pk not in _tell_outrun(line, edition, at):
            enrollment = _take(offer, edition, by=by, at=at)
            _tell_outrun(line and line.seating(offer.application_id), edition, at)
            return enrollment
    raise DomainError("no_seat", OUTRUN)


def _take(offer: Offer, edition: Edition, *, by, at: datetime) -> Enrollment:
    _move(offer, OfferStatus.ACCEPTED, "enrollment.accept_offer", by=by, at=at)
    enrollment = enroll(offer.application, edition, by=by, at=at)
    emails.offer_accepted(enrollment, edition, at)
    return enrollment


def tell_outrun(edition: Edition, at: datetime) -> set[int]:
    """Let those wait again who were called to confirm first and can have no seat now: none is
    free, or the free ones would break the balance with them. They are told at once, and keep their
    rank. Under the seats' lock that the caller holds. Gives the keys of their offers."""
    return _tell_outrun(_line(edition, at), edition, at)


def _line(edition: Edition, at: datetime) -> freed_seats.Line | None:
    """Those called and those waiting behind them, where rules of balance are stated."""
    if not rules_of(edition):
        return None
    racing = Offer.objects.racing(at).filter(edition=edition)
    called = list(racing.values_list("application_id", flat=True))
    behind = waiting(edition, at).values_list("application_id", flat=True)
    return freed_seats.line_of(edition, [*called, *behind]) if called else None


def _tell_outrun(line: freed_seats.Line | None, edition: Edition, at: datetime) -> set[int]:
    racing = {
        offer.application_id: offer
        for offer in Offer.objects.racing(at)
        .filter(edition=edition)
        .select_for_update(of=("self",))
        .select_related("application__person")
    }
    free = seats_left(edition) if racing else 0
    out = set(racing)
    if free > 0:
        out &= line.barred(free) if line else set()
    offers = [racing[key] for key in sorted(out)]
    _outrun(offers, edition, at)
    return {offer.pk for offer in offers}


def _outrun(offers: list[Offer], edition: Edition, at: datetime) -> None:
    if not offers:
        return
    Offer.objects.filter(pk__in=[offer.pk for offer in offers]).update(outrun_at=at)
    changes = [(offer, offer.status, offer.status) for offer in offers]
    journal.record_many(changes, "enrollment.outrun", by=None, at=at)
    emails.seat_taken(offers, edition, at)


def end_calls(edition: Edition, *, by, at: datetime) -> int:
    """Call nobody any more to confirm first, as this coordinator wants it and under the seats' lock
    that the caller holds: who had not confirmed waits again, and is told so where that was not said
    before. Returns how many."""
    called = Offer.objects.pending().filter(edition=edition, holds_seat=False)
    offers = list(called.select_for_update(of=("self",)).select_related("application__person"))
    _close_rows(offers, OfferStatus.EXPIRED, "enrollment.end_call", by=by, at=at)
    emails.seat_taken([offer for offer in offers if not offer.outrun_at], edition, at)
    return len(offers)


def decline_offer(offer: Offer, *, by, at: datetime) -> Offer:
    """Give the seat away: a pending offer until its deadline, an accepted one until the last
    entry (its enrollment is withdrawn). Done again, it changes nothing."""
    with with_seats_locked(offer.edition_id) as edition:
        offer = _locked(offer)
        _require_own(offer, by)
        if offer.status == OfferStatus.DECLINED:
            return offer
        can_decline(offer, edition, at).require()
        if offer.status == OfferStatus.ACCEPTED:
            _give_place_back(offer.application.enrollment, by=by, at=at)
        _move(offer, OfferStatus.DECLINED, "enrollment.decline_offer", by=by, at=at)
        emails.offer_declined(offer, edition, at)
        return offer


def reinstate_offer(offer: Offer, *, by, at: datetime, reason: str) -> Offer:
    """Give an expired offer again, into a free seat only: 48 hours, not beyond the last entry.
    Only for coordinators."""
    with with_seats_locked(offer.edition_id) as edition:
        coordinates(by, edition.program).require()
        offer = _locked(offer)
        if offer.status == OfferStatus.PENDING and offer.respond_by > at:
            return offer
        can_reinstate(offer, edition, at).require()
        require_reason(reason)
        offer.visible_at = at
        offer.respond_by = min(at + TO_ANSWER_A_CALL, entry_closes_at(edition))
        _move(offer, OfferStatus.PENDING, "enrollment.reinstate_offer", by=by, at=at, reason=reason)
        emails.offer_reinstated(offer, edition, at)
        return offer


def expire_offers(edition: Edition, at: datetime) -> int:
    """Free the seats of offers nobody answered in time, and of applications withdrawn meanwhile.
    A row that fails is left out and logged. Returns how many were freed."""
    due = Offer.objects.pending().filter(edition=edition, visible_at__lte=at)
    gone = Q(application__status=ApplicationStatus.WITHDRAWN)
    if not due.filter(Q(respond_by__lte=at) | gone).exists():
        return 0
    with with_seats_locked(edition) as locked:
        due = due.select_for_update(of=("self",)).select_related("application__person")
        late = list(due.filter(respond_by__lte=at).exclude(gone))
        withdrawn = list(due.filter(gone))
        return in_chunks(
            late, lambda offers: _close_many(offers, OfferStatus.EXPIRED, locked, at)
        ) + in_chunks(
            withdrawn, lambda offers: _close_many(offers, OfferStatus.DECLINED, locked, at)
        )


def remind_offers(edition: Edition, at: datetime) -> int:
    """Remind those who have not answered, two days and twelve hours before their deadline; whoever
    was offered the seat within that time is not reminded of it. Returns how many were reminded."""
    offers = list(_to_remind(edition, at))
    return in_chunks(offers, lambda chunk: _remind(chunk, edition, at))


def _to_remind(edition: Edition, at: datetime):
    unanswered = Offer.objects.holding().filter(
        edition=edition, visible_at__lte=at, application__status__in=IN_SELECTION
    )
    due = Q()
    for lead in REMINDERS:
        starts = F("respond_by") - lead
        not_yet = Q(reminded_at=None) | Q(reminded_at__lt=starts)
        due |= not_yet & Q(respond_by__lte=at + lead, respond_by__gt=at, visible_at__lt=starts)
    return unanswered.filter(due)


def _remind(offers: list[Offer], edition: Edition, at: datetime) -> None:
    """Whoever was answered, or reminded by another worker, since the list was read is left out."""
    chunk = _to_remind(edition, at).filter(pk__in=[offer.pk for offer in offers])
    chunk = list(chunk.select_for_update(of=("self",)).select_related("application__person"))
    Offer.objects.filter(pk__in=[offer.pk for offer in chunk]).update(reminded_at=at)
    emails.offer_reminder(chunk, edition, at)


def give_back(offer: Offer, *, at: datetime) -> None:
    """Decline a pending offer for somebody who is no longer there, under the seats' lock that the
    caller holds; nobody is told."""
    _close_many([offer], OfferStatus.DECLINED, offer.edition, at)


def _close_many(offers: list[Offer], status: str, edition: Edition, at: datetime) -> None:
    _close_rows(offers, status, "enrollment.expire_offer", by=None, at=at)
    if status == OfferStatus.EXPIRED:
        emails.offer_expired([offer for offer in offers if offer.holds_seat], edition, at)


def _close_rows(offers: list[Offer], status: str, action: str, *, by, at: datetime) -> None:
    Offer.objects.filter(pk__in=[offer.pk for offer in offers]).update(
        status=status, answered_at=None
    )
    changes = [(offer, OfferStatus.PENDING, status) for offer in offers]
    journal.record_many(changes, action, by=by, at=at)


def _move(offer: Offer, status: str, action: str, *, by, at: datetime, reason="") -> None:
    before = offer.status
    if status not in OFFER_TRANSITIONS[before]:
        raise DomainError("offer_transition", f"{before} → {status}")
    offer.status = status
    offer.answered_at = None if status == OfferStatus.PENDING else at
    offer.save(update_fields=["status", "answered_at", "visible_at", "respond_by"])
    journal.record(offer, action, by=by, at=at, before=before, after=status, reason=reason)


def _locked(offer: Offer) -> Offer:
    rows = Offer.objects.select_for_update(of=("self",))
    return rows.select_related("application__person", "application__edition").get(pk=offer.pk)


def _give_place_back(enrollment: Enrollment, *, by, at: datetime) -> None:
    if enrollment.status == EnrollmentStatus.WITHDRAWN:
        return
    can_withdraw(enrollment, at).require()
    free_seat(enrollment, by=by, at=at)


def _require_own(offer: Offer, by) -> None:
    if by is None or offer.application.person_id != by.pk:
        raise DomainError("not_yours", _("This is another person's place."))
