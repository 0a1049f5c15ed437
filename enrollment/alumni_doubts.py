"""What a list of alumni says that nobody knows: countries that are none, years that are none. Such
rows are kept, since neither decides anything alone; whoever gave the list is told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from enrollment.country_names import country_code
from enrollment.names import normal_text

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
YEAR_HEADERS = ("year", "ano")
FIRST_YEAR = 1990


@dataclass(frozen=True)
class Said:
    """One value of a column, on how many rows it stands, and the first line of the file."""

    value: str
    rows: int
    line: int


def unknown_countries(said: Iterable[Said]) -> list[Said]:
    return [one for one in said if one.value and not country_code(one.value)]


def unknown_years(said: Iterable[Said], *, header: str, this_year: int) -> list[Said]:
    """Courses without a year that can be one, where the column is said to hold years or most of
    its rows do. Elsewhere a course is any text, and nothing is doubtful."""
    said = [one for one in said if one.value]
    doubtful = [one for one in said if not _has_year(one.value, this_year)]
    rows = sum(one.rows for one in said)
    holds_years = 2 * sum(one.rows for one in doubtful) <= rows
    return doubtful if holds_years or normal_text(header) in YEAR_HEADERS else []


def _has_year(text: str, this_year: int) -> bool:
    return any(FIRST_YEAR <= int(year) <= this_year for year in YEAR.findall(text))
