"""A form sent after the session ended comes back to who typed it, and to nobody else."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from lms.accounts import resume
from lms.urls import urlpatterns as site_urls
from tests.builders import a_person, instant
from tests.entrance import sign_in

pytestmark = pytest.mark.django_db
AT = instant("2019-03-25T15:00")


def a_form(request):
    if request.user.is_anonymous:
        return resume.to_entrance(request)
    kept = resume.take(request, request.path)
    return HttpResponse(kept["motivation"] if kept else "nothing kept")


urlpatterns = [path("form/", a_form), *site_urls]


@pytest.fixture(autouse=True)
def _site_with_a_form(settings, clock):
    settings.ROOT_URLCONF = __name__
    clock(AT)


def end_session(client):
    Session.objects.all().delete()


def typed_after_the_end(client, person):
    """Signs in, types, and sends the form when the session is gone."""
    sign_in(client, person.email)
    end_session(client)
    return client.post("/form/", {"motivation": "Ñandú & más", "csrfmiddlewaretoken": "x"})


def test_form_comes_back_after_the_code(client):
    person = a_person()
    response = typed_after_the_end(client, person)
    assert response.url == "/es/account/?next=/form/"
    assert sign_in(client, person.email, goal="/form/").url == "/form/"
    assert client.get("/form/").content.decode() == "Ñandú & más"
    assert client.get("/form/").content == b"nothing kept"


def test_form_is_not_shown_to_another_person_at_the_same_computer(client):
    typed_after_the_end(client, a_person())
    sign_in(client, "stranger@correo.example")
    assert client.get("/form/").content == b"nothing kept"


@pytest.mark.parametrize(
    ("later", "shown"), [(timedelta(minutes=59, seconds=59), True), (timedelta(hours=1), False)]
)
def test_form_waits_for_an_hour(client, clock, later, shown):
    person = a_person()
    typed_after_the_end(client, person)
    clock(AT + later)
    sign_in(client, person.email)
    assert (client.get("/form/").content != b"nothing kept") is shown


def a_request(form):
    request = RequestFactory().post("/form/", form)
    request.user, request.session, request.at = AnonymousUser(), {}, AT
    return request


def test_token_and_code_are_never_kept():
    request = a_request({"csrfmiddlewaretoken": "x", "code": "123456", "a": "b"})
    resume.keep(request)
    assert request.session[resume.SESSION_KEY]["form"] == "a=b"


def test_endless_form_is_not_kept():
    request = a_request({"a": "x" * (resume.MOST + 1)})
    resume.keep(request)
    assert not request.session


def test_one_network_cannot_fill_the_table_of_sessions(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "kept_form": "3/h/ip"}
    for _form in range(5):
        client.cookies.clear()
        assert client.post("/form/", {"a": "b"}).status_code == 302
    assert Session.objects.count() == 3
