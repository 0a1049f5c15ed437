"""The last minutes of a window: thousands submit what they have drafted, and some come too late.

Each looks at the check of the answers and presses after a while; some press twice. The instants
of pressing are planned: a site that answers late is pressed no less. The window closes while
people press. `LAST_HOUR_SECONDS` makes it shorter, with as many fewer people."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import connection
from django.utils import timezone

from enrollment.forms.applications import as_typed
from enrollment.forms.definitions import form_of
from enrollment.models import (
    Application,
    ApplicationStatus,
    ApplicationVersion,
    LateAttempt,
    RegistrationWindow,
)
from enrollment.services.applications import new_code
from enrollment.services.windows import freeze_form
from lms import kept
from lms.mail.models import OutgoingMessage
from tests.bench import people
from tests.bench.arrivals import Answer, arrive, p95
from tests.bench.deployment import deployed
from tests.bench.server import Browser, Server
from tests.enrollment.alumni_sample import people as invented
from tests.enrollment.applying import answers

PEOPLE, SECONDS = 8_000, 600
PACE = SECONDS / PEOPLE
LOOKS = 5  # seconds at the check of the answers, before pressing
AFTER = 4  # seconds after the close in which people still press, no fewer than before
CROWD = 100  # press within a second around the close, besides
IN_TIME, AROUND = "in time", "around the close"
TWICE = 20  # one of so many presses twice
SOON = 3
TWICE_WITHIN = 0.1

Row = tuple[str, float, float, str]


@dataclass
class Visitor:
    browser: Browser
    application: Application
    paths: tuple[str, str]

    def look(self) -> int:
        answer = self.browser.get(self.paths[0])
        self.browser.leave()
        return answer.status

    def press(self) -> int:
        """302 where it was submitted, and its page shown; 403 where it came too late."""
        browser = Browser(self.browser.server, self.browser.cookies)
        answer = browser.post(self.paths[0], {"revision": "1"})
        if answer.status == 302:
            assert answer.headers["Location"] == self.paths[1], answer.headers["Location"]
            assert browser.get(self.paths[1]).status == 200
        browser.leave()
        return answer.status


def figures() -> Iterator[Row]:
    if connection.vendor != "postgresql":
        return
    seconds = int(os.environ.get("LAST_HOUR_SECONDS", SECONDS))
    presses, close = _presses(seconds)
    in_time = round(seconds / PACE)
    with deployed(connection.settings_dict["NAME"]) as server:
        window, visitors = _drafts(server, len(presses))
        begin = time.monotonic() + SOON
        with _closing(window, timezone.now() + timedelta(seconds=SOON + close)) as window:
            given = arrive(_plan(visitors, presses), begin)
    name = f"last hour, {in_time:,} in {seconds} s"
    waited = [one.seconds for one in given if one.name == IN_TIME]
    yield f"{name}: p95 to the receipt", p95(waited), 1, "s"
    yield from _sums(name, window, visitors, given)


def _presses(seconds: int) -> tuple[list[tuple[str, float, float]], float]:
    """Whether it is in time, when each looks and when each presses; and when the window closes."""
    close = LOOKS + seconds + 1
    pressed = [LOOKS + place * PACE for place in range(round(seconds / PACE))]
    presses = [(IN_TIME, second - LOOKS, second) for second in pressed]
    crowd = [close - 0.5 + place / CROWD for place in range(CROWD)]
    late = [close + place * PACE for place in range(round(AFTER / PACE))]
    around = crowd + late
    looked = [place * (close - 1) / len(around) for place in range(len(around))]
    presses += [(AROUND, *both) for both in zip(looked, around, strict=True)]
    return presses, close


def _plan(visitors: list[Visitor], presses: list[tuple[str, float, float]]):
    for place, (visitor, (name, look, press)) in enumerate(zip(visitors, presses, strict=True)):
        yield look, "look", visitor.look
        yield press, name, visitor.press
        if place % TWICE == 0:
            yield press + TWICE_WITHIN, "press again", visitor.press


def _sums(
    name: str, window: RegistrationWindow, visitors: list[Visitor], given: list[Answer]
) -> Iterator[Row]:
    """How far what is stored, what is refused and what people were told fall apart."""
    keys = [one.application.pk for one in visitors]
    rows = Application.objects.filter(pk__in=keys).in_bulk()
    late = dict(LateAttempt.objects.filter(window=window).values_list("person", "at"))
    stored = {key for key, row in rows.items() if _is_stored(row, window)}
    refused = {
        key for key, row in rows.items() if _is_refused(row, late.get(row.person_id), window)
    }
    in_time = sum(one.name == IN_TIME for one in given)
    told = Counter(one.given for one in given if one.name in (IN_TIME, AROUND))
    yield f"{name}: not stored", in_time - len(stored & set(keys[:in_time])), 0, ""
    yield f"{name}: not kept once and told once", _not_once(keys, stored), 0, ""
    neither = len(set(keys) - (stored ^ refused))
    yield f"close, of {len(keys):,}: neither stored nor refused", neither, 0, ""
    wrong = abs(told[302] - len(stored)) + abs(told[403] - len(refused))
    yield f"close, {len(refused):,} refused: told otherwise", wrong, 0, ""


def _not_once(keys: list[int], stored: set[int]) -> int:
    """How many have not exactly one version and one receipt, or any where nothing is stored."""
    versions = ApplicationVersion.objects.filter(application__in=keys)
    versions_of = Counter(versions.values_list("application", flat=True))
    receipts = OutgoingMessage.objects.filter(
        template="enrollment/mail/application_received", person__applications__in=keys
    )
    told = Counter(receipts.values_list("person__applications", flat=True))
    return sum((versions_of[key], told[key]) != ((key in stored,) * 2) for key in keys)


def _is_stored(row: Application, window: RegistrationWindow) -> bool:
    is_whole = row.status == ApplicationStatus.SUBMITTED and row.version == 1 and not row.draft
    return is_whole and row.submitted_at < window.closes_at


def _is_refused(row: Application, at: datetime | None, window: RegistrationWindow) -> bool:
    is_kept = row.status == ApplicationStatus.DRAFT and row.draft and row.version == 0
    return bool(is_kept) and at is not None and at >= window.closes_at


def _drafts(server: Server, how_many: int) -> tuple[RegistrationWindow, list[Visitor]]:
    """So many people with a complete draft each, signed in."""
    window, _nobody = people.applicants(0)
    at = timezone.now()
    window = freeze_form(window, at=at)
    persons = people.users(how_many, time_zone="America/Lima")
    applications = Application.objects.bulk_create(
        [
            Application(
                person=person,
                edition=window.edition,
                window=window,
                code=new_code(),
                draft=as_typed(form_of(window), _typed(one)),
                revision=1,
                created_at=at,
                saved_at=at,
            )
            for person, one in zip(persons, invented(how_many, Random(how_many)), strict=True)
        ],
        batch_size=500,
    )
    paths = (
        people.form_path(window, "application_check"),
        people.form_path(window, "application_status"),
    )
    sessions = people.sessions_of(persons)
    return window, [
        Visitor(Browser(server, cookies), application, paths)
        for cookies, application in zip(sessions, applications, strict=True)
    ]


def _typed(one) -> dict[str, str]:
    return answers(
        given_names=one.given,
        family_names=one.family,
        certificate_name=one.name,
        country=one.country,
        subdivision="",
    )


@contextmanager
def _closing(window: RegistrationWindow, at: datetime) -> Iterator[RegistrationWindow]:
    """The window as it closes then; afterwards as it was."""
    rows = RegistrationWindow.objects.filter(pk=window.pk)
    rows.update(closes_at=at)
    kept.drop()
    yield rows.get()
    rows.update(closes_at=window.closes_at)
    kept.drop()
