"""Who of those waiting may have a freed seat, so that the rules of the balance are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from enrollment.balance.problem import Applicant, Rule
from enrollment.balance.replacing import Promotion, obstacles, replacements
from enrollment.models import Decision, Edition, Enrollment, Offer
from enrollment.models.enrollments import SEAT_HOLDING
from enrollment.rules.balance import rules_of
from enrollment.services.balancing import facts_of


def next_in_balance(
    edition: Edition, queue: Sequence[Decision], free: int
) -> list[tuple[Decision, Promotion]] | None:
    """Who of those waiting, in the order of their rank, get the free seats so that floors and
    ceilings are kept; None where the edition has no rules. Call it with the seats locked."""
    stated = rules_of(edition)
    if not stated:
        return None
    waiting = {str(one.application_id): one for one in queue}
    seated, candidates = _standing_by(edition, stated, [one.application_id for one in queue])
    promoted = replacements(seated, candidates, stated, edition.capacity, free)
    codes = {key: one.application.code for key, one in waiting.items()}
    return [(waiting[one.code], _by_codes(one, codes)) for one in promoted]


@dataclass(frozen=True)
class Line:
    """Whose seats are taken, and the applications in line for the free ones, as the rules of the
    balance read them: read once, and asked again as seats are given."""

    stated: Sequence[Rule]
    capacity: int
    seated: Sequence[Applicant]
    queue: Sequence[Applicant]

    def barred(self, free: int) -> set[int]:
        """Whose seat, of those in line, would now break a ceiling, or a floor that the others of
        them can meet."""
        if not self.queue:
            return set()
        return set(map(int, obstacles(self.seated, self.queue, self.stated, self.capacity, free)))

    def seating(self, key: int) -> Line:
        """The line when this application of it has its seat."""
        seated = [one for one in self.queue if one.code == str(key)]
        queue = [one for one in self.queue if one.code != str(key)]
        return replace(self, seated=[*self.seated, *seated], queue=queue)


def line_of(edition: Edition, queue: Sequence[int]) -> Line | None:
    """These applications in line; None where the edition has no rules. Call it with the seats
    locked."""
    stated = rules_of(edition)
    if not stated:
        return None
    return Line(stated, edition.capacity, *_standing_by(edition, stated, queue))


def barred(edition: Edition, queue: Sequence[int], free: int) -> set[int]:
    """Whose seat, of those with these applications, would break the balance now. Call it with the
    seats locked."""
    line = line_of(edition, queue) if queue else None
    return line.barred(free) if line else set()


def _standing_by(edition: Edition, stated: Sequence[Rule], queue: Sequence[int]):
    """Whose seats are taken, and these applications, as the rules read them."""
    held = set(
        Enrollment.objects.filter(edition=edition, status__in=SEAT_HOLDING)
        .exclude(application=None)
        .values_list("application", flat=True)
    ) | set(Offer.objects.holding().filter(edition=edition).values_list("application", flat=True))
    facts = facts_of(edition, stated, [*held, *queue])
    seated = [Applicant(str(key), 0, facts.get(key, {})) for key in sorted(held)]
    return seated, [Applicant(str(key), 0, facts.get(key, {})) for key in queue]


def _by_codes(promotion: Promotion, codes: Mapping[str, str]) -> Promotion:
    passed = tuple((codes[key], limit) for key, limit in promotion.passed)
    return Promotion(codes[promotion.code], passed)
