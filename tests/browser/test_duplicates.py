"""Settling likely duplicates by keys alone, and without JavaScript."""

import pytest

from enrollment.models import Application, StaffRole
from enrollment.services.eligibility import assess_edition
from enrollment.services.staff import staff_group
from lms import journal
from tests.browser.answering import HOST
from tests.builders import a_staff_member, a_submitted_application, an_edition, instant

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def edition(clock, client):
    clock("2019-04-14T15:00:00Z")
    edition = an_edition()
    person = a_staff_member(edition.program, StaffRole.COORDINATOR, language="en")
    person.groups.add(staff_group())
    for course in ("2014", "2015", "2016", "2017"):
        for _one in range(2):
            a_submitted_application(edition, answers={"basic_module_edition": course})
    assess_edition(edition, at=instant("2019-04-14T12:00"))
    client.force_login(person)
    return edition


def address(edition) -> str:
    return f"{HOST}/admin/enrollment/editions/{edition.pk}/duplicates/"


def statuses(edition) -> list[str]:
    rows = Application.objects.filter(edition=edition).order_by("pk")
    return [
        "two people" if row.duplicate_settled_at else row.status if row.duplicate_of else "counts"
        for row in rows
    ]


@pytest.mark.parametrize("width", [1280, 360])
def test_a_key_a_pair(new_page, client, edition, width):
    page = new_page(client, width, locale="en-JM")
    page.goto(address(edition))
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert page.evaluate("() => document.activeElement.textContent").startswith("1 of 4")
    page.keyboard.press("r")
    page.keyboard.type("She wrote 1 letter")
    page.keyboard.press("Enter")
    for key in ("2", "1", "ArrowRight", "3", "u", "ArrowLeft", "3"):
        with page.expect_navigation():
            page.keyboard.press(key)
    assert statuses(edition) == [
        *("counts", "merged"),
        *("two people", "two people"),
        *("merged", "counts"),
        *("submitted", "submitted"),
    ]
    first = Application.objects.filter(edition=edition, status="merged").order_by("pk").first()
    entry = journal.history(first).get(action="enrollment.merge_application")
    assert entry.data["reason"] == "She wrote 1 letter"
    assert page.complaints == []


def test_without_javascript_buttons_do_the_same(new_page, client, edition):
    page = new_page(client, 1280, locale="en-JM", java_script_enabled=False)
    page.goto(address(edition))
    page.get_by_role("button", name="Two people").click()
    page.get_by_text("2 of 4").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("1 of 4").wait_for()
    assert statuses(edition) == ["submitted"] * 8
