"""Around the instant of the close: the other tab, a request under way, a session that had ended."""

import pytest

from enrollment.models import Application, LateAttempt
from enrollment.services import applications as services
from lms.mail.models import OutgoingMessage
from tests.builders import a_person, an_edition
from tests.enrollment.applying import address, answers, draft, press_submit, revision_of, submit
from tests.entrance import sign_in

pytestmark = pytest.mark.django_db

EMAIL = "rosa@correo.example"
IN_WINDOW = "2019-04-02T15:00:00Z"
LAST_SECOND = "2019-04-13T06:59:59Z"
LAST_INSTANT = "2019-04-13T06:59:59.900000Z"
CLOSE = "2019-04-13T07:00:00Z"


@pytest.fixture
def edition():
    return an_edition()


@pytest.fixture(autouse=True)
def rosa(client, clock):
    clock(IN_WINDOW)
    person = a_person(EMAIL, language="es", time_zone="America/Montevideo")
    client.force_login(person)
    return person


def the_application():
    return Application.objects.get()


def test_the_time_that_counts_is_that_of_the_arrival_however_long_the_answer_takes(
    client, edition, clock, monkeypatch
):
    draft(client, edition)
    revision = the_application().revision
    examined = services._examined

    def slowly(application):
        clock(CLOSE)
        return examined(application)

    monkeypatch.setattr(services, "_examined", slowly)
    clock(LAST_INSTANT)
    press_submit(client, edition, revision)
    assert the_application().submitted_at.isoformat() == "2019-04-13T06:59:59.900000+00:00"
    assert not LateAttempt.objects.exists()


@pytest.mark.parametrize(("at", "counts"), [(LAST_INSTANT, True), (CLOSE, False)])
def test_an_edit_counts_up_to_the_close(client, edition, clock, at, counts):
    submit(client, edition)
    draft(client, edition, motivation="La última versión.")
    revision = the_application().revision
    clock(at)
    answer = press_submit(client, edition, revision)
    application = the_application()
    assert answer.status_code == (302 if counts else 403)
    assert (application.answers["motivation"] == "La última versión.") is counts
    assert application.versions.count() == 1 + counts
    assert LateAttempt.objects.exists() is not counts
    if not counts:
        assert application.draft["motivation"] == "La última versión."
        assert f"Su postulación {application.code} sigue enviada" in answer.text


@pytest.mark.parametrize(("at", "is_open"), [(LAST_SECOND, True), (CLOSE, False)])
def test_in_montevideo_the_form_is_open_until_four_of_saturday(client, edition, clock, at, is_open):
    clock(at)
    page = client.get(address("application_form", edition)).text
    assert ('name="motivation"' in page) is is_open
    assert "04:00" in page and "13 de abril" in page and "Montevideo" in page


def pressed_without_a_session(client, edition, name, **form):
    """The session ended while the page was open; the press leads to the entrance."""
    client.cookies.pop("sessionid")
    url = address(name, edition)
    answer = client.post(url, form)
    assert answer.status_code == 302 and f"next={url}" in answer.url
    return url


@pytest.mark.parametrize(("at", "is_late"), [(LAST_SECOND, False), (CLOSE, True)])
def test_a_session_that_ended_at_the_check_leads_back_to_it_and_counts_when_it_is_accepted(
    client, edition, clock, at, is_late
):
    draft(client, edition)
    revision = the_application().revision
    clock("2019-04-13T06:55:00Z")
    url = pressed_without_a_session(client, edition, "application_check", revision=revision)
    clock(at)
    assert sign_in(client, EMAIL, goal=url).url == url
    page = client.get(url)
    assert the_application().submitted_at is None, "nothing is submitted by signing in"
    assert LateAttempt.objects.exists() is is_late
    if is_late:
        assert "Dejamos constancia del intento" in page.text
        return
    assert answers()["motivation"] in page.text
    press_submit(client, edition, revision)
    assert the_application().submitted_at.isoformat() == "2019-04-13T06:59:59+00:00"


def test_what_was_typed_without_a_session_is_kept_when_the_window_closed_meanwhile(
    client, edition, clock
):
    revision = revision_of(client.get(address("application_form", edition)))
    clock("2019-04-13T06:55:00Z")
    typed = {**answers(motivation="Escrita a última hora."), "revision": revision, "continue": "1"}
    url = pressed_without_a_session(client, edition, "application_form", **typed)
    clock(CLOSE)
    sign_in(client, EMAIL, goal=url)
    page = client.get(url).text
    assert (
        "Dejamos constancia del intento" in page
        and "Lo que escribió queda guardado como borrador" in page
    )
    application = the_application()
    assert (application.status, application.submitted_at) == ("draft", None)
    assert application.draft["motivation"] == "Escrita a última hora."
    assert LateAttempt.objects.get().person.email == EMAIL
    mails = OutgoingMessage.objects.exclude(is_code=True)
    assert not mails.exists()
    client.get(url)
    assert the_application().revision == application.revision


def test_what_was_typed_without_a_session_is_kept_while_the_window_is_suspended(
    client, edition, clock
):
    typed = {**answers(motivation="Escrita en el corte."), "revision": "0", "continue": "1"}
    url = pressed_without_a_session(client, edition, "application_form", **typed)
    edition.windows.update(suspended_at=clock("2019-04-02T15:01:00Z"))
    sign_in(client, EMAIL, goal=url)
    page = client.get(url).text
    assert "Lo que acaba de escribir quedó guardado como borrador" in page
    assert the_application().draft["motivation"] == "Escrita en el corte."
    assert not LateAttempt.objects.exists()
