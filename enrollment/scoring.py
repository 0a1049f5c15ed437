"""The score of an application over what is known of it. Pure.

Until readers exist the motivation counts nothing: the score is out of 70, not of 100. What may
never count: the connection, the kind of address, age, opinions.
"""

from __future__ import annotations

from dataclasses import dataclass

OUT_OF = 70
ROLE_AT_MOST = 30
OUTSIDE_CAPITAL = 20
ALUMNI = 20


@dataclass(frozen=True)
class Points:
    """What a score is made of: points of the role, the place of work, the earlier course."""

    role: int
    place: int
    course: int

    @property
    def total(self) -> int:
        """0 to `OUT_OF`."""
        return self.role + self.place + self.course


def points(*, relevance: int, outside_capital: bool, is_alumnus: bool) -> Points:
    """`relevance` is the role's own, counted up to 30."""
    return Points(
        role=min(max(relevance, 0), ROLE_AT_MOST),
        place=OUTSIDE_CAPITAL * outside_capital,
        course=ALUMNI * is_alumnus,
    )
