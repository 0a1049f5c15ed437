"""The figures, each a function that gives its rows: `name, measured, at most, unit`.

Run by `tests.bench` in a process of its own, on a database that holds the demonstration."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator

import django

django.setup()

from django.urls import reverse  # noqa: E402
from django.utils import translation  # noqa: E402

from tests.bench import (  # noqa: E402
    alumni,
    balance,
    entering,
    importing,
    last_hour,
    listing,
    loads,
    papers,
    people,
    release,
    telling,
)
from tests.bench.server import Browser, Server, ratio  # noqa: E402

Row = tuple[str, float, float, str]
FIGURES: dict[str, Callable[[Server], Iterable[Row]]] = {}


def figure(act):
    FIGURES[act.__name__] = act
    return act


def queries(browser: Browser, path: str) -> int:
    response = browser.get(path, X_Count_Queries="1")
    assert response.status == 200, (path, response.status)
    return int(response.headers["X-Queries"])


def against_the_view(server: Server, browser: Browser, path: str) -> float:
    """Both asked by the same browser, so that what the middleware does for it is in both."""
    assert browser.get(path).status == 200, path
    return ratio(server, lambda: browser.get(path), lambda: browser.get("/bare/"))


@figure
def lesson(server: Server) -> Iterator[Row]:
    learner = people.a_learner()
    browser = Browser(server, people.session_of(learner.person))
    path = people.lesson_path(learner)
    yield "lesson", against_the_view(server, browser, path), 5, "× view"
    few = queries(browser, path)
    yield "lesson, queries", few, 14, ""
    with people.many_activities(learner, 64):
        browser.get(path)  # the first reader after a change keeps for the others what is new
        yield "lesson, queries more with 64 activities", queries(browser, path) - few, 0, ""


@figure
def home(server: Server) -> Iterator[Row]:
    browser = Browser(server, people.session_of(people.a_learner().person))
    with translation.override("es"):
        path = reverse("home")
    yield "home", against_the_view(server, browser, path), 6, "× view"
    yield "home, queries", queries(browser, path), 20, ""


@figure
def program(server: Server) -> Iterator[Row]:
    path = people.program_path()
    yield "program page, anonymous", against_the_view(server, Browser(server), path), 3, "× view"


@figure
def listing_of_applications(server: Server) -> Iterator[Row]:
    yield from listing.figures(server)


@figure
def application(server: Server) -> Iterator[Row]:
    window, (reader, *applicants) = people.applicants(200)
    browser, waiting = Browser(server, people.session_of(reader)), iter(applicants)

    def apply() -> None:
        person = next(waiting)
        people.apply(Browser(server, people.session_of(person)), window, person)

    measured = ratio(server, apply, lambda: browser.get("/bare/"), times=8, rounds=5)
    yield "application, form and submit", measured, 12, "× view"


@figure
def alumni_of_a_list(_server: Server) -> Iterator[Row]:
    yield from alumni.figures()


@figure
def release_of_decisions(server: Server) -> Iterator[Row]:
    yield from release.figures(server)


@figure
def release_to_many(_server: Server) -> Iterator[Row]:
    yield from telling.figures()


@figure
def signing_in_after_a_release(_server: Server) -> Iterator[Row]:
    yield from entering.figures()


@figure
def last_hour_of_a_window(_server: Server) -> Iterator[Row]:
    yield from last_hour.figures()


@figure
def balance_of_a_selection(_server: Server) -> Iterator[Row]:
    yield from balance.figures()


@figure
def import_of_many_alumni(_server: Server) -> Iterator[Row]:
    yield from importing.figures()


@figure
def certificate(server: Server) -> Iterator[Row]:
    yield "certificate in a batch", papers.ratio_to_bare_render(), 1.25, "× render"


@figure
def cold_loads(server: Server) -> Iterator[Row]:
    yield from loads.figures(server)


def main(only: str) -> None:
    chosen = {name: act for name, act in FIGURES.items() if only in ("", name)}
    if not chosen:
        return
    from django.db import connection

    database = connection.settings_dict["NAME"]
    server = Server(database, int(os.environ["BENCH_PORT"]), dict(os.environ))
    try:
        for act in chosen.values():
            for name, measured, at_most, unit in act(server):
                row = {"name": name, "measured": measured, "at_most": at_most, "unit": unit}
                print(json.dumps(row), flush=True)
    finally:
        server.close()


if __name__ == "__main__":
    main(*sys.argv[1:2] or [""])
