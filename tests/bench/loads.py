"""The first visit with an empty cache, counted in Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from tests.bench import people
from tests.bench.server import Server

KILOBYTES, REQUESTS = 60, 8


def figures(server: Server) -> Iterator[tuple[str, float, float, str]]:
    from playwright.sync_api import sync_playwright

    learner = people.a_learner()
    window, applicants = people.applicants(1)
    mine, theirs = people.session_of(learner.person), people.session_of(applicants[0])
    pages = {
        "program": (people.program_path(), {}),
        "application form": (people.form_path(window), theirs),
        "lesson": (people.lesson_path(learner), mine),
        "home": ("/es/my/", mine),
    }
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, (path, cookies) in pages.items():
            size, hosts, requests = _load(chromium, server, path, cookies)
            yield f"cold load of {name}", size / 1024, KILOBYTES, "KB"
            yield f"cold load of {name}, requests", requests, REQUESTS, ""
            yield f"cold load of {name}, other hosts", len(hosts - {"localhost"}), 0, ""
        chromium.close()


def _load(chromium, server: Server, path: str, cookies: dict) -> tuple[int, set[str], int]:
    """Bytes over the wire, hosts asked, and how many requests."""
    from urllib.parse import urlsplit

    origin = f"http://localhost:{server.port}"
    context = chromium.new_context(viewport={"width": 360, "height": 800})
    context.add_cookies([{"name": n, "value": v, "url": origin} for n, v in cookies.items()])
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes, hosts = [], set()
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    session.on(
        "Network.requestWillBeSent",
        lambda event: hosts.add(urlsplit(event["request"]["url"]).hostname),
    )
    answer = page.goto(origin + path, wait_until="networkidle")
    assert answer.status == 200, (path, answer.status)
    context.close()
    return int(sum(sizes)), hosts - {None}, len(sizes)
