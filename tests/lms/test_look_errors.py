"""What the site says when something is wrong, and its front door."""

import pytest
from django.test import Client, RequestFactory
from django.views.defaults import server_error

from lms import clock
from lms.accounts.resume import SESSION_KEY
from lms.decisions import DomainError
from lms.middleware import RefusalMiddleware
from tests.builders import a_person

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize(
    ("accepted", "page"),
    [("es-PE", "/es/"), ("pt", "/pt-br/"), ("en-GB,en;q=0.8", "/en/"), ("fr", "/es/")],
)
def test_the_front_door_leads_to_the_browsers_language(client, accepted, page):
    response = client.get("/", headers={"accept-language": accepted})
    assert (response.status_code, response.url) == (302, page)


def test_the_front_door_leads_to_the_accounts_language(client):
    client.force_login(a_person(language="pt-br"))
    assert client.get("/", headers={"accept-language": "en"}).url == "/pt-br/"


@pytest.mark.parametrize("language", ["es", "pt-br", "en"])
def test_a_missing_page_is_404_in_the_readers_language(client, language):
    response = client.get(f"/{language}/nothing/")
    assert response.status_code == 404
    assert f'lang="{language}"' in response.content.decode()


def test_a_form_without_its_token_is_refused_with_a_page():
    response = Client(enforce_csrf_checks=True).post("/es/account/", {"email": "a@b.example"})
    assert response.status_code == 403
    assert b"<main" in response.content


@pytest.fixture
def strict():
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_person(language="es"))
    return client


@pytest.mark.parametrize("page", ["/es/account/", "/es/account/code/"])
def test_who_signed_in_in_another_tab_is_led_on_from_the_entrance(strict, page):
    sent = {"code": "123456", "next": "/es/account/settings/"}
    answer = strict.post(page, sent, follow=True)
    assert answer.request["PATH_INFO"] == "/es/account/settings/"
    assert "Su sesión ya está iniciada" in answer.content.decode()


def test_the_entrance_leads_who_is_signed_in_to_no_other_site(strict):
    answer = strict.post("/es/account/", {"next": "https://evil.example/"})
    assert strict.get(answer.url).url == "/es/my/"


def test_a_form_older_than_the_sign_in_says_so_and_leads_back_to_its_page(strict):
    page = "http://testserver/es/account/settings/"
    strict.get(page)
    answer = strict.post("/es/account/settings/", {"name": "Rosa"}, headers={"referer": page})
    assert answer.status_code == 403
    assert f'href="{page}"' in answer.content.decode()
    assert "abierta demasiado tiempo" not in answer.content.decode()
    assert strict.session[SESSION_KEY]["form"] == "name=Rosa"


def test_what_another_site_sends_is_not_kept(strict):
    strict.get("/es/account/settings/")
    foreign = {"origin": "https://evil.example", "referer": "https://evil.example/"}
    answer = strict.post("/es/account/settings/", {"name": "Rosa"}, headers=foreign)
    assert answer.status_code == 403
    assert "evil.example" not in answer.content.decode()
    assert SESSION_KEY not in strict.session


def test_a_refusal_that_nobody_caught_shows_its_reason(client):
    request = RequestFactory().get("/es/my/")
    request.at = clock.now()
    request.user = a_person()
    refusal = DomainError("closed", "The window has closed.")
    response = RefusalMiddleware(None).process_exception(request, refusal)
    assert response.status_code == 409
    assert b"The window has closed." in response.content
    assert RefusalMiddleware(None).process_exception(request, ValueError()) is None


def test_a_failure_shows_a_page_in_three_languages_and_no_trace():
    response = server_error(RequestFactory().get("/es/"))
    text = response.content.decode()
    assert response.status_code == 500
    assert all(f'lang="{language}"' in text for language in ("es", "pt-BR", "en"))


def test_public_pages_and_the_admin_have_each_their_policy(client):
    public = client.get("/es/nothing/").headers["Content-Security-Policy"]
    admin = client.get("/admin/").headers["Content-Security-Policy"]
    assert "unsafe-inline" not in public
    assert "script-src 'self' 'unsafe-inline'" in admin


def test_robots_and_favicon_are_served(client):
    assert b"Disallow: /admin/" in client.get("/robots.txt").content
    assert client.get("/favicon.ico").url.endswith("favicon.ico")
