import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale

from content.models import EditionPage, ProgramPage, TextPage
from tests.builders import an_edition
from tests.content.builders import a_module_with_lessons, an_edition_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(clock):
    clock("2019-04-02T12:00:00Z")
    edition = an_edition()
    a_module_with_lessons(edition)
    return edition


def sitemap_of(client) -> str:
    answer = client.get("/sitemap.xml")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/xml")
    return answer.content.decode()


def test_public_pages_are_in_the_sitemap_and_gated_ones_are_not(edition, client):
    found = sitemap_of(client)
    for page in (ProgramPage.objects.get(), EditionPage.objects.get()):
        assert f"<loc>{page.full_url}</loc>" in found
    assert "/m1/" not in found


@pytest.mark.parametrize("status", ["draft", "cancelled"])
def test_edition_that_is_not_public_is_not_in_the_sitemap(edition, client, status):
    edition.status = status
    edition.save()
    assert EditionPage.objects.get().full_url not in sitemap_of(client)


def test_page_that_is_not_live_is_not_in_the_sitemap(edition, client):
    page = ProgramPage.objects.get()
    page.add_child(instance=TextPage(title="Ayuda", slug="ayuda", live=False))
    assert "ayuda" not in sitemap_of(client)


def test_page_names_its_translations(edition, client):
    english, _ = Locale.objects.get_or_create(language_code="en")
    page = ProgramPage.objects.get()
    copy = page.copy_for_translation(english, copy_parents=True)
    copy.save_revision().publish()
    copy.refresh_from_db()
    assert f'hreflang="en" href="{copy.full_url}"' in sitemap_of(client)


def test_sitemap_costs_the_same_for_one_page_and_for_many(edition, client):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            sitemap_of(client)
        return len(queries)

    cost()
    few = cost()
    for number in range(3):
        page = TextPage(title="Ayuda", slug=f"ayuda-{number}")
        ProgramPage.objects.get().add_child(instance=page)
    assert cost() == few


def test_robots_learn_where_the_sitemap_is(client):
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in text
    assert "Disallow: /admin/" in text


def test_nobody_can_search_the_site(edition, client):
    for path in ("/search/", "/es/search/", "/es/buscar/"):
        answer = client.get(path, {"query": "lección"}, follow=True)
        assert answer.status_code == 404


def test_draft_editions_page_is_listed_once_it_is_public(clock, client):
    clock("2019-01-02T12:00:00Z")
    edition = an_edition(status="draft")
    page = an_edition_page(edition)
    assert page.full_url not in sitemap_of(client)
    edition.status = "published"
    edition.save()
    assert page.full_url in sitemap_of(client)
