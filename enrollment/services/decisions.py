"""Deciding: proposal, exceptions, lock, arming. The only writer of `Decision` and of the edition's
`decisions_locked_at`, `decisions_checksum` and `released_at`."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from enrollment.models import Application, Decision, Edition, Eligibility, JointAct, Outcome
from enrollment.models.applications import IN_SELECTION, MATCH_OPEN
from enrollment.rules import decisions as rules
from enrollment.rules.staff import coordinates
from enrollment.selection import Candidate, Proposed, propose, waitlist_length
from enrollment.services import balancing, offers
from enrollment.services.seats import with_seats_locked
from lms import journal
from lms.decisions import Decision as Answer
from lms.decisions import DomainError, refused, require_reason

CHUNK = 500


def counts(edition: Edition) -> dict[str, int]:
    """Current decisions that count, by outcome, zeros included."""
    found = Counter(
        Decision.objects.filter(
            edition=edition, is_current=True, application__status__in=IN_SELECTION
        ).values_list("outcome", flat=True)
    )
    return {outcome: found[outcome] for outcome in Outcome.values}


def checksum(edition: Edition) -> str:
    """SHA-256 over the whole set of current decisions, in the order of the codes."""
    rows = Decision.objects.filter(edition=edition, is_current=True).order_by("application__code")
    whole = hashlib.sha256()
    for row in rows.values_list("application__code", "version", "outcome", "waitlist_rank"):
        whole.update("|".join(map(str, row)).encode() + b"\n")
    return whole.hexdigest()


@dataclass(frozen=True)
class Proposal:
    """What a proposal would write: `outcomes` by application, `changed` those among them that
    differ from the current decision, `gone` decisions of applications that left the selection;
    `trial`, where the edition is balanced by rules, the draw that all of it comes from."""

    outcomes: dict[int, Proposed]
    changed: dict[int, Proposed]
    gone: list[int]
    trial: balancing.Trial | None = None

    def counts(self) -> dict[str, int]:
        found = Counter(str(one.outcome) for one in self.outcomes.values())
        return {outcome: found[outcome] for outcome in Outcome.values}

    def digest(self) -> str:
        """Differs where anything that would be written differs."""
        rows = sorted((key, str(one.outcome), one.rank) for key, one in self.changed.items())
        drawn = self.trial.drawn.checksum if self.trial else ""
        return hashlib.sha256(repr((rows, sorted(self.gone), drawn)).encode()).hexdigest()[:16]


def proposal_for(edition: Edition) -> Proposal:
    """What would be proposed now. Writes nothing. Raises `DomainError` where the rules of the
    edition's balance cannot hold together."""
    return _proposal(edition, _current(edition))


def _current(edition: Edition) -> dict[int, Decision]:
    return {row.application_id: row for row in edition.decisions.filter(is_current=True)}


def _proposal(edition: Edition, current: dict[int, Decision]) -> Proposal:
    candidates, exceptions = list(_candidates(edition)), _exceptions(edition)
    trial = balancing.trial(edition, candidates, exceptions)
    if trial:
        ineligible = {
            one.key: Proposed(Outcome.INELIGIBLE) for one in candidates if not one.eligible
        }
        outcomes = ineligible | trial.outcomes()
    else:
        waitlist = waitlist_length(edition.capacity, edition.waitlist_percent)
        outcomes = propose(candidates, edition.capacity, waitlist, exceptions)
    changed = {key: new for key, new in outcomes.items() if _differs(current.get(key), new)}
    gone = [row.pk for key, row in current.items() if key not in outcomes]
    return Proposal(outcomes, changed, gone, trial)


@transaction.atomic
def propose_decisions(
    edition: Edition, *, by, at: datetime, digest: str | None = None
) -> dict[str, int]:
    """Write the proposed outcome for every application of the edition, in bulk, and the draw that
    it comes from where there are rules of balance.

    What was decided by hand, with a reason, stays. `digest` is that of the proposal that the
    person saw, if they saw one: where it would be another by now it is refused. A second call
    on the same facts writes nothing. Returns the counts by outcome."""
    edition = _locked_row(edition)
    coordinates(by, edition.program).require()
    rules.can_decide(edition, at).require()
    current = _current(edition)
    new = _proposal(edition, current)
    is_kept = new.trial is None or balancing.is_kept(edition, new.trial)
    if is_kept and not (new.changed or new.gone):
        return counts(edition)
    if digest is not None and digest != new.digest():
        raise DomainError(
            "proposal_changed",
            _("The applications have changed since the proposal was shown. Look at it again."),
        )
    _retire([*new.gone, *(current[key].pk for key in new.changed if key in current)])
    _write(edition, current, new.changed, by, at)
    journal.record(edition, "enrollment.propose", by=by, at=at, changed=len(new.changed))
    if new.trial:
        balancing.keep(edition, new.trial, by, at)
    return counts(edition)


@transaction.atomic
def change_decision(
    application: Application, outcome: str, *, reason: str, by, at: datetime
) -> Decision:
    """Decide by hand, with a reason, before the lock. A second call changes nothing."""
    refusals = decide_by_hand(
        application.edition, [application.pk], outcome, reason=reason, by=by, at=at
    )
    for _application, answer in refusals:
        answer.require()
    return application.decisions.get(is_current=True)


@transaction.atomic
def decide_by_hand(
    edition: Edition, keys: Iterable[int], outcome: str, *, reason: str, by, at: datetime
) -> list[tuple[Application, Answer]]:
    """Decide these applications of the edition by hand, with one reason, before the lock, in
    bulk. What already is so stays as it is. Returns those that are refused and why; of them
    nothing is written. Ten queries and one for every 500 applications."""
    edition = _locked_row(edition)
    coordinates(by, edition.program).require()
    rules.can_decide(edition, at).require()
    current = _current(edition)
    seats, rank = _room(edition, outcome)
    new: dict[int, Proposed] = {}
    refusals = []
    rows = edition.applications.select_for_update(of=("self",)).filter(pk__in=list(keys))
    for application in rows.order_by("pk"):
        application.edition = edition
        old = current.get(application.pk)
        if old and old.outcome == outcome:
            continue
        answer = rules.can_be(application, outcome)
        if answer and outcome == Outcome.SELECTED and len(new) >= seats:
            answer = refused("no_seat", _("All seats are given: take one back first."))
        if not answer:
            refusals.append((application, answer))
            continue
        waits = outcome == Outcome.WAITLISTED
        new[application.pk] = Proposed(outcome, rank + len(new) if waits else None)
    if new:
        require_reason(reason)
    _retire([current[key].pk for key in new if key in current])
    _write(edition, current, new, by, at, reason=reason.strip())
    return refusals


def _room(edition: Edition, outcome: str) -> tuple[int, int]:
    """The seats that may still be given, and the rank of who is waitlisted next."""
    if outcome == Outcome.SELECTED:
        return edition.capacity - counts(edition)[Outcome.SELECTED], 0
    return 0, _next_rank(edition) if outcome == Outcome.WAITLISTED else 0


def _next_rank(edition: Edition) -> int:
    """Who is waitlisted by hand waits behind all others."""
    queue = Decision.objects.filter(edition=edition, is_current=True)
    return (queue.aggregate(last=Max("waitlist_rank"))["last"] or 0) + 1


def _next_version(
    application: Application, current: Decision | None, outcome, *, reason, by, at
) -> Decision:
    """Retire the current decision and write the next, on a locked edition row."""
    edition = application.edition
    rank = _next_rank(edition) if outcome == Outcome.WAITLISTED else None
    if current:
        _retire([current.pk])
    decision = Decision.objects.create(
        application=application,
        edition=edition,
        version=current.version + 1 if current else 1,
        outcome=outcome,
        waitlist_rank=rank,
        by=by,
        reason=reason.strip(),
        at=at,
    )
    journal.record(
        application,
        "enrollment.decide",
        by=by,
        at=at,
        reason=reason.strip(),
        before=current.outcome if current else "",
        after=outcome,
    )
    return decision


def correct(decision: Decision, act: JointAct, by, at: datetime) -> None:
    """Perform the joint act `correct_outcome` on a released decision: its next version counts from
    now on, who is selected by it has an offer, and the worker writes the letter."""
    with with_seats_locked(decision.edition_id) as edition:
        application = Application.objects.select_for_update(of=("self",)).get(
            pk=decision.application_id
        )
        application.edition = edition
        outcome = act.terms["outcome"]
        rules.can_correct(application, outcome, at).require()
        _next_version(application, decision, outcome, reason=act.reason, by=by, at=at)
        if outcome == Outcome.SELECTED:
            offers.make_offers(edition, at=at)


def lock(edition: Edition, act: JointAct, by, at: datetime) -> None:
    """Perform the joint act `lock`: from here on no decision changes."""
    edition.decisions_locked_at, edition.decisions_checksum = at, act.terms["checksum"]
    edition.save(update_fields=["decisions_locked_at", "decisions_checksum"])


def unlock(edition: Edition, act: JointAct, by, at: datetime) -> None:
    edition.decisions_locked_at, edition.decisions_checksum = None, ""
    edition.save(update_fields=["decisions_locked_at", "decisions_checksum"])


def arm(edition: Edition, act: JointAct, by, at: datetime) -> None:
    """Perform the joint act `arm`: store the instant and make the offers. From the instant on
    everybody sees their outcome; nothing has to run for that, and no message exists before."""
    edition.released_at = rules.release_instant(edition, at)
    edition.save(update_fields=["released_at"])
    offers.make_offers(edition, at=at)


def disarm(edition: Edition, act: JointAct, by, at: datetime) -> None:
    """Perform the joint act `disarm`: the instant and the offers go again."""
    offers.unmake_offers(edition, at=at)
    edition.released_at = None
    edition.save(update_fields=["released_at"])


def _locked_row(edition: Edition) -> Edition:
    return (
        Edition.objects.select_for_update(of=("self",)).select_related("program").get(pk=edition.pk)
    )


def _candidates(edition: Edition) -> Iterable[Candidate]:
    needs_alumni = edition.program.needs_alumni
    rows = edition.applications.filter(status__in=IN_SELECTION).values_list(
        "pk", "code", "eligibility", "alumni_match", "score", "submitted_at"
    )
    for pk, code, eligibility, match, score, submitted_at in rows:
        yield Candidate(
            key=pk,
            code=code,
            eligible=eligibility != Eligibility.INELIGIBLE,
            open=eligibility != Eligibility.ELIGIBLE or (needs_alumni and match in MATCH_OPEN),
            score=score or 0,
            submitted_at=submitted_at,
        )


def _exceptions(edition: Edition) -> dict[int, str]:
    """What was decided by hand and still fits what is known of the application."""
    rows = edition.decisions.filter(is_current=True, application__status__in=IN_SELECTION).exclude(
        reason=""
    )
    by_hand = {}
    for row in rows.select_related("application"):
        row.application.edition = edition
        if rules.can_be(row.application, row.outcome):
            by_hand[row.application_id] = row.outcome
    return by_hand


def _differs(current: Decision | None, new: Proposed) -> bool:
    return current is None or (current.outcome, current.waitlist_rank) != (new.outcome, new.rank)


def _retire(keys: list[int]) -> None:
    for start in range(0, len(keys), CHUNK):
        Decision.objects.filter(pk__in=keys[start : start + CHUNK]).update(is_current=False)


def _write(edition, current, changed: dict[int, Proposed], by, at, *, reason="") -> None:
    """New versions and their log rows, with the reason of who decides by hand. An exception whose
    rank moved stays that of whoever decided it, then and for their reason."""
    applications = Application.objects.only("id", "code").in_bulk(changed)
    log = []
    rows = []
    for key, new in changed.items():
        old = current.get(key)
        is_same = old is not None and old.outcome == new.outcome
        is_kept = is_same and old.reason and not reason
        rows.append(
            Decision(
                application_id=key,
                edition=edition,
                version=old.version + 1 if old else 1,
                outcome=new.outcome,
                waitlist_rank=new.rank,
                by_id=old.by_id if is_kept else by.pk,
                reason=old.reason if is_kept else reason,
                at=old.at if is_kept else at,
            )
        )
        if not is_same:
            log.append((applications[key], old.outcome if old else "", new.outcome))
    Decision.objects.bulk_create(rows, batch_size=CHUNK)
    journal.record_many(log, "enrollment.decide", by=by, at=at, reason=reason)
