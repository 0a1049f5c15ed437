"""The balance from the empty form to the statement, in a phone's browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from enrollment.models import Draw, StaffRole
from enrollment.services.staff import staff_group
from tests.browser.answering import HOST
from tests.builders import a_staff_member, a_submitted_application, an_edition

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def edition(client, clock):
    clock("2019-04-14T15:00:00Z")
    edition = an_edition(capacity=2)
    for score, gender in ((90, "man"), (80, "man"), (70, "woman")):
        a_submitted_application(edition, score=score, gender=gender)
    person = a_staff_member(edition.program, StaffRole.COORDINATOR, language="es")
    person.groups.add(staff_group())
    client.force_login(person)
    return edition


def looked_at(page) -> None:
    """Nothing hangs over the screen, and axe finds nothing in what is ours."""
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    ours = {"include": [["main"]], "exclude": [[".messages"]]}  # Wagtail's banner fades in
    found = Axe().run(page, context=ours)
    assert [one["id"] for one in found.response["violations"]] == []


CUT = """() => [...document.querySelectorAll(".desk-rule select")].filter((one) => {
    const free = one.cloneNode(true);
    for (const option of [...free.options]) if (option.value !== one.value) option.remove();
    free.style.cssText = "inline-size: max-content";
    one.after(free);
    const wanted = free.offsetWidth;
    free.remove();
    return wanted > one.offsetWidth;
}).map((one) => one.name)"""


@pytest.mark.parametrize("width", [360, 1280])
def test_no_choice_of_a_rule_is_cut(new_page, client, edition, width):
    page = new_page(client, width, locale="es-UY")
    page.goto(f"{HOST}/admin/enrollment/selection/{edition.pk}/balance/rules/")
    page.wait_for_load_state("networkidle")
    assert page.evaluate(CUT) == []


def test_rules_are_typed_tried_and_drawn_by(new_page, client, edition):
    page = new_page(client, 360, locale="es-UY")
    page.goto(f"{HOST}/admin/enrollment/selection/{edition.pk}/")
    page.click("text=Equilibrio: mínimos, máximos, sorteos")
    page.click("text=Editar las reglas")
    page.select_option("[name=rules-0-who]", label="Género: Mujer")
    page.select_option("[name=rules-0-unit]", "seats")
    page.fill("[name=rules-0-amount]", "3")
    page.fill("[name=reason]", "Lo pide el comité")
    page.click("text=Guardar las reglas")
    page.get_by_text("3 > 2").first.wait_for()
    looked_at(page)
    page.fill("[name=rules-0-amount]", "1")
    page.click("text=Guardar las reglas")
    looked_at(page)
    page.select_option("[name=rule]", "0")
    page.fill("[name=amount]", "0")
    page.click("text=Mostrar qué pasaría")
    page.get_by_text("Perderían su lugar: 1").wait_for()
    assert not Draw.objects.exists()
    page.click("text=Registrar el sorteo: cambian 3 decisiones")
    page.wait_for_load_state("networkidle")
    assert Draw.objects.get().checksum in page.inner_text("main")
    looked_at(page)
    assert page.complaints == []
    assert page.answers.strayed == []
