"""Nobody finds a page of the desk who holds no role for it, and nothing of another program."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrollment.models import Outcome, StaffRole
from tests.builders import a_person, a_program, an_edition, an_enrollment
from tests.enrollment.seats import a_decision, an_offer
from tests.enrollment.staff.desk import AFTER_THE_CLOSE, address, at_the_desk

pytestmark = pytest.mark.django_db
LISTINGS = ["applications", "applications_results", "offers", "places", "selections", "joint_acts"]


@pytest.fixture(autouse=True)
def _now(clock):
    clock(AFTER_THE_CLOSE)


@pytest.fixture
def rows():
    """One of each, in one program."""
    offer = an_offer()
    edition = offer.edition
    return {
        "application": offer.application,
        "place": an_enrollment(edition),
        "selection": edition,
        "waitlist": edition,
    }


@pytest.mark.parametrize("name", LISTINGS)
@pytest.mark.parametrize("role", [StaffRole.COORDINATOR, StaffRole.SECOND_APPROVER])
def test_who_reads_people_opens_every_list(client, rows, name, role):
    at_the_desk(client, rows["selection"].program, role)
    assert client.get(address(name)).status_code == 200


@pytest.mark.parametrize("name", ["application", "place", "selection", "waitlist"])
@pytest.mark.parametrize("role", [StaffRole.COORDINATOR, StaffRole.SECOND_APPROVER])
def test_who_reads_people_opens_every_page(client, rows, name, role):
    at_the_desk(client, rows["selection"].program, role)
    assert client.get(address(name, rows[name].pk)).status_code == 200


@pytest.mark.parametrize("name", ["application", "place", "selection", "waitlist"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_stranger_of_another_program_finds_nothing(client, rows, name, method):
    at_the_desk(client, a_program())
    assert getattr(client, method)(address(name, rows[name].pk)).status_code in (404, 405)
    assert client.get(address(name, rows[name].pk)).status_code == 404


@pytest.mark.parametrize(
    "role", [StaffRole.REVIEWER, StaffRole.AUTHOR, StaffRole.OBSERVER, StaffRole.FACILITATOR]
)
def test_other_roles_find_nothing(client, rows, role):
    at_the_desk(client, rows["selection"].program, role)
    for name in LISTINGS:
        assert client.get(address(name)).status_code == 404, name
    for name, row in rows.items():
        assert client.get(address(name, row.pk)).status_code == 404, name
    assert b"enrollment/applications" not in client.get("/admin/").content


def test_a_list_names_nobody_of_another_program(client, rows):
    at_the_desk(client, a_program())
    for name in LISTINGS:
        assert rows["application"].code not in client.get(address(name)).content.decode()


def test_applicants_are_sent_away(client, rows):
    client.force_login(a_person())
    for name in LISTINGS:
        assert client.get(address(name)).status_code in (302, 403)


def test_the_menu_names_the_desk(client):
    at_the_desk(client, an_edition().program)
    page = client.get("/admin/").content.decode()
    for name in ("applications", "selections", "places", "offers", "joint_acts"):
        assert address(name) in page


def test_queries_do_not_grow_with_the_rows(client):
    edition = an_edition(capacity=50)
    at_the_desk(client, edition.program)

    def queries(name):
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(address(name)).status_code == 200
        return len(found)

    def one_more():
        a_decision(edition, Outcome.SELECTED)
        an_enrollment(edition)

    one_more()
    names = ["applications", "places", "offers", "selections"]
    for name in names:
        queries(name)
    before = {name: queries(name) for name in names}
    one_more()
    one_more()
    assert {name: queries(name) for name in names} == before
