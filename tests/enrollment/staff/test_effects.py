"""Before a grave act is asked for or confirmed, both people read what it does and to whom."""

import pytest

from enrollment.models import JointAct, StaffRole
from enrollment.services import joint
from tests.builders import a_submitted_application as an_application
from tests.builders import an_edition, an_enrollment
from tests.enrollment.staff.desk import address, at_the_desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
RED = 'class="button no"'


@pytest.fixture
def edition(clock):
    clock("2019-04-02T12:00:00Z")
    return an_edition()


def page_to_cancel(edition):
    return address("ask", "cancel", f"edition:{edition.pk}")


def test_cancelling_says_what_it_does_and_to_how_many(client, edition):
    an_application(edition)
    an_application(edition)
    an_enrollment(edition)
    at_the_desk(client, edition.program)
    page = client.get(page_to_cancel(edition)).content.decode()
    assert "applications 3, places 1" in page
    assert "It cannot be undone." in page
    assert RED in page


def test_the_second_person_reads_the_same_effect(client, edition):
    coordinator = at_the_desk(client, edition.program)
    joint.ask("cancel", edition, by=coordinator, at=edition.windows.get().opens_at, reason="Flood")
    at_the_desk(client, edition.program, StaffRole.SECOND_APPROVER)
    page = client.get(address("joint_acts")).content.decode()
    assert "It cannot be undone." in page
    assert RED in page


def test_what_is_not_grave_has_a_plain_button(client, edition):
    at_the_desk(client, edition.program)
    window = edition.windows.get()
    day = {"new_closes_at": f"{window.closes_at.year + 1}-01-01T12:00"}
    ask = address("ask", "extend", f"registrationwindow:{window.pk}")
    page = client.get(ask, day).content.decode()
    assert "The form stays open for everybody until the new hour" in page
    assert RED not in page


def test_every_joint_act_says_what_it_does():
    silent = [act.name for act in joint.all_acts() if act.effect is joint.Act.effect]
    assert silent == []


def test_there_is_a_way_back_from_asking(client, edition):
    at_the_desk(client, edition.program)
    page = client.get(page_to_cancel(edition)).content.decode()
    assert f'href="{address("selection", edition.pk)}">Go back' in page
    assert not JointAct.objects.exists()


def test_a_form_leads_back_where_one_came_from(client, edition):
    at_the_desk(client, edition.program)
    page = client.get(address("edition_edit", edition.pk)).content.decode()
    assert f'href="{address("edition", edition.pk)}">Cancel' in page
