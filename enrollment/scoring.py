"""The score of an application over what is known of it. Pure.

Where nobody reads the applications of an edition the motivation counts nothing: the score is then
out of 70, not of 100. What may never count: the connection, the kind of address, age, opinions.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from enrollment.reading import rounded

OUT_OF = 70
READING_AT_MOST = 30
ROLE_AT_MOST = 30
OUTSIDE_CAPITAL = 20
ALUMNI = 20


@dataclass(frozen=True)
class Points:
    """What a score is made of: points of the role, the place of work, the earlier course and the
    readings."""

    role: int
    place: int
    course: int
    reading: Decimal

    @property
    def total(self) -> Decimal:
        """0 to `OUT_OF`, and up to `READING_AT_MOST` more where applications are read."""
        return self.role + self.place + self.course + self.reading


def points(
    *, relevance: int, outside_capital: bool, is_alumnus: bool, reading: Decimal | None = None
) -> Points:
    """`relevance` is the role's own, counted up to 30; `reading` is the readers', of 100."""
    return Points(
        role=min(max(relevance, 0), ROLE_AT_MOST),
        place=OUTSIDE_CAPITAL * outside_capital,
        course=ALUMNI * is_alumnus,
        reading=rounded(READING_AT_MOST * (reading or Decimal(0)) / 100),
    )
