"""The same act on a set of applications that was shown: on all of them, or on none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.db.models import Q, QuerySet

from enrollment.models import Application, Decision, Eligibility, Outcome
from enrollment.models.applications import IN_SELECTION
from enrollment.services.decisions import decide_by_hand
from enrollment.services.duplicates import merge_application
from enrollment.services.eligibility import settle_by_hand
from lms.decisions import DomainError


@dataclass(frozen=True)
class Refused:
    application: Application
    reason: object


class NotAllError(Exception):
    """Nothing was done, because it cannot be done for `refused`."""

    def __init__(self, refused: list[Refused]):
        super().__init__(len(refused))
        self.refused = refused


def change_decisions(
    applications: Iterable[Application], outcome: str, *, reason: str, by, at: datetime
) -> int:
    """Decide all of them by hand, with one reason. Raises `NotAllError` and changes nothing where
    one is refused. Returns how many."""
    return _all_or_none(applications, decide_by_hand, outcome, reason=reason, by=by, at=at)


def settle_matches(
    applications: Iterable[Application], outcome: str, *, reason: str, by, at: datetime
) -> int:
    """Settle the alumni match of all of them by hand, with one reason; else as above."""
    return _all_or_none(applications, settle_by_hand, outcome, reason=reason, by=by, at=at)


@dataclass(frozen=True)
class Effect:
    """What settling matches would come to: how many applications become what (of all in their
    editions: others may share a row of the list), how many get another score, and how many
    decisions would then contradict the eligibility."""

    eligibility: dict[str, int]
    scores: int
    contradicted: int


def effect_of_settling(
    applications: Iterable[Application], outcome: str, *, reason: str, by, at: datetime
) -> Effect:
    """Settle the matches, look at what came of it, and take it back. Raises `NotAllError`."""
    applications = list(applications)
    rows = Application.objects.filter(
        edition__in={one.edition_id for one in applications}, status__in=IN_SELECTION
    )
    with transaction.atomic():
        before = _standing(rows)
        settle_matches(applications, outcome, reason=reason, by=by, at=at)
        after = _standing(rows)
        ineligible = Q(application__eligibility=Eligibility.INELIGIBLE)
        decided = Q(outcome=Outcome.INELIGIBLE)
        changed = [key for key, now in after.items() if before[key][0] != now[0]]
        contradicted = Decision.objects.filter(application__in=changed, is_current=True).filter(
            (ineligible & ~decided) | (decided & ~ineligible)
        )
        found = Effect(
            dict(Counter(after[key][0] for key in changed)),
            sum(before[key][1] != score for key, (_eligibility, score) in after.items()),
            contradicted.count(),
        )
        transaction.set_rollback(True)
    return found


def _standing(rows: QuerySet[Application]) -> dict[int, tuple]:
    values = rows.order_by().values_list("pk", "eligibility", "score")
    return {key: (eligibility, score) for key, eligibility, score in values}


@transaction.atomic
def merge_pairs(
    leaving: Iterable[tuple[Application, str]], *, reason: str, by, at: datetime
) -> int:
    """Merge all of them, with one reason: who leaves, and the pair as it was seen. Raises
    `NotAllError` and changes nothing where one is refused. Returns how many."""
    leaving, refused = list(leaving), []
    for application, seen in leaving:
        try:
            merge_application(application, by=by, at=at, reason=reason, seen=seen)
        except DomainError as refusal:
            refused.append(Refused(application, refusal.reason))
    if refused:
        raise NotAllError(refused)
    return len(leaving)


@transaction.atomic
def _all_or_none(applications: Iterable[Application], act: Callable, *asked, **who) -> int:
    """Act edition by edition: a thousand people take no more queries than ten."""
    by_edition = sorted(applications, key=lambda one: one.edition_id)
    refused: list[Refused] = []
    for _key, group in groupby(by_edition, key=lambda one: one.edition_id):
        refused += _refused_in(list(group), act, asked, who)
    if refused:
        raise NotAllError(refused)
    return len(by_edition)


def _refused_in(applications: list[Application], act: Callable, asked, who) -> list[Refused]:
    try:
        found = act(applications[0].edition, [one.pk for one in applications], *asked, **who)
    except DomainError as refusal:
        return [Refused(one, refusal.reason) for one in applications]
    return [Refused(one, answer.reason) for one, answer in found]
