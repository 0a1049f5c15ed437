"""Editions with as many people as one will."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from django.db import connection
from django.utils import timezone

from enrollment.models import AlumniMatch, Application, Edition, EditionStatus
from enrollment.names import normal_text
from enrollment.services import decisions as deciding
from enrollment.services import joint
from enrollment.services.applications import new_code
from lms import kept
from tests.bench import people
from tests.enrollment.alumni_sample import people as invented

CHUNK = 2_000
OFFERED = 10  # one seat for so many


def an_edition_of(how_many: int, slug: str, **fields) -> Edition:
    """One like that in selection, with `fields` of its own and so many submitted applications."""
    edition = people.an_edition_in_selection()[0]
    window = edition.windows.get(kind="application")
    edition.pk, edition.slug = None, slug
    for name, value in fields.items():
        setattr(edition, name, value)
    edition.save(force_insert=True)
    phase = window.phase
    phase.pk, phase.edition = None, edition
    phase.save(force_insert=True)
    window.pk, window.edition, window.phase = None, edition, phase
    window.save(force_insert=True)
    _fill(window, how_many)
    kept.drop()
    with connection.cursor() as cursor:  # as the server does by itself after a while
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return edition


def about_to_be_released(how_many: int, slug: str):
    """An edition of so many outcomes, and the act that releases them, which waits for its second
    person."""
    _other, coordinator, second = people.an_edition_in_selection()
    at = timezone.now()
    edition = an_edition_of(
        how_many,
        f"{slug}-{how_many}",
        status=EditionStatus.PUBLISHED,
        capacity=how_many // OFFERED,
        offers_respond_by=at + timedelta(days=7),
        last_entry_at=at + timedelta(days=14),
    )
    edition.applications.update(alumni_match=AlumniMatch.AUTO)
    deciding.propose_decisions(edition, by=coordinator, at=at)
    joint.confirm(joint.ask("lock", edition, by=coordinator, at=at), by=second, at=at)
    Edition.objects.filter(pk=edition.pk).update(release_planned_at=at)
    return edition, joint.ask("arm", edition, by=coordinator, at=at)


def release(edition: Edition, act) -> None:
    joint.confirm(act, by=people.second_of(edition), at=timezone.now())


def _fill(window, how_many: int) -> None:
    roles = list(window.edition.program.applicant_roles.all())
    luck, at = Random(how_many), timezone.now()
    for begin in range(0, how_many, CHUNK):
        size = min(CHUNK, how_many - begin)
        persons = people.users(size)
        Application.objects.bulk_create(
            Application(
                person=person,
                edition=window.edition,
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
            for place, (person, one) in enumerate(zip(persons, invented(size, luck), strict=True))
        )
