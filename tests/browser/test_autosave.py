"""What is typed is saved as each answer is left, and a dropped line loses nothing of it."""

import pytest

from enrollment.models import Application
from tests.browser.answering import HOST
from tests.browser.judges import the_program
from tests.builders import a_person
from tests.enrollment.applying import address, answers
from tests.entrance import SiteClient

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def edition(clock):
    clock("2019-03-01T12:00:00Z")
    edition = the_program().edition
    clock("2019-04-02T15:00:00Z")
    return edition


@pytest.fixture
def client(edition):
    client = SiteClient()
    client.force_login(a_person("rosa@correo.example", language="es"))
    return client


def opened(new_page, client, edition):
    page = new_page(client, 360, locale="es-PE")
    page.goto(HOST + address("application_form", edition))
    return page


def leave(page, name: str, text: str) -> None:
    page.locator(f"main [name={name}]").fill(text)
    page.keyboard.press("Tab")


def note(page, *words: str):
    """Wait until the note under the form says one of these."""
    for word in words:
        page.locator(".saved-note", has_text=word).wait_for()


def kept(page) -> list[str]:
    return page.evaluate("() => Object.keys(sessionStorage)")


def test_each_answer_is_saved_as_it_is_left_and_the_way_goes_on(new_page, client, edition):
    page = opened(new_page, client, edition)
    leave(page, "given_names", "Rosa Única")
    note(page, "Borrador guardado")
    leave(page, "institution", "Corte de Puno")
    page.wait_for_function("() => document.forms.length && sessionStorage.length === 0")
    draft = Application.objects.get()
    assert draft.draft["given_names"] == "Rosa Única"
    assert draft.draft["institution"] == "Corte de Puno"
    page.locator("main [name=save]").click()
    page.wait_for_load_state()
    assert page.input_value("main [name=institution]") == "Corte de Puno"
    draft.refresh_from_db()
    assert page.input_value("main [name=revision]") == str(draft.revision)
    assert kept(page) == [] and page.complaints == []


def test_without_a_line_what_is_typed_stays_and_is_sent_when_it_is_back(new_page, client, edition):
    page = opened(new_page, client, edition)
    page.answers.is_offline = True
    leave(page, "given_names", "Rosa Lejana")
    note(page, "sin conexión")
    assert not Application.objects.exists()
    page.locator("main [name=continue]").click()
    page.wait_for_timeout(300)
    page.answers.is_offline = False
    page.goto(HOST + address("application_form", edition))
    note(page, "Borrador guardado")
    assert page.input_value("main [name=given_names]") == "Rosa Lejana"
    assert Application.objects.get().draft["given_names"] == "Rosa Lejana"
    assert kept(page) == []


def test_two_tabs_never_replace_each_other_unseen(new_page, client, edition):
    one, other = (opened(new_page, client, edition) for _tab in range(2))
    leave(one, "given_names", "Rosa de la primera")
    note(one, "Borrador guardado")
    leave(other, "given_names", "Rosa de la segunda")
    note(other, "modific")
    assert Application.objects.get().draft["given_names"] == "Rosa de la primera"
    other.locator("main [name=save]").click()
    other.wait_for_load_state()
    text = other.locator("main").inner_text()
    assert "Rosa de la primera" in text
    assert other.input_value("main [name=given_names]") == "Rosa de la segunda"


def test_a_line_that_comes_back_after_another_device_was_used_asks_first(new_page, client, edition):
    page = opened(new_page, client, edition)
    page.answers.is_offline = True
    leave(page, "given_names", "Rosa del tren")
    note(page, "sin conexión")
    page.answers.is_offline = False
    elsewhere = answers(given_names="Rosa de casa") | {"save": "1", "revision": "0"}
    client.post(address("application_form", edition), elsewhere)
    page.goto(HOST + address("application_form", edition))
    assert page.input_value("main [name=given_names]") == "Rosa de casa"
    page.locator("main .notice button").click()
    note(page, "Borrador guardado")
    assert Application.objects.get().draft["given_names"] == "Rosa del tren"


def test_after_the_close_it_says_so_and_keeps_what_was_typed(new_page, client, edition, clock):
    page = opened(new_page, client, edition)
    clock("2019-04-13T07:00:00Z")
    leave(page, "given_names", "Rosa Tarde")
    note(page, "cerr")
    assert Application.objects.get().draft["given_names"] == "Rosa Tarde"


def test_signing_out_leaves_nothing_in_the_tab(new_page, client, edition):
    page = opened(new_page, client, edition)
    page.answers.is_offline = True
    leave(page, "given_names", "Rosa en el juzgado")
    note(page, "sin conexión")
    assert kept(page)
    page.answers.is_offline = False
    page.locator("form[data-forget-typed] button").click()
    page.wait_for_load_state()
    assert kept(page) == []


def test_what_never_arrived_is_not_forgotten_by_another_page(new_page, client, edition):
    client.post(address("application_form", edition), answers() | {"save": "1", "revision": "0"})
    page = opened(new_page, client, edition)
    page.answers.is_offline = True
    leave(page, "family_names", "Medina Lejana")
    note(page, "sin conexión")
    page.answers.is_offline = False
    page.goto(HOST + address("application_check", edition))
    assert page.url.endswith("/check/") and kept(page)
    page.goto(HOST + address("application_form", edition))
    note(page, "Borrador guardado")
    assert page.input_value("main [name=family_names]") == "Medina Lejana"
    assert kept(page) == []


def test_without_storage_it_still_saves(new_page, client, edition):
    page = new_page(client, 360, locale="es-PE")
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); };")
    page.goto(HOST + address("application_form", edition))
    leave(page, "given_names", "Rosa")
    note(page, "Borrador guardado")
    assert Application.objects.get().draft["given_names"] == "Rosa"
