"""Asking for an act of two people: what no page of the desk sends is refused, never an error."""

import pytest

from enrollment.models import JointAct
from tests.builders import an_edition
from tests.enrollment.staff.desk import address, at_the_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(clock):
    clock("2019-04-02T12:00:00Z")
    return an_edition()


@pytest.fixture
def cancelling(client, edition):
    at_the_desk(client, edition.program)
    return address("ask", "cancel", f"edition:{edition.pk}")


@pytest.mark.parametrize("terms", ["[]", "[1]", "1", "true", '"x"', "NaN", "x", "", "[" * 99_999])
def test_terms_that_no_page_sends_ask_for_nothing(client, cancelling, terms):
    answer = client.post(cancelling, {"terms": terms, "reason": "The court is closed"})
    assert answer.status_code == 404
    assert not JointAct.objects.exists()


@pytest.mark.parametrize("terms", ["{}", '{"status": {}}', '{"other": [[]], "status": null}'])
def test_other_terms_than_now_hold_are_refused(client, cancelling, terms):
    answer = client.post(cancelling, {"terms": terms, "reason": "The court is closed"})
    assert answer.status_code == 200
    assert not JointAct.objects.exists()


def test_window_is_not_extended_beyond_the_calendar(client, cancelling, edition):
    page = address("ask", "extend", f"registrationwindow:{edition.windows.get().pk}")
    answer = client.get(page, {"new_closes_at": "9999-12-31T23:59"})
    assert answer.context["first_form"].errors
    assert not answer.context["terms"]


def test_numbers_that_no_row_can_have_choose_nothing(client, cancelling):
    assert client.get(address("act_on_applications"), {"id": "9" * 30}).status_code == 302
