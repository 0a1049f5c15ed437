"""What the release of a thousand decisions costs, among 2,214."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from enrollment.models import Edition, Outcome
from enrollment.services import decisions as deciding
from enrollment.services import joint
from enrollment.services.release import write_outcome_messages
from tests.bench import cpu, embargo, people
from tests.bench.server import Server


def figures(server: Server) -> Iterator[tuple[str, float, float, str]]:
    """Before the release what its pages cost by outcome; then the CPU of offers, statuses and
    message rows for each thousand decisions; and whether a chunk takes as many queries as the
    next."""
    edition, coordinator, second = people.an_edition_in_selection()
    at = timezone.now()
    deciding.propose_decisions(edition, by=coordinator, at=at)
    _together("lock", edition, coordinator, second, at)
    Edition.objects.filter(pk=edition.pk).update(release_planned_at=at + timedelta(days=1))
    _together("arm", edition, coordinator, second, at)
    yield from embargo.figures(server, edition)
    _together("disarm", edition, coordinator, second, timezone.now())
    Edition.objects.filter(pk=edition.pk).update(release_planned_at=at)
    before, counts = _used(), []
    _together("arm", edition, coordinator, second, timezone.now())
    edition = Edition.objects.select_related("program").get(pk=edition.pk)
    with connection.execute_wrapper(_counting(counts)):
        told = write_outcome_messages(edition, edition.released_at)
    seconds = _used() - before
    released = sum(deciding.counts(edition).values())
    assert told == released and deciding.counts(edition)[Outcome.SELECTED] > 900, told
    yield "release, CPU for each 1,000 decisions", seconds * 1000 / released, 3, "s"
    full = _chunks(counts)[1:-2]  # the first begins the mailing
    # one, where a chunk brings a kind or language whose first letter is to go ahead
    yield "release, queries a chunk more than another", max(full) - min(full), 1, ""


def _together(name, edition, first, second, at) -> None:
    act = joint.ask(name, edition, by=first, at=at)
    joint.confirm(act, by=second, at=at)


def _used() -> float:
    database = cpu.of_database(connection.settings_dict["NAME"])
    return time.process_time() + sum(database.values())


def _counting(counts: list[str]):
    def counted(execute, sql, *args):
        counts.append(sql)
        return execute(sql, *args)

    return counted


def _chunks(statements: list[str]) -> list[int]:
    """How many statements each transaction took."""
    sizes, size = [], 0
    for sql in statements:
        size += 1
        if sql.startswith('UPDATE "enrollment_decision"'):
            sizes.append(size)
            size = 0
    return sizes
