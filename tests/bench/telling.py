"""What the release of ten thousand outcomes costs against one of a thousand, and what those who use
the site feel of it while the worker writes the letters."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

from django.db import connection
from django.urls import reverse
from django.utils import translation

from enrollment.models import Edition, Outcome
from enrollment.services import decisions as deciding
from enrollment.services.release import untold, write_outcome_messages
from lms.accounts.models import User
from tests.bench import cpu, crowds, people
from tests.bench.arrivals import Answer, arrive, p95
from tests.bench.deployment import deployed
from tests.bench.server import Browser, Server

WARM, FEW, MANY = 100, 1_000, 10_000
LINEAR = 1.2
SLOWER = 3
READERS, EACH_SECOND = 400, 20
AT_MOST_SECONDS, SPELL, IDLE = 300, 2, 30

Row = tuple[str, float, float, str]


def figures() -> Iterator[Row]:
    if connection.vendor != "postgresql":
        return
    _first, few, many = (_cost_of_each(how_many) for how_many in (WARM, FEW, MANY))
    yield f"release of {MANY:,}, CPU for each outcome", many / few, LINEAR, f"× of {FEW:,}"
    meanwhile, idle = _waits()
    yield f"release of {MANY:,}, p95 of the web meanwhile", meanwhile / idle, SLOWER, "× idle"


def _cost_of_each(how_many: int) -> float:
    """CPU seconds of the offers, statuses and letters of one outcome."""
    edition, act = crowds.about_to_be_released(how_many, "bench-cost")
    used = _cpu_used()
    crowds.release(edition, act)
    edition = Edition.objects.select_related("program").get(pk=edition.pk)
    told = write_outcome_messages(edition, edition.released_at)
    used = _cpu_used() - used
    assert told == how_many, told
    assert deciding.counts(edition)[Outcome.SELECTED] == how_many // crowds.OFFERED
    return used / how_many


def _cpu_used() -> float:
    """Of this process and of the database's for it."""
    return time.process_time() + sum(cpu.of_database(connection.settings_dict["NAME"]).values())


def _waits() -> tuple[float, float]:
    """p95, in seconds, of the same people's same pages: while the letters of a release are written,
    and after it."""
    with deployed(connection.settings_dict["NAME"]) as server:
        edition, act = crowds.about_to_be_released(MANY, "bench-waits")
        readers = _readers(server, edition)
        crowds.release(edition, act)
        meanwhile = _while_told(readers, edition)
        idle = _spell(readers, IDLE)
    return _p95_of(meanwhile), _p95_of(idle)


def _readers(server: Server, edition: Edition) -> list[partial]:
    persons = User.objects.filter(applications__edition=edition).order_by("pk")[:READERS]
    with translation.override("es"):
        names = ("application_status", "outcome")
        where = [edition.program.slug, edition.slug]
        paths = [reverse("home"), *(reverse(f"enrollment:{name}", args=where) for name in names)]
    browsers = [Browser(server, cookies) for cookies in people.sessions_of(list(persons))]
    return [
        partial(_read, browser, paths[place % len(paths)]) for place, browser in enumerate(browsers)
    ]


def _read(browser: Browser, path: str) -> int:
    status = browser.get(path).status
    browser.leave()
    return status


def _while_told(readers: list[partial], edition: Edition) -> list[Answer]:
    """What they waited from the first letter that was written to the last."""
    answers, end = [], time.monotonic() + AT_MOST_SECONDS
    left = before = _untold(edition)
    while left:
        assert time.monotonic() < end, f"{left} wait for their letter"
        given = _spell(readers, SPELL)
        before, left = left, _untold(edition)
        answers += given if left < before else []
    return answers


def _untold(edition: Edition) -> int:
    return untold().filter(edition=edition).count()


def _spell(readers: list[partial], seconds: int) -> list[Answer]:
    """So many seconds of readers, each second's spread over it."""
    asked = [
        (place / EACH_SECOND, "read", readers[place % len(readers)])
        for place in range(seconds * EACH_SECOND)
    ]
    return arrive(asked, time.monotonic())


def _p95_of(answers: list[Answer]) -> float:
    assert answers and all(one.given == 200 for one in answers), {one.given for one in answers}
    return p95(one.seconds for one in answers)
