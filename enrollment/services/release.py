"""Telling people of their outcome, after the release. What they may see and do never waits for
this: it only writes the letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from enrollment import emails
from enrollment.models import Decision, Edition, EditionStatus, OfferStatus, Outcome
from enrollment.models.applications import IN_SELECTION

CHUNK = 250


def write_due_messages(at: datetime) -> int:
    """Write the letters of every edition whose release has come. Returns how many."""
    released = Edition.objects.filter(
        released_at__lte=at, status=EditionStatus.PUBLISHED, decisions__in=untold()
    )
    return sum(write_outcome_messages(edition, at) for edition in released.distinct())


def write_outcome_messages(edition: Edition, at: datetime) -> int:
    """Write one letter to everybody who has not been told of their current outcome, in chunks
    of constant cost, each a transaction of its own. A second call writes nothing; two at once
    write each letter once. Nothing before the release. Returns how many decisions were told."""
    told = 0
    while edition.is_released(at) and (size := _tell_chunk(edition, at)):
        told += size
    return told


def untold():
    """Current decisions whose letter is not written."""
    return Decision.objects.filter(
        is_current=True, told_at=None, application__status__in=IN_SELECTION
    )


@transaction.atomic
def _tell_chunk(edition: Edition, at: datetime) -> int:
    rows = (
        untold()
        .filter(edition=edition)
        .select_for_update(of=("self",))
        .select_related("application__person", "application__offer")
        .order_by("pk")[:CHUNK]
    )
    chunk = list(rows)
    for write, decisions in _by_letter(edition, chunk).items():
        write(edition, decisions, at)
    Decision.objects.filter(pk__in=[decision.pk for decision in chunk]).update(told_at=at)
    return len(chunk)


def _by_letter(edition: Edition, decisions: Iterable[Decision]) -> dict:
    """Which letter each decision needs. Who has answered an offer in the meantime saw it, and
    gets no letter that asks for an answer."""
    letters = defaultdict(list)
    for decision in decisions:
        decision.application.edition = edition
        if _was_answered(decision):
            continue
        letters[_letter_of(edition, decision)].append(decision)
    return letters


def _was_answered(decision: Decision) -> bool:
    offer = getattr(decision.application, "offer", None)
    return (
        decision.outcome == Outcome.SELECTED
        and offer is not None
        and offer.status != OfferStatus.PENDING
    )


def _letter_of(edition: Edition, decision: Decision):
    if decision.at > edition.released_at:
        return emails.decision_corrected
    return {
        Outcome.SELECTED: emails.decision_offer,
        Outcome.WAITLISTED: emails.decision_waitlist,
        Outcome.NOT_SELECTED: emails.decision_not_selected,
        Outcome.INELIGIBLE: emails.decision_ineligible,
    }[decision.outcome]
