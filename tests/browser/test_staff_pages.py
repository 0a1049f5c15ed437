"""What staff see in Wagtail's admin: nothing in the console, nothing from another host."""

import pytest

from enrollment.models import StaffRole
from enrollment.services.staff import staff_group
from tests.browser.answering import HOST
from tests.builders import a_staff_member, a_submitted_application, an_edition

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def coordinator(client, clock):
    clock("2019-04-14T15:00:00Z")
    edition = an_edition()
    person = a_staff_member(edition.program, StaffRole.COORDINATOR, language="es")
    person.groups.add(staff_group())
    a_submitted_application(edition)
    client.force_login(person)
    return edition


def test_staff_pages_ask_nobody_else_and_complain_of_nothing(new_page, client, coordinator):
    page = new_page(client, 1280, locale="es-UY")
    for path in (
        "/admin/",
        "/admin/enrollment/applications/",
        f"/admin/enrollment/applications/{coordinator.applications.get().pk}/",
        "/admin/enrollment/selection/",
        f"/admin/enrollment/selection/{coordinator.pk}/",
        "/admin/enrollment/applications/write/?of=all",
        f"/admin/enrollment/editions/{coordinator.pk}/windows/{coordinator.windows.get().pk}/suspend/",
    ):
        response = page.goto(HOST + path)
        page.wait_for_load_state("networkidle")
        assert response.status == 200, path
        assert page.complaints == [], path
        assert page.answers.strayed == [], path


def width_of(page, selector):
    return page.locator(selector).first.evaluate("e => e.getBoundingClientRect().width")


def test_every_column_of_the_applications_is_in_sight(new_page, client, coordinator):
    page = new_page(client, 1280, locale="es-UY")
    page.goto(f"{HOST}/admin/enrollment/applications/")
    assert width_of(page, "table.listing") <= width_of(page, ".desk-scroll")


@pytest.mark.parametrize("listing", ["selection", "applications"])
def test_names_in_a_list_are_read_on_a_phone(new_page, client, coordinator, listing):
    page = new_page(client, 360, locale="es-UY")
    page.goto(f"{HOST}/admin/enrollment/{listing}/")
    assert width_of(page, "td.title") >= 150
