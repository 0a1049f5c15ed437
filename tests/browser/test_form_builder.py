"""A coordinator adds a question in the browser; an applicant is asked it when it concerns her."""

import pytest

from enrollment.forms.definitions import form_of
from enrollment.models import StaffRole
from enrollment.services.staff import staff_group
from tests.browser.answering import HOST
from tests.builders import WINDOW_OPENS, a_person, a_staff_member, an_edition
from tests.enrollment.applying import address

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_a_question_built_in_the_browser_is_asked_of_whom_it_concerns(new_page, client, clock):
    clock("2019-03-20T12:00:00Z")
    edition = an_edition()
    window = edition.windows.get(kind="application")
    person = a_staff_member(edition.program, StaffRole.COORDINATOR, language="en")
    person.groups.add(staff_group())
    client.force_login(person)
    page = new_page(client, 1280, locale="en-US")
    page.goto(f"{HOST}/admin/enrollment/editions/{edition.pk}/windows/{window.pk}/form/")
    page.get_by_role("button", name="Insert a block").last.click()
    page.locator(".w-combobox__option-text", has_text="A line of text").click()
    number = len(form_of(window))
    for language, text in (("es", "¿Cómo viaja?"), ("pt_br", "Viaja?"), ("en", "How do you go?")):
        page.locator(f"[name='questions-{number}-value-label-{language}']").fill(text)
    page.locator(f"[name='questions-{number}-value-required']").check()
    page.locator(f"[name='questions-{number}-value-shown_if']").select_option(
        "workplace_kind=rural_or_small_town"
    )
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_load_state()
    assert page.complaints == []
    window.refresh_from_db()
    assert form_of(window)[-1] == {
        "id": "como_viaja",
        "kind": "text",
        "required": True,
        "label": {"es": "¿Cómo viaja?", "pt-br": "Viaja?", "en": "How do you go?"},
        "max_chars": 200,
        "shown_if": {"field": "workplace_kind", "values": ["rural_or_small_town"]},
    }

    clock(WINDOW_OPENS)
    client.force_login(a_person())
    page = new_page(client, 360, locale="es-PE")
    page.goto(HOST + address("application_form", edition))
    asked = page.get_by_label("¿Cómo viaja?")
    assert not asked.is_visible()
    page.get_by_label("Zona rural").check()
    assert asked.is_visible()
    page.get_by_label("Ciudad capital").check()
    assert not asked.is_visible()
    assert page.complaints == []
