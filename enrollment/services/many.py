"""The same act on a set of applications that was shown: on all of them, or on none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from enrollment.models import Application
from enrollment.services.decisions import change_decision
from enrollment.services.eligibility import settle_match
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
    return _all_or_none(
        applications,
        lambda one: change_decision(one, outcome, reason=reason, by=by, at=at),
    )


def settle_matches(
    applications: Iterable[Application], outcome: str, *, reason: str, by, at: datetime
) -> int:
    """Settle the alumni match of all of them by hand, with one reason; else as above."""
    return _all_or_none(
        applications, lambda one: settle_match(one, outcome, by=by, at=at, reason=reason)
    )


@transaction.atomic
def _all_or_none(applications: Iterable[Application], act: Callable) -> int:
    refused, done = [], 0
    for application in applications:
        try:
            with transaction.atomic():
                act(application)
                done += 1
        except DomainError as refusal:
            refused.append(Refused(application, refusal.reason))
    if refused:
        raise NotAllError(refused)
    return done
