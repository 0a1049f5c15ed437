"""Fields without an answer are drawn once for all; what a person answered is drawn for her."""

import pytest
from django.test.html import parse_html

from enrollment import answers as drawing
from tests.builders import WINDOW_OPENS, a_person, an_edition
from tests.enrollment.applying import address, answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(clock):
    clock(WINDOW_OPENS)
    return an_edition()


def test_a_form_drawn_for_all_is_the_form_drawn_for_one(edition, client, monkeypatch):
    client.force_login(a_person())
    url = address("application_form", edition)
    kept = [client.get(url).content.decode() for _time in range(2)][1]
    monkeypatch.setattr(drawing, "_drawn_unanswered", lambda _window: {})
    own = client.get(url).content.decode()
    assert parse_html(main_of(kept)) == parse_html(main_of(own))


def test_what_one_answered_is_drawn_for_nobody_else(edition, client):
    url = address("application_form", edition)
    for number in range(2):
        client.force_login(a_person())
        page = client.get(url).content.decode()
        assert "Ana Única" not in page
        typed = {**answers(), "given_names": f"Ana Única {number}", "save": "1"}
        client.post(url, typed)
        assert f"Ana Única {number}" in client.get(url).content.decode()


def test_each_reads_the_fields_in_her_language(edition, client):
    client.force_login(a_person())
    pages = {
        language: client.get(address("application_form", edition, language)).content.decode()
        for language in ("es", "en", "pt-br", "es")
    }
    assert "(opcional)" in pages["es"]
    assert "(optional)" in pages["en"]
    assert "(opcional)" in pages["pt-br"] and pages["pt-br"] != pages["es"]


def main_of(page: str) -> str:
    start, end = page.index("<main"), page.index("</main>")
    body = page[start:end]
    token = body.index('name="csrfmiddlewaretoken"')
    return body[:token] + body[body.index(">", token) :]
