"""The administrators' page for a lost second step."""

import pytest
from allauth.mfa.models import Authenticator

from enrollment.models import StaffRole
from lms.accounts.models import FactorRescue
from tests.builders import a_person, a_program, a_staff_member, instant
from tests.enrollment.staff.visits import press, said, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague():
    person = a_staff_member(a_program(), language="en")
    Authenticator.objects.create(user=person, type="totp", data={})
    return person


def test_two_administrators_take_a_lost_step_off(client, clock, colleague):
    clock(instant("2019-04-02T12:00"))
    one, two = (a_person(is_staff=True, is_superuser=True, language="en") for _one in range(2))
    data = {"email": colleague.email, "reason": "I called her at home."}
    assert press(client, one, "lost_factors", **data).status_code == 302
    rescue = FactorRescue.objects.get()
    assert "Another administrator" in said(press(client, one, "lost_factor_confirm", rescue.pk))
    assert colleague.email in visit(client, two, "lost_factors").content.decode()
    press(client, two, "lost_factor_confirm", rescue.pk)
    rescue.refresh_from_db()
    assert rescue.confirmed_by == two
    press(client, one, "lost_factor_refuse", rescue.pk, reason="Not her voice.")
    rescue.refresh_from_db()
    assert rescue.ended_at
    assert visit(client, one, "lost_factors").context["waiting"] == []


def test_nobody_of_a_program_finds_the_page(client, colleague):
    approver = a_staff_member(a_program(), StaffRole.SECOND_APPROVER, language="en")
    for person in (colleague, approver):
        assert visit(client, person, "lost_factors").status_code == 404
        assert press(client, person, "lost_factor_confirm", 1).status_code == 404
