"""How far people are in their phase: what the list of places shows, filters and takes along."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.models import Attempt, LessonProgress, Module, ModuleProgress, ParticipationState
from enrollment.models import EnrollmentStatus, PhaseProgress, RegistrationWindow, WindowKind
from enrollment.pace import PACES, paces_of
from lms.hooks import Progress
from tests.builders import (
    PHASE_ONE_CLOSES,
    PHASE_ONE_OPENS,
    a_person,
    a_program,
    an_edition,
    an_enrollment,
    instant,
)
from tests.content.discussing import AFTER, MONDAY, a_discussion, someone_in
from tests.enrollment.staff.desk import address, at_the_desk
from tests.enrollment.staff.visits import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
WEEK = timedelta(days=7)
IN_WEEK_THREE = PHASE_ONE_OPENS + 2 * WEEK + timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(clock):
    clock(IN_WEEK_THREE)


@pytest.fixture
def edition():
    """A module opens in each of the first four weeks of phase one."""
    edition = an_edition()
    phase = edition.phases.get(order=1)
    for order in range(1, 5):
        Module.objects.create(
            phase=phase,
            slug=f"m{order}",
            order=order,
            title={"es": f"Módulo {order}", "en": f"Module {order}"},
            opens_at=phase.opens_at + (order - 1) * WEEK,
        )
    return edition


def somebody(edition, *, modules=0, begun=True, completed=False, **fields):
    place = an_enrollment(edition, a_person(), **fields)
    phase = edition.phases.get(order=1)
    PhaseProgress.objects.create(
        enrollment=place,
        phase=phase,
        started_at=PHASE_ONE_OPENS if begun else None,
        completed_at=IN_WEEK_THREE - timedelta(hours=1) if completed else None,
    )
    for module in phase.modules.order_by("order")[:modules]:
        ModuleProgress.objects.create(
            enrollment=place, module=module, completed_at=PHASE_ONE_OPENS + WEEK
        )
    return place


def pace_of(place, at=IN_WEEK_THREE):
    return paces_of([place], at).get(place.pk)


def listed(client, **query):
    page = client.get(address("places", **query), follow=True)
    assert page.status_code == 200
    return {row.pk for row in page.context["object_list"]}


def test_progress_counts_the_modules_completed_and_those_due(edition):
    pace = pace_of(somebody(edition, modules=1))
    assert pace.phase.order == 1
    assert pace.progress == Progress(done=1, required=4, due=2)
    assert pace.words == ["behind"]


def test_who_is_in_the_module_that_opened_last_is_not_behind(edition):
    assert pace_of(somebody(edition, modules=2)).words == []


def test_last_activity_is_the_latest_of_all_that_was_done(edition):
    place = somebody(edition, modules=1)
    read_at, saved_at = PHASE_ONE_OPENS + timedelta(days=2), PHASE_ONE_OPENS + timedelta(days=3)
    LessonProgress.objects.create(
        enrollment=place,
        lesson_key="7f1a3c64-0d1c-4a3c-9f70-1a0000000001",
        opened_at=PHASE_ONE_OPENS,
        read_at=read_at,
    )
    assert pace_of(place).progress.last_seen == read_at
    Attempt.objects.create(
        enrollment=place,
        module=Module.objects.first(),
        number=1,
        questions=[],
        pass_mark=70,
        started_at=PHASE_ONE_OPENS,
        saved_at=saved_at,
    )
    assert pace_of(place).progress.last_seen == saved_at


def test_nobody_is_in_a_phase_before_it_opens_or_after_leaving(edition):
    assert pace_of(somebody(edition), PHASE_ONE_OPENS - timedelta(seconds=1)) is None
    assert pace_of(somebody(edition), PHASE_ONE_OPENS) is not None
    assert pace_of(somebody(edition, status=EnrollmentStatus.WITHDRAWN)) is None


def test_closed_phase_has_nobody_behind_but_those_with_an_extension(edition):
    late, extended = somebody(edition, modules=3), somebody(edition, modules=3)
    extended.progress.update(extended_to=PHASE_ONE_CLOSES + timedelta(days=3))
    assert pace_of(late, PHASE_ONE_CLOSES).words == []
    assert pace_of(extended, PHASE_ONE_CLOSES).words == ["behind"]


def test_discussions_are_counted_when_met_and_due_when_closed(edition):
    first, second = a_discussion(edition), a_discussion(edition, order=2)
    place = someone_in(first)
    assert pace_of(place, MONDAY).progress == Progress(0, 2, 0, MONDAY)
    assert pace_of(place, AFTER).progress.due == 1
    assert pace_of(place, AFTER).words == ["behind"]
    place.participations.update(state=ParticipationState.MET)
    assert pace_of(place, AFTER).progress.done == 1
    assert pace_of(place, AFTER).words == []
    assert second.phase == first.phase


def test_a_discussion_that_can_be_made_up_for_is_not_due(edition):
    for order in (1, 2, 3):
        a_discussion(edition, order=order)
    place = someone_in(edition.phases.get(order=2).discussions.get(order=1))
    assert pace_of(place, AFTER).progress.due == 0
    assert pace_of(place, AFTER + WEEK).progress.due == 1


@pytest.mark.parametrize("at", [IN_WEEK_THREE, PHASE_ONE_CLOSES, MONDAY, AFTER, AFTER + 2 * WEEK])
@pytest.mark.parametrize("by_sign_up", [False, True])
def test_filter_finds_those_of_whom_the_list_says_it(client, clock, edition, at, by_sign_up):
    first, _second = a_discussion(edition), a_discussion(edition, order=2)
    someone_in(first)
    someone_in(first).participations.update(state=ParticipationState.MET)
    for modules in range(4):
        somebody(edition, modules=modules)
    somebody(edition, begun=False)
    somebody(edition, modules=4, completed=True)
    somebody(edition, status=EnrollmentStatus.DEFERRED)
    somebody(edition, status=EnrollmentStatus.NOT_COMPLETED)
    somebody(edition, modules=1).progress.update(extended_to=PHASE_ONE_CLOSES + WEEK)
    signed = somebody(edition, modules=4, completed=True)
    two = edition.phases.get(order=2)
    PhaseProgress.objects.create(enrollment=signed, phase=two, signed_up_at=PHASE_ONE_CLOSES)
    if by_sign_up:
        RegistrationWindow.objects.create(
            edition=edition,
            phase=two,
            kind=WindowKind.SIGN_UP,
            opens_at=PHASE_ONE_CLOSES,
            closes_at=two.opens_at,
        )
    clock(at)
    at_the_desk(client, edition.program)
    page = client.get(address("places"))
    rows = list(page.context["table"].data)
    for word, _label in PACES:
        told = {row.pk for row in rows if row.pace and word in row.pace.words}
        assert listed(client, pace=word, edition=edition.pk) == told
        assert listed(client, pace=word) == told


def test_list_shows_the_progress_and_the_pace(client, edition):
    somebody(edition, modules=1)
    at_the_desk(client, edition.program)
    page = client.get(address("places")).content.decode()
    assert "1 of 4" in page
    assert "Phase one · behind" in page


def test_export_tells_the_progress(client, edition):
    somebody(edition, modules=1)
    at_the_desk(client, edition.program)
    answer = client.get(address("places", export="csv", pace="behind"))
    heads, row = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    told = dict(zip(heads, row, strict=True))
    assert (told["Phase"], told["Done in the phase"], told["Needed to complete it"]) == (
        "Phase one",
        "1",
        "4",
    )
    assert told["Pace"] == "behind"


@pytest.mark.parametrize("query", [{}, {"pace": "behind"}, {"pace": "not_begun"}])
def test_list_of_thirty_asks_no_more_than_of_one(client, edition, query):
    somebody(edition, begun=False)
    at_the_desk(client, edition.program)
    url = address("places", **query)
    queries_of(client, url)
    one = queries_of(client, url)
    for number in range(29):
        somebody(edition, modules=number % 2, begun=False)
    assert len(listed(client, **query)) == 20
    assert queries_of(client, url) == one


def test_stranger_of_another_program_sees_no_progress(client, edition):
    somebody(edition, modules=1)
    at_the_desk(client, a_program())
    assert listed(client) == set()
    assert listed(client, pace="behind") == set()
    assert listed(client, pace="behind", edition=edition.pk) == set()


def test_phase_without_activities_shows_nothing_to_count(client):
    place = an_enrollment(an_edition())
    at_the_desk(client, place.edition.program)
    pace = pace_of(place, instant("2019-05-10T12:00"))
    assert pace.progress is None
    assert pace.words == ["not_begun"]
    assert listed(client, pace="behind") == set()


def test_page_of_a_place_shows_its_progress(client, edition):
    place = somebody(edition, modules=1)
    at_the_desk(client, edition.program)
    assert "1 of 4 in “Phase one” (behind)" in " ".join(
        client.get(address("place", place.pk)).content.decode().split()
    )


def queries_of_export(client, form):
    with CaptureQueriesContext(connection) as captured:
        b"".join(client.get(address("places", export=form)).streaming_content)
    return len(captured)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_export_of_ten_asks_no_more_than_of_one(client, edition, form):
    somebody(edition)
    at_the_desk(client, edition.program)
    queries_of_export(client, form)
    one = queries_of_export(client, form)
    for _number in range(9):
        somebody(edition)
    assert queries_of_export(client, form) == one
