"""What the listing of applications costs: against a stock listing of as many rows, and with fifty
times as many people as now."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from enrollment.models import Edition, EditionStatus
from tests.bench import crowds, people
from tests.bench.server import Browser, Server, ratio

MANY = 100_000
AT_MOST = 1.3
VARIANTS = {
    "first page": "",
    "filtered": "&country=PE&eligibility=eligible",
    "searched": "&q=menjivar+quispe",
    "filtered and searched": "&country=PE&q=menjivar",
}

Row = tuple[str, float, float, str]


def figures(server: Server) -> Iterator[Row]:
    """Searching reads every row of either listing: there the reference has as many rows."""
    coordinator = people.a_coordinator()
    browser = Browser(server, people.session_of(coordinator, is_superuser=True))
    few, stock = people.listing_path(), reverse("stock:index")
    for name, more in VARIANTS.items():
        measured = _ratio(server, browser, few + more, f"{stock}?{more}")
        yield f"listing of applications, {name}", measured, AT_MOST, "× stock"
    many = f"{reverse('enrollment_staff:applications')}?edition={_of_many().pk}"
    for name, more in VARIANTS.items():
        is_searched = "q=" in more
        reference = f"{stock}?{more}" if is_searched else few + more
        measured = _ratio(server, browser, many + more, reference)
        unit = "× stock" if is_searched else "× of 2,000"
        yield f"listing of {MANY:,} applications, {name}", measured, AT_MOST, unit


def _of_many() -> Edition:
    """No other figure's: a draft."""
    return crowds.an_edition_of(MANY, "bench-of-many", status=EditionStatus.DRAFT)


def _ratio(server: Server, browser: Browser, path: str, reference: str) -> float:
    for one in (path, reference):
        assert browser.get(one).status == 200, one
    return ratio(
        server, lambda: browser.get(path), lambda: browser.get(reference), times=4, rounds=5
    )
