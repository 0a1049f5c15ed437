"""Deciding, answering offers, taking places: by the real services where they work on a set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db.models import Max, QuerySet

from enrollment import emails
from enrollment.demo.casting import cast
from enrollment.demo.data import read
from enrollment.demo.logs import log_many
from enrollment.demo.programs import together
from enrollment.models import (
    Application,
    Decision,
    Edition,
    Enrollment,
    Offer,
    OfferStatus,
    Outcome,
)
from enrollment.models.applications import IN_SELECTION
from enrollment.rules.offers import TO_ANSWER_A_CALL
from enrollment.services.decisions import propose_decisions
from enrollment.services.eligibility import assess_edition, settle_by_hand, settle_match
from enrollment.services.enrollments import name_for_peers, withdraw_enrollment
from enrollment.services.first_to_confirm import forecast, start_first_to_confirm
from enrollment.services.offers import accept_offer, expire_offers
from enrollment.services.release import write_outcome_messages
from enrollment.services.waitlist import call_waitlist
from lms.accounts.models import User
from lms.mail.compose import reference
from lms.mail.models import OutgoingMessage

DECLINED, EXPIRED, UNDECIDED = 0.041, 0.097, 0.04
MOST_ANSWER_IN = timedelta(days=11)
FREED, PER_SEAT = 4, 3  # in the last hours: seats given back, people called to each
CONFIRMED_BY_HAND = 25


@dataclass
class Office:
    """Who does what staff do."""

    coordinator: User
    second: User


def assess(edition: Edition, office: Office) -> None:
    """After the close: matches, eligibility and scores, and some matches settled by hand."""
    window = edition.windows.get(kind="application")
    at = window.closes_at + timedelta(hours=3)
    assess_edition(edition, at=at)
    needs_proof = edition.applications.filter(eligibility="needs_proof").order_by("pk")
    for application in needs_proof[:CONFIRMED_BY_HAND]:
        settle_match(
            application,
            "proof_accepted",
            by=office.coordinator,
            at=at + timedelta(hours=5),
            reason="Envió la constancia de la edición anterior.",
        )


def reject_claims(edition: Edition, office: Office, ineligible: int) -> None:
    """So many claims to the earlier course are rejected, that the edition has as many ineligible
    people as the distribution says."""
    taking_part = edition.applications.filter(status__in=IN_SELECTION)
    missing = ineligible - taking_part.filter(eligibility="ineligible").count()
    claims = taking_part.filter(
        eligibility="eligible", alumni_match="self_declared", duplicate_of=None
    )
    keys = list(claims.order_by("pk").values_list("pk", flat=True)[: max(missing, 0)])
    settle_by_hand(
        edition,
        keys,
        "rejected",
        by=office.coordinator,
        at=edition.windows.get(kind="application").closes_at + timedelta(hours=8),
        reason="No figura en las listas y no envió constancia.",
    )


def decide(edition: Edition, office: Office, scenes: dict[str, dict]) -> dict[str, Application]:
    """Propose, cast the accounts, lock and arm by two people, release."""
    lock_at = edition.selection_locks_at - timedelta(hours=8)
    propose_decisions(edition, by=office.coordinator, at=lock_at)
    cast_as = _cast_all(edition, scenes)
    together("lock", edition, office.coordinator, office.second, lock_at + timedelta(hours=1))
    together("arm", edition, office.coordinator, office.second, lock_at + timedelta(hours=2))
    edition.refresh_from_db()
    write_outcome_messages(edition, edition.released_at + timedelta(minutes=1))
    return cast_as


def _cast_all(edition: Edition, scenes: dict[str, dict]) -> dict[str, Application]:
    """Who was called from the waitlist takes the first ranks of it, the others a place of
    their outcome."""
    found = {}
    for scene, account in scenes.items():
        outcome = OUTCOME_OF.get(scene, Outcome.SELECTED)
        free = _decided(edition, outcome).exclude(pk__in=[one.pk for one in found.values()])
        wanted = MATCH_OF.get(scene)
        fitting = free.filter(alumni_match=wanted) if wanted else free
        if fitting.exists() or free.exists():
            found[scene] = cast(fitting if fitting.exists() else free, account)
    return found


OUTCOME_OF = {
    "called": Outcome.WAITLISTED,
    "began": Outcome.WAITLISTED,
    "waiting": Outcome.WAITLISTED,
    "not_selected": Outcome.NOT_SELECTED,
}

CALLED = {"called", "began"}  # from the waitlist

MATCH_OF = {"called": "auto", "began": "auto", "waiting": "self_declared"}


def _last_called(cast_as: dict[str, Application]) -> int:
    """The rank on the waitlist of the last account that is called from it; 0 without one."""
    called = [one.pk for scene, one in cast_as.items() if scene in CALLED]
    current = Decision.objects.filter(application__in=called, is_current=True)
    return current.aggregate(last=Max("waitlist_rank"))["last"] or 0


def _decided(edition: Edition, outcome: str) -> QuerySet[Application]:
    return edition.applications.filter(decisions__is_current=True, decisions__outcome=outcome)


def fill_seats(
    edition: Edition, luck: Random, cast_as: dict[str, Application], *, pending: str = ""
) -> list[Enrollment]:
    """Answers to the offers, then calls from the waitlist, until no seat is free. The offer of
    the account `pending` stays open until the last entry. Where offers last for longer than most
    take, whoever will not come says so, and a few have not answered."""
    kept = {one.pk for one in cast_as.values()}
    offers = list(_pending(edition))
    answers = {o.pk: 1.0 if o.application_id in kept else luck.random() for o in offers}
    after = min(edition.offers_respond_by, edition.released_at + MOST_ANSWER_IN)
    after += timedelta(minutes=1)
    goes, is_silent = DECLINED, DECLINED + EXPIRED
    if after < edition.offers_respond_by:
        goes, is_silent = is_silent, is_silent + UNDECIDED
    gone = max(_last_called(cast_as), sum(answer < goes for answer in answers.values()))
    declining = sorted(offers, key=lambda offer: answers[offer.pk])[:gone]
    _decline(declining, luck)
    rest = [o for o in offers if o not in declining]
    enrolled = _accept([o for o in rest if answers[o.pk] >= is_silent], luck)
    expire_offers(edition, after)
    call_waitlist(edition, after)
    called = [o for o in _pending(edition) if o.from_waitlist]
    waits = cast_as.get(pending)
    kept_open = [o for o in called if waits is not None and o.application_id == waits.pk]
    for offer in kept_open:
        _keep_open(offer, edition)
    return enrolled + _accept([o for o in called if o not in kept_open], luck)


def confirm_first(
    edition: Edition, office: Office, luck: Random, cast_as: dict[str, Application]
) -> None:
    """The last hours before the last entry: some give their place back, more people than seats
    are called, and the seats go to whoever confirms first. Nobody is called afterwards."""
    begins_at = edition.last_entry_at - TO_ANSWER_A_CALL
    kept = [one.pk for one in cast_as.values()]
    places = list(edition.enrollments.exclude(application__in=kept).order_by("pk"))
    for place in luck.sample(places, min(FREED, len(places) // 3)):
        withdraw_enrollment(place, by=place.person, at=begins_at + timedelta(hours=1))
    at = begins_at + timedelta(hours=3)
    start_first_to_confirm(
        edition,
        PER_SEAT,
        shown=forecast(edition, at).said,
        by=office.coordinator,
        at=at,
        reason=read("office")["last_hours"],
    )
    while racing := list(Offer.objects.racing(at).filter(edition=edition).order_by("pk")):
        offer, at = luck.choice(racing), at + timedelta(minutes=luck.randint(5, 90))
        accept_offer(offer, by=offer.application.person, at=at)
    expire_offers(edition, edition.last_entry_at)


def _pending(edition: Edition) -> QuerySet[Offer]:
    rows = Offer.objects.pending().filter(edition=edition)
    return rows.select_related("application__person").order_by("pk")


def _keep_open(offer: Offer, edition: Edition) -> None:
    """Until the last entry, in the letter too."""
    offer.respond_by = edition.last_entry_at
    offer.save(update_fields=["respond_by"])
    written = OutgoingMessage.objects.filter(about=reference(offer))
    written.filter(template="enrollment/mail/waitlist_called").delete()
    emails.waitlist_called([offer], edition, offer.visible_at)


def _decline(offers: list[Offer], luck: Random) -> None:
    for offer in offers:
        offer.status, offer.answered_at = OfferStatus.DECLINED, _answered_at(offer, luck)
    Offer.objects.bulk_update(offers, ["status", "answered_at"], batch_size=200)
    log_many(
        "enrollment.decline_offer",
        [(o, "pending", o.status, o.application.person, o.answered_at) for o in offers],
    )


def _accept(offers: list[Offer], luck: Random) -> list[Enrollment]:
    for offer in offers:
        offer.status, offer.answered_at = OfferStatus.ACCEPTED, _answered_at(offer, luck)
    Offer.objects.bulk_update(offers, ["status", "answered_at"], batch_size=200)
    log_many(
        "enrollment.accept_offer",
        [(o, "pending", o.status, o.application.person, o.answered_at) for o in offers],
    )
    return enroll_many([(offer.application, offer.answered_at) for offer in offers])


def _answered_at(offer: Offer, luck: Random) -> datetime:
    """Within the first days, and never after the deadline."""
    latest = min(offer.respond_by, offer.visible_at + timedelta(hours=47))
    return offer.visible_at + (latest - offer.visible_at) * luck.uniform(0.02, 0.98)


def enroll_many(places: list[tuple[Application, datetime]]) -> list[Enrollment]:
    enrollments = Enrollment.objects.bulk_create(
        [_enrollment(application, at) for application, at in places], batch_size=300
    )
    log_many(
        "enrollment.enroll",
        [(one, "", one.status, one.person, one.confirmed_at) for one in enrollments],
    )
    return enrollments


def _enrollment(application: Application, at: datetime) -> Enrollment:
    mode = application.answers.get("show_name_to_peers", "full_name")
    return Enrollment(
        person=application.person,
        edition_id=application.edition_id,
        application=application,
        language=application.language,
        certificate_name=application.certificate_name,
        peer_name_mode=mode,
        peer_name=name_for_peers(application, mode, application.language),
        confirmed_at=at,
    )
