"""How readings of an application become points, and who may not read it. Pure.

A reading gives points to each criterion, from 0 to its highest; it is worth the share that it gave
of all weighted points, in hundredths of 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from enrollment.names import normal_text

SHORTEST_INSTITUTION = 8
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Measure:
    """One criterion: its key, its weight against the others, and its highest points."""

    key: str
    weight: int
    highest: int


def total_of(points: Mapping[str, int], measures: Iterable[Measure]) -> Decimal:
    """What a reading is worth, 0 to 100. `points` has one entry for each measure."""
    measures = list(measures)
    whole = sum(one.weight for one in measures)
    given = sum(Decimal(one.weight * points[one.key]) / one.highest for one in measures)
    return rounded(100 * given / whole)


def mean_of(totals: Iterable[Decimal]) -> Decimal | None:
    totals = list(totals)
    return rounded(sum(totals) / len(totals)) if totals else None


def rounded(value: Decimal) -> Decimal:
    return value.quantize(HUNDREDTH, ROUND_HALF_UP)


def is_same_institution(one: str, other: str) -> bool:
    """Whether two names, as people type them, may name one institution: alike but for case and
    accents, or one within the other."""
    shorter, longer = sorted((normal_text(one), normal_text(other)), key=len)
    if len(shorter) < SHORTEST_INSTITUTION:
        return bool(shorter) and shorter == longer
    return f" {shorter} " in f" {longer} "
