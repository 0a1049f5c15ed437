"""What finding people on a list of alumni costs, and how well it finds them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from random import Random

from django.db import connection, transaction
from django.utils import timezone

from enrollment.matching import find_alumni
from enrollment.models import AlumniImport, Alumnus, Application, Program
from enrollment.services.alumni import choose_columns, read_chunk, receive_file
from enrollment.services.alumni_book import AlumniList, write_keys
from enrollment.services.eligibility import applicant_of
from tests.bench import cpu, people
from tests.enrollment.alumni_sample import COUNTRIES, Person, a_sample
from tests.enrollment.alumni_sample import people as invented

SMALL, LARGE = 8_000, 100_000
LARGE_OVER_SMALL = 16  # n log n, rounded up


def figures() -> Iterator[tuple[str, float, float, str]]:
    edition, coordinator, _second = people.an_edition_in_selection()
    rows = Application.objects.filter(edition=edition, submitted_at__isnull=False)
    applicants = [applicant_of(one) for one in rows.select_related("person", "role")]
    small, one = _cost(SMALL, applicants), _cost(SMALL, applicants[:100]) / 100
    yield "matching one application with 8,000 alumni", one * 1000, 10, "ms"
    yield f"matching {len(applicants)} with 8,000 alumni", small, 30, "s"
    growth = _cost(LARGE, applicants) / small
    yield "the same with 100,000 alumni", growth, LARGE_OVER_SMALL, "×"
    yield from _quality()
    yield "import of 8,000 rows", _import(edition.program, coordinator), 20, "s"


def _used() -> float:
    database = cpu.of_database(connection.settings_dict["NAME"])
    return time.process_time() + sum(database.values())


def _cost(size: int, applicants: Iterable) -> float:
    """CPU seconds of looking the applicants up in a list of so many rows, which is gone after."""
    with transaction.atomic():
        program = Program.objects.create(slug=f"bench-{size}", title={"en": "x"}, needs_alumni=True)
        source = AlumniImport.objects.create(
            program=program, file_name="x", checksum="x", at=timezone.now()
        )
        luck = Random(size)
        listed = [_row(program, source, one) for one in invented(size, luck)]
        write_keys(Alumnus.objects.bulk_create(listed, batch_size=500))
        before = _used()
        find_alumni(applicants, AlumniList(program).book_for(applicants))
        seconds = _used() - before
        transaction.set_rollback(True)
    return seconds


def _row(program: Program, source: AlumniImport, person: Person) -> Alumnus:
    country = COUNTRIES[person.country][0]
    return Alumnus(
        program=program, source=source, line=1, raw={}, name=person.name, country=country
    )


def _quality() -> Iterator[tuple[str, float, float, str]]:
    """As shares that were missed, of a thousand damaged pairs among 8,000 rows."""
    sample = a_sample()
    found = find_alumni(sample.applicants, sample.book)
    proved = {pk: one.record.id for pk, one in found.items() if one.verdict == "auto"}
    wrong = sum(sample.own.get(pk, -1) != row for pk, row in proved.items())
    hidden = sum(found[pk].verdict not in ("auto", "review") for pk in sample.own)
    own = len(sample.own)
    yield "damaged pairs, proved wrongly", wrong, 0, ""
    yield "damaged pairs, not proved", 100 * (own - len(proved)) / own, 15, "%"
    yield "damaged pairs, neither proved nor shown", 100 * hidden / own, 2, "%"


def _import(program: Program, coordinator) -> float:
    """CPU seconds from the file to its last row, with the applications matched anew."""
    lines = ["nombre;correo;país;edición;estado"]
    for one in invented(SMALL, Random(7)):
        country = COUNTRIES[one.country][0]
        lines.append(f"{one.family.upper()}, {one.given};{one.email};{country};2017;sí")
    before, at = _used(), timezone.now()
    content = "\n".join(lines).encode()
    source = receive_file(program, "bench.csv", content, by=coordinator, at=at)
    if not source.columns:
        source = choose_columns(source, {"name": 0, "email": 1}, by=coordinator, at=at)
    while not source.finished_at:
        source = read_chunk(source, at=at)
    return _used() - before
