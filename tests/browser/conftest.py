"""A real Chromium, answered by the site in this process: no port, no other host, no flush."""

import mimetypes
import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import sync_playwright

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
HOST = "http://localhost:8000"


@pytest.fixture(scope="session")
def chromium():
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, client):
    """`open_page(path, width=360, **context)` gives the page as Chromium shows it.

    `page.served` lists what was asked for; a request to another host is an error."""
    contexts = []

    def open_at(path, width=360, **options):
        context = chromium.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.served, page.complaints = [], []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.route("**/*", lambda route: answer(route, client, page.served))
        page.goto(HOST + path)
        return page

    yield open_at
    for context in contexts:
        context.close()


def answer(route, client, served: list) -> None:
    """From the static files, else from the site, as the test's client sees it."""
    address = urlsplit(route.request.url)
    assert f"{address.scheme}://{address.netloc}" == HOST, f"asked another host: {address}"
    served.append(address.path)
    if address.path.startswith("/static/"):
        found = finders.find(address.path.removeprefix("/static/"))
        kind = mimetypes.guess_type(address.path)[0] or "application/octet-stream"
        route.fulfill(
            status=200 if found else 404,
            body=Path(found).read_bytes() if found else b"",
            content_type=kind,
        )
        return
    response = client.get(f"{address.path}?{address.query}")
    route.fulfill(
        status=response.status_code,
        body=response.content,
        headers={name: value for name, value in response.headers.items() if name != "Set-Cookie"},
    )
