"""What the listing of applications costs: against a stock listing of as many rows, and with fifty
times as many people as now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from enrollment.models import Application, Edition, EditionStatus
from enrollment.names import normal_text
from enrollment.services.applications import new_code
from lms import kept
from tests.bench import people
from tests.bench.server import Browser, Server, ratio
from tests.enrollment.alumni_sample import people as invented

MANY = 100_000
CHUNK = 2_000
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
    many = f"{reverse('enrollment_staff:applications')}?edition={_an_edition_of_many().pk}"
    for name, more in VARIANTS.items():
        is_searched = "q=" in more
        reference = f"{stock}?{more}" if is_searched else few + more
        measured = _ratio(server, browser, many + more, reference)
        unit = "× stock" if is_searched else "× of 2,000"
        yield f"listing of {MANY:,} applications, {name}", measured, AT_MOST, unit


def _ratio(server: Server, browser: Browser, path: str, reference: str) -> float:
    for one in (path, reference):
        assert browser.get(one).status == 200, one
    return ratio(
        server, lambda: browser.get(path), lambda: browser.get(reference), times=4, rounds=5
    )


def _an_edition_of_many() -> Edition:
    """Beside the one in selection, and no other figure's: a draft, with fifty times its people."""
    like = people.an_edition_in_selection()[0]
    window = like.windows.get(kind="application")
    roles = list(like.program.applicant_roles.all())
    like.pk, like.slug, like.status = None, "bench-of-many", EditionStatus.DRAFT
    like.save(force_insert=True)
    phase = window.phase
    phase.pk, phase.edition = None, like
    phase.save(force_insert=True)
    window.pk, window.edition, window.phase = None, like, phase
    window.save(force_insert=True)
    luck, at = Random(MANY), timezone.now()
    for begin in range(0, MANY, CHUNK):
        persons = people.users(CHUNK)
        Application.objects.bulk_create(
            Application(
                person=person,
                edition=like,
                window=window,
                code=new_code(),
                status="submitted",
                version=1,
                given_names=one.given,
                family_names=one.family,
                country=one.country,
                role=luck.choice(roles),
                institution="Corte Superior de Justicia",
                workplace=luck.choice(["capital", "other_city"]),
                gender=luck.choice(["woman", "man"]),
                language="es",
                eligibility=luck.choice(["eligible", "eligible", "ineligible"]),
                score=luck.randrange(10_000) / 100,
                search_text=normal_text(f"{one.name} Corte Superior de Justicia"),
                created_at=at,
                saved_at=at,
                submitted_at=at - timedelta(seconds=begin + place),
            )
            for place, (person, one) in enumerate(zip(persons, invented(CHUNK, luck), strict=True))
        )
    kept.drop()
    with connection.cursor() as cursor:  # as the server does by itself after a while
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return like
