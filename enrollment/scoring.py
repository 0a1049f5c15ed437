"""The score of an application over what is known of it. Pure.

Until readers exist the motivation counts nothing: the score is out of 70, not of 100. What may
never count: the connection, the kind of address, age, opinions.
"""

from __future__ import annotations

OUT_OF = 70
ROLE_AT_MOST = 30
OUTSIDE_CAPITAL = 20
ALUMNI = 20


def score(*, relevance: int, outside_capital: bool, is_alumnus: bool) -> int:
    """Points, 0 to `OUT_OF`. `relevance` is the role's own, counted up to 30."""
    return (
        min(max(relevance, 0), ROLE_AT_MOST)
        + OUTSIDE_CAPITAL * outside_capital
        + ALUMNI * is_alumnus
    )
