"""Totals of an edition, for observers too: nobody can be recognized in them."""

import pytest

from enrollment.models import StaffRole
from enrollment.totals import hidden
from tests.builders import a_program, a_submitted_application, an_edition
from tests.enrollment.seats import a_decision
from tests.enrollment.staff.desk import AFTER_THE_CLOSE, address, at_the_desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(clock):
    clock(AFTER_THE_CLOSE)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([12, 9, 0], [12, 9, 0]),
        ([12, 3, 2], [12, None, None]),
        ([12, 9, 3], [12, None, None]),
        ([3], [None]),
        ([], []),
    ],
)
def test_few_people_are_hidden_and_no_difference_gives_them_away(counts, shown):
    assert hidden(counts) == shown


def test_observer_reads_totals_and_no_names(client):
    edition = an_edition()
    for _number in range(6):
        a_submitted_application(edition, country="PE")
    a_submitted_application(edition, country="BO")
    at_the_desk(client, edition.program, StaffRole.OBSERVER)
    page = client.get(address("totals"))
    by_country = dict(page.context["tables"][0].rows)
    assert [cells[0] for cells in by_country.values()] == [None, None]
    assert dict(page.context["tables"][2].rows)
    assert "Medina" not in page.content.decode()


def test_totals_tell_no_outcome_before_the_release(client):
    edition = an_edition()
    a_decision(edition)
    at_the_desk(client, edition.program, StaffRole.OBSERVER)
    page = client.get(address("totals", edition=edition.pk))
    assert [count for _heading, count in page.context["figures"]] == [1, 1, None, 0, 0]
    assert {cells[2] for table in page.context["tables"] for _label, cells in table.rows} == {None}
    assert "<dd>None<" not in page.content.decode()


def test_totals_are_of_ones_own_programs(client):
    edition = an_edition()
    at_the_desk(client, a_program(), StaffRole.OBSERVER)
    assert client.get(address("totals", edition=edition.pk)).status_code == 404
    assert client.get(address("totals")).context["edition"] is None


@pytest.mark.parametrize("role", [StaffRole.AUTHOR, StaffRole.REVIEWER, StaffRole.EXPERT])
def test_others_read_no_totals(client, role):
    edition = an_edition()
    at_the_desk(client, edition.program, role)
    assert client.get(address("totals")).status_code == 404
