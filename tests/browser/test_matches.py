"""Comparing with the list of alumni by keys alone."""

import pytest

from enrollment.models import StaffRole
from enrollment.services.alumni import receive_file
from enrollment.services.staff import staff_group
from tests.browser.answering import HOST
from tests.builders import (
    a_program,
    a_staff_member,
    a_submitted_application,
    an_edition,
    instant,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
LIST = "nombre;correo;país;edición;estado\nRosa Medina;;Perú;2017;sí\nRosa Medna Quispe;;Perú;;sí"


@pytest.mark.parametrize("width", [1280, 360])
def test_a_key_a_decision(new_page, client, clock, width):
    clock("2019-04-14T15:00:00Z")
    edition = an_edition(a_program(needs_alumni=True))
    person = a_staff_member(edition.program, StaffRole.COORDINATOR, language="es")
    person.groups.add(staff_group())
    rows = [a_submitted_application(edition) for _one in range(3)]
    at = instant("2019-04-14T12:00")
    receive_file(edition.program, "l.csv", LIST.encode(), by=person, at=at)
    client.force_login(person)
    page = new_page(client, width, locale="es-UY")
    page.goto(f"{HOST}/admin/enrollment/editions/{edition.pk}/matches/")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    for key in ("ArrowRight", "2", "0"):
        with page.expect_navigation():
            page.keyboard.press(key)
    for row in rows:
        row.refresh_from_db()
    assert [row.alumni_match for row in rows] == ["review", "confirmed", "not_listed"]
    assert rows[1].alumnus.name == "Rosa Medina"
    assert page.complaints == []
