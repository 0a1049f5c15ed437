"""The application form under the hands of those who do not see it, or do not use a mouse."""

import pytest

from enrollment.models import Application, ApplicationStatus
from tests.browser.judges import the_program
from tests.builders import a_person
from tests.enrollment.applying import address, answers
from tests.entrance import SiteClient

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

LEFT_OUT = ("country", "institution", "motivation")


@pytest.fixture
def form(reader, clock):
    clock("2019-03-01T12:00:00Z")
    edition = the_program().edition
    clock("2019-04-02T15:00:00Z")
    client = SiteClient()
    client.force_login(a_person("rosa@correo.example", language="es"))
    rosa = reader(client=client)
    rosa.go(address("application_form", edition))
    return rosa


def test_three_errors_are_summed_up_linked_and_described(form):
    typed = {name: value for name, value in answers().items() if value}
    form.fill(**{name: value for name, value in typed.items() if name not in LEFT_OUT})
    form.press("main [name=continue]")
    page = form.page
    assert page.evaluate("document.activeElement.className") == "error-summary"
    links = page.locator(".error-summary a")
    assert links.count() == len(LEFT_OUT)
    for number, name in enumerate(LEFT_OUT):
        links.nth(number).click()
        assert page.evaluate("document.activeElement.name") == name
        control = page.locator(f"main [name={name}]")
        assert control.get_attribute("aria-invalid") == "true"
        for described in control.get_attribute("aria-describedby").split():
            assert page.locator(f"[id='{described}']").count() == 1
    assert page.input_value("main [name=family_names]") == typed["family_names"]
    assert (
        page.locator("main [name=workplace_kind]:checked").input_value()
        == (typed["workplace_kind"])
    )


def test_form_is_filled_and_submitted_by_keyboard_alone(form):
    keys = form.page.keyboard
    for _field in range(80):
        keys.press("Tab")
        if form.page.evaluate("document.activeElement.name") == "continue":
            break
        answer_by_keyboard(form.page)
    with form.page.expect_navigation():
        keys.press("Enter")
    assert form.path.endswith("/check/")
    for _link in range(80):
        keys.press("Tab")
        if form.page.evaluate("document.activeElement.matches('main form button')"):
            break
    with form.page.expect_navigation():
        keys.press("Enter")
    assert Application.objects.get().status == ApplicationStatus.SUBMITTED


def answer_by_keyboard(page) -> None:
    """What the focused control asks; it has to be seen that it has the focus."""
    name, kind = page.evaluate("[document.activeElement.name, document.activeElement.type]")
    value = answers().get(name)
    if not value:
        return
    assert page.evaluate(
        "['outlineStyle', 'boxShadow'].some("
        "(p) => getComputedStyle(document.activeElement)[p] !== 'none')"
    ), name
    if kind in ("radio", "checkbox"):
        page.keyboard.press("Space")
    elif kind == "select-one":
        page.keyboard.press("ArrowDown")
    else:
        page.keyboard.insert_text(value)
