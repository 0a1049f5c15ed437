"""Whether the time of an answer tells the outcome before the release: pages of a selected, a
waitlisted, a rejected and an ineligible applicant, alike in all that they wrote, asked in turn."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from statistics import median

from django.db.models import Count
from django.urls import reverse
from django.utils import translation

from enrollment.models import Application, Edition, Outcome
from lms.accounts.models import User
from tests.bench import people
from tests.bench.server import Browser, Server, cost

AT_MOST = 1.1
ROUNDS, TIMES = 24, 6
ALIKE = {
    "given_names": "Rosa",
    "family_names": "Medina Quispe",
    "certificate_name": "Rosa Medina Quispe",
    "country": "PE",
    "workplace": "capital",
    "institution": "Corte Superior de Justicia",
    "gender": "woman",
    "language": "es",
    "answers": {"motivation": "Para resolver mejor los casos de medidas cautelares."},
    "draft": {},
}
PAGES = ("application_status", "application_form", "outcome", "enrollment")


def figures(server: Server, edition: Edition) -> Iterator[tuple[str, float, float, str]]:
    """Of an edition whose release is armed for later."""
    browsers = [Browser(server, people.session_of(one)) for one in _four(edition)]
    with translation.override("es"):
        paths = [reverse("home"), reverse("accounts:read_data")]
        where = [edition.program.slug, edition.slug]
        paths += [reverse(f"enrollment:{name}", args=where) for name in PAGES]
    for path in paths:
        name = path.rstrip("/").rpartition("/")[2]
        yield f"embargo, CPU by outcome, {name}", _apart(server, browsers, path), AT_MOST, "×"


def _four(edition: Edition) -> list[User]:
    """One of each outcome, who wrote the same and have no other application."""
    rows = Application.objects.filter(edition=edition, decisions__is_current=True)
    alone = rows.alias(others=Count("person__applications")).filter(others=1)
    role, found = edition.program.applicant_roles.first(), []
    for outcome in (Outcome.SELECTED, Outcome.WAITLISTED, Outcome.NOT_SELECTED, Outcome.INELIGIBLE):
        one = alone.filter(decisions__outcome=outcome).select_related("person").order_by("pk")[0]
        Application.objects.filter(pk=one.pk).update(**ALIKE, role=role)
        User.objects.filter(pk=one.person_id).update(language="es", time_zone="America/Lima")
        found.append(one.person)
    return found


def _apart(server: Server, browsers: list[Browser], path: str) -> float:
    """How many times the CPU of whose answers cost least the most costly ones cost: medians of
    their shares of a round, whose order changes."""
    statuses = {one.get(path).status for one in browsers}
    assert len(statuses) == 1, (path, statuses)
    shares = [[] for _one in browsers]
    for number in range(ROUNDS):
        places = [(number + place) % len(browsers) for place in range(len(browsers))]
        costs = {place: cost(server, partial(browsers[place].get, path), TIMES) for place in places}
        for place, used in costs.items():
            shares[place].append(used / sum(costs.values()))
    medians = [median(one) for one in shares]
    return max(medians) / min(medians)
