"""What an import of alumni holds in memory: each in a process of its own, whose peak is its own.
`python -m tests.bench.importing 20000` prints megabytes."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from random import Random
from tempfile import TemporaryFile

import django

if __name__ == "__main__":
    django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from enrollment.models import (  # noqa: E402
    Alumnus,
    AlumnusKey,
    Program,
    QuarantinedRow,
    RoleAssignment,
    StaffRole,
)
from enrollment.services.alumni import choose_columns, read_chunk, receive_file  # noqa: E402
from tests.bench import people  # noqa: E402
from tests.enrollment.alumni_sample import COUNTRIES  # noqa: E402
from tests.enrollment.alumni_sample import people as invented  # noqa: E402

FEW, MANY = 20_000, 200_000
MEGABYTES, GROWTH = 300, 1.6  # what grows is the file on its way to the database
COLUMNS = {"name": 0, "country": 1, "edition": 2, "status": 3}


def figures() -> Iterator[tuple[str, float, float, str]]:
    if connection.vendor != "postgresql":
        return
    few, many = (_in_its_own_process(rows) for rows in (FEW, MANY))
    yield f"import of {MANY:,} rows, memory", many, MEGABYTES, "MB"
    yield f"import of {MANY:,} rows, more memory", many / few, GROWTH, f"× of {FEW:,}"


def _in_its_own_process(rows: int) -> float:
    command = [sys.executable, "-m", "tests.bench.importing", str(rows)]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return float(run.stdout)


def measure(rows: int) -> float:
    """Megabytes at the peak, from the file on the disk to its last row."""
    program = Program.objects.create(slug=f"bench-import-{rows}", title={"en": "x"})
    coordinator = people.a_coordinator()
    RoleAssignment.objects.create(user=coordinator, program=program, role=StaffRole.COORDINATOR)
    try:
        _import(program, coordinator, rows)
        kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    finally:
        _forget(program)
    return kilobytes / 1024


def _import(program: Program, coordinator, rows: int) -> None:
    at = timezone.now()
    with TemporaryFile() as file:
        for line in _lines(rows):
            file.write(line.encode())
        file.seek(0)
        source = receive_file(program, "bench.csv", file.read(), by=coordinator, at=at)
    if not source.columns:
        source = choose_columns(source, COLUMNS, by=coordinator, at=at)
    while not source.finished_at:
        source = read_chunk(source, at=at)
    assert source.imported + source.quarantined == rows, source


def _lines(rows: int) -> Iterator[str]:
    yield "nombre;país;edición;estado\n"
    luck = Random(rows)
    for _number in range(rows // 1000):
        for one in invented(1000, luck):
            yield f"{one.name};{COUNTRIES[one.country][0]};{luck.randrange(2005, 2020)};sí\n"


def _forget(program: Program) -> None:
    """What was imported is nobody's in the figures after it."""
    for rows in (
        AlumnusKey.objects.filter(alumnus__program=program),
        QuarantinedRow.objects.filter(source__program=program),
        Alumnus.objects.filter(program=program),
    ):
        rows._raw_delete(rows.db)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    print(measure(int(sys.argv[1])))
