"""What a list of alumni says that nobody knows: countries that are none, years that are none. Such
rows are kept, since neither decides anything alone; whoever gave the list is told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils import translation
from django_countries import countries

from enrollment.matching import normal_text

ALSO = (
    "ee uu|eeuu|eua|usa|us|u s a|estados unidos de america|estados unidos da america|"
    "united states|united states of america|rep dominicana|santo domingo|reino unido|uk|"
    "inglaterra|england|great britain|holanda|holland|corea|korea|rusia|russia|"
    "republica argentina|republica oriental del uruguay|republica de panama|republica de chile|"
    "brasil|mexico df|cuba|venezuela|bolivia|curacao|curazao|antillas neerlandesas"
)
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
YEAR_HEADERS = ("year", "ano")
FIRST_YEAR = 1990


@dataclass(frozen=True)
class Said:
    """One value of a column, on how many rows it stands, and the first line of the file."""

    value: str
    rows: int
    line: int


@cache
def country_names() -> frozenset[str]:
    """Names and codes of all countries, in the languages of the site, without accents."""
    names = set(ALSO.split("|"))
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for code, name in countries:
                names |= {normal_text(code), normal_text(countries.alpha3(code))}
                names |= {normal_text(name), normal_text(_short(name))}
    return frozenset(names - {""})


def _short(name: str) -> str:
    """“Bolivia” of “Bolivia (Estado Plurinacional de)” and of “Bolivia, Estado…”."""
    return re.split(r"[(,]", str(name))[0]


def unknown_countries(said: Iterable[Said]) -> list[Said]:
    known = country_names()
    return [
        one
        for one in said
        if one.value and not {normal_text(one.value), normal_text(_short(one.value))} & known
    ]


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
