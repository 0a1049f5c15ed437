"""The same act on a set of applications that was shown: on all of them, or on none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction

from enrollment.models import Application
from enrollment.services.decisions import decide_by_hand
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
