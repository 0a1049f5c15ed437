"""Telling people of their outcome, after the release. What they may see and do never waits for
this: it only writes the letters."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from enrollment import emails
from enrollment.models import Decision, Edition, EditionStatus, OfferStatus, Outcome
from enrollment.models.applications import IN_SELECTION
from enrollment.rules.decisions import is_of_the_release

CHUNK = 250
LETTERS = {
    Outcome.SELECTED: "decision_offer",
    Outcome.WAITLISTED: "decision_waitlist",
    Outcome.NOT_SELECTED: "decision_not_selected",
    Outcome.INELIGIBLE: "decision_ineligible",
}


def write_due_messages(at: datetime) -> int:
    """Write the letters of every edition whose release has come. Returns how many."""
    released = Edition.objects.filter(
        released_at__lte=at, status=EditionStatus.PUBLISHED, decisions__in=untold()
    )
    editions = released.select_related("program").distinct()
    return sum(write_outcome_messages(edition, at) for edition in editions)


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
    for decision in chunk:
        decision.application.edition = edition
    letters = {
        decision: _letter_of(edition, decision) for decision in chunk if not _was_answered(decision)
    }
    emails.outcomes(edition, letters, at)
    Decision.objects.filter(pk__in=[decision.pk for decision in chunk]).update(told_at=at)
    return len(chunk)


def _was_answered(decision: Decision) -> bool:
    """Who has answered an offer in the meantime saw it, and gets no letter that asks for an
    answer."""
    offer = getattr(decision.application, "offer", None)
    return (
        decision.outcome == Outcome.SELECTED
        and offer is not None
        and offer.status != OfferStatus.PENDING
    )


def _letter_of(edition: Edition, decision: Decision) -> str:
    if is_of_the_release(decision, edition):
        return LETTERS[decision.outcome]
    return "decision_corrected"
