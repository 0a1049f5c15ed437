"""The same act on many applications: all or none, in as many queries as for a few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrollment.models import AlumniMatch, ApplicationStatus, Outcome
from enrollment.services.many import NotAllError, change_decisions, settle_matches
from lms import journal
from tests.builders import (
    WINDOW_CLOSES,
    a_staff_member,
    a_submitted_application,
    an_edition,
)

pytestmark = pytest.mark.django_db
MONDAY = WINDOW_CLOSES.replace(day=15)


def people(edition, count, **fields):
    return [a_submitted_application(edition, **fields) for _number in range(count)]


def queries_to(act, count, outcome):
    edition = an_edition(capacity=100)
    coordinator = a_staff_member(edition.program)
    applications = people(edition, count)
    journal.kind_of(applications[0])
    with CaptureQueriesContext(connection) as captured:
        act(applications, outcome, reason="a letter came", by=coordinator, at=MONDAY)
    return len(captured)


@pytest.mark.parametrize(
    ("act", "outcome"),
    [
        (change_decisions, Outcome.SELECTED),
        (change_decisions, Outcome.WAITLISTED),
        (settle_matches, AlumniMatch.CONFIRMED),
    ],
)
def test_many_take_no_more_queries_than_a_few(act, outcome):
    assert queries_to(act, 12, outcome) == queries_to(act, 2, outcome)


def test_settling_many_writes_the_history_of_each():
    edition = an_edition()
    coordinator = a_staff_member(edition.program)
    applications = people(edition, 3)
    done = settle_matches(
        applications, AlumniMatch.CONFIRMED, reason="a letter came", by=coordinator, at=MONDAY
    )
    assert done == 3
    for application in applications:
        application.refresh_from_db()
        assert application.alumni_match == AlumniMatch.CONFIRMED
        entry = journal.history(application).filter(action="enrollment.settle_match").get()
        assert entry.data["reason"] == "a letter came"
        assert entry.user == coordinator


def test_settling_many_changes_none_where_one_has_left():
    edition = an_edition()
    coordinator = a_staff_member(edition.program)
    stays, left = people(edition, 2)
    left.status = ApplicationStatus.WITHDRAWN
    left.save()
    with pytest.raises(NotAllError) as refusal:
        settle_matches(
            [stays, left], AlumniMatch.CONFIRMED, reason="a letter", by=coordinator, at=MONDAY
        )
    assert [one.application for one in refusal.value.refused] == [left]
    stays.refresh_from_db()
    assert stays.alumni_match != AlumniMatch.CONFIRMED


def test_selecting_more_than_the_seats_names_those_without_one():
    edition = an_edition(capacity=2)
    coordinator = a_staff_member(edition.program)
    applications = people(edition, 3)
    with pytest.raises(NotAllError) as refusal:
        change_decisions(applications, Outcome.SELECTED, reason="all", by=coordinator, at=MONDAY)
    assert [one.application for one in refusal.value.refused] == [applications[2]]
    assert not edition.decisions.exists()


def test_waitlisting_many_ranks_them_in_order():
    edition = an_edition(capacity=2)
    coordinator = a_staff_member(edition.program)
    applications = people(edition, 3)
    change_decisions(applications, Outcome.WAITLISTED, reason="later", by=coordinator, at=MONDAY)
    ranks = [one.decisions.get(is_current=True).waitlist_rank for one in applications]
    assert ranks == [1, 2, 3]


def test_many_of_two_programs_are_refused_where_one_coordinates_only_one():
    ours, theirs = an_edition(), an_edition()
    coordinator = a_staff_member(ours.program)
    mine, other = people(ours, 1) + people(theirs, 1)
    with pytest.raises(NotAllError) as refusal:
        settle_matches(
            [mine, other], AlumniMatch.CONFIRMED, reason="a letter", by=coordinator, at=MONDAY
        )
    assert [one.application for one in refusal.value.refused] == [other]
    mine.refresh_from_db()
    assert mine.alumni_match != AlumniMatch.CONFIRMED
