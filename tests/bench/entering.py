"""The minutes after a release: thousands ask for a code, type it, and read their outcome, while the
worker writes the letters."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection
from django.urls import reverse
from django.utils import translation

from enrollment.models import Edition
from lms.accounts.models import EmailedCode, User
from lms.mail.secrets import unseal
from tests.bench import crowds
from tests.bench.arrivals import arrive
from tests.bench.deployment import deployed
from tests.bench.server import Browser, Server

PEOPLE, SECONDS = 2_000, 300
TYPES = 10  # seconds from asking for the code to typing it
AT_MOST = 3
SOON = 1

Row = tuple[str, float, float, str]


@dataclass
class Visitor:
    browser: Browser
    email: str
    goal: str
    paths: dict[str, str] = field(init=False)

    def __post_init__(self):
        with translation.override("es"):
            names = ("accounts:enter", "accounts:code")
            self.paths = {name: f"{reverse(name)}?next={self.goal}" for name in names}

    def ask(self) -> int:
        """Ask for the code, which is mailed."""
        assert self.browser.get(self.paths["accounts:enter"]).status == 200
        answer = self.browser.post(self.paths["accounts:enter"], {"email": self.email})
        self.browser.leave()
        return answer.status

    def type_code(self) -> int:
        """Type it, and read the outcome."""
        row = EmailedCode.objects.filter(email=self.email).latest("created_at")
        connection.close()
        answer = self.browser.post(self.paths["accounts:code"], {"code": unseal(row.sealed_code)})
        assert answer.headers["Location"] == self.goal, (answer.status, answer.headers["Location"])
        answer = self.browser.get(self.goal)
        self.browser.leave()
        return answer.status


def figures() -> Iterator[Row]:
    if connection.vendor != "postgresql":
        return
    with deployed(connection.settings_dict["NAME"]) as server:
        edition, act = crowds.about_to_be_released(PEOPLE, "bench-entering")
        visitors = _visitors(server, edition)
        crowds.release(edition, act)
        given = arrive(_plan(visitors), time.monotonic() + SOON)
    typed = [one for one in given if one.name == "type"]
    seen = [one.seconds for one in typed if one.given == 200]
    name = f"{PEOPLE:,} sign in in {SECONDS} s"
    yield f"{name}: slowest to the outcome", max(seen, default=float("inf")), AT_MOST, "s"
    yield f"{name}: saw no outcome", PEOPLE - len(seen), 0, ""


def _visitors(server: Server, edition: Edition) -> list[Visitor]:
    with translation.override("es"):
        goal = reverse("enrollment:outcome", args=[edition.program.slug, edition.slug])
    emails = User.objects.filter(applications__edition=edition).values_list("email", flat=True)
    return [
        Visitor(Browser(server, X_Forwarded_For=f"10.0.{place // 250}.{place % 250}"), email, goal)
        for place, email in enumerate(emails.order_by("pk"))
    ]


def _plan(visitors: list[Visitor]):
    for place, visitor in enumerate(visitors):
        second = place * SECONDS / len(visitors)
        yield second, "ask", visitor.ask
        yield second + TYPES, "type", visitor.type_code
