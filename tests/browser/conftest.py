"""A real Chromium, answered by the site in this process: no port, no other host, no flush."""

import os
import shutil
import threading

import pytest
from django.db import connections
from playwright.sync_api import sync_playwright

from tests.browser.answering import HOST, Answers
from tests.browser.reader import Reader
from tests.entrance import SiteClient

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def _one_connection_a_thread():
    """Playwright answers in tasks of its own loop, and Django would give each of them another
    connection to the database, outside the test's transaction."""
    kept = connections.all(initialized_only=True)
    connections._connections = threading.local()
    for connection in kept:
        connections[connection.alias] = connection


_one_connection_a_thread()


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
def new_page(chromium):
    """`new_page(client, width=360, **context)` gives an empty page, in a context of its own, that
    is answered by what `client` gets. `page.answers` tells what was asked, `page.complaints`
    what the console said. At the end no page has asked another host, nor met an error."""
    contexts, pages = [], []

    def make(client, width=360, **options):
        context = chromium.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.answers, page.complaints = Answers(client, page), []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.set_default_timeout(60_000)
        pages.append(page)
        return page

    yield make
    for context in contexts:
        context.close()
    for page in pages:
        assert not page.answers.strayed
        assert not page.answers.failures, page.answers.failures[0]


@pytest.fixture
def open_page(new_page, client):
    """`open_page(path, width=360, **context)` gives the page as Chromium shows it."""

    def open_at(path, width=360, **options):
        page = new_page(client, width, **options)
        page.goto(HOST + path)
        return page

    return open_at


@pytest.fixture
def reader(new_page):
    """`reader(language="es", width=360, **looks)`: somebody who comes with an empty browser that
    speaks this language; see `Reader`."""

    def come(language="es", width=360, *, script=True, schemes=(), client=None):
        client = client or SiteClient(enforce_csrf_checks=True)
        page = new_page(client, width, java_script_enabled=script, locale=LOCALES[language])
        return Reader(page, language, schemes=schemes)

    return come


LOCALES = {"es": "es-PE", "pt-br": "pt-BR", "en": "en-JM"}
