"""A phase of modules and a discussion at the end: both complete it, whichever comes last."""

from datetime import timedelta

import pytest
from django.db.models import Q

from content.models import LessonPage, Module
from content.pace import places_behind, places_progress
from content.queries import learning_of
from content.services.learning import mark_read
from content.services.participation import freeze_due
from content.services.rooms import enter_room
from content.way import home_card, next_step
from enrollment.models import Enrollment, PhaseProgress
from enrollment.rules.phases import standing_of
from tests.builders import PHASE_ONE_OPENS, an_edition, an_enrollment
from tests.content.builders import a_module_with_lessons
from tests.content.discussing import a_discussion, takes_part, writes

pytestmark = pytest.mark.django_db
AT = PHASE_ONE_OPENS + timedelta(days=1)
OPENS = PHASE_ONE_OPENS + timedelta(days=10)
CLOSES = OPENS + timedelta(days=7)


@pytest.fixture
def edition(clock):
    clock(AT)
    edition = an_edition()
    edition.phases.filter(order=2).delete()
    a_module_with_lessons(edition, lessons=1)
    return edition


@pytest.fixture
def workshop(edition):
    phase = edition.phases.get()
    return a_discussion(edition, phase=phase, opens_at=OPENS, closes_at=CLOSES)


@pytest.fixture
def rosa(edition, workshop):
    return an_enrollment(edition)


def reads(rosa, at=AT):
    mark_read(rosa, LessonPage.objects.get(), at)


def debates(rosa, workshop, at=OPENS):
    other = an_enrollment(rosa.edition)
    for one in (rosa, other):
        enter_room(one, workshop, at)
    takes_part(rosa, workshop, writes(other, workshop, at=at), at=at)


def completed(rosa) -> PhaseProgress | None:
    return PhaseProgress.objects.filter(enrollment=rosa, completed_at__isnull=False).first()


def test_modules_alone_do_not_complete_a_phase_that_ends_in_a_discussion(rosa, workshop):
    reads(rosa)
    assert learning_of(standing_of(rosa, workshop.phase), AT).is_completed
    assert completed(rosa) is None
    step = next_step(rosa.person, AT)
    assert "Debate 1" in step.standing


def test_the_discussion_completes_it_when_it_closes_with_both_in_the_account(rosa, workshop):
    reads(rosa)
    debates(rosa, workshop)
    assert completed(rosa) is None
    freeze_due(rosa, CLOSES)
    titles = [one["title"]["es"] for one in completed(rosa).work["activities"]]
    assert titles == ["Módulo 1", "Debate 1"]


def test_the_module_completes_it_where_the_discussion_was_met_before(rosa, workshop):
    debates(rosa, workshop)
    freeze_due(rosa, CLOSES)
    assert completed(rosa) is None
    reads(rosa, CLOSES)
    assert completed(rosa) is not None


def test_fewer_activities_complete_it_where_the_phase_says_so(rosa, workshop):
    workshop.phase.required_activities = 1
    workshop.phase.save()
    reads(rosa)
    assert completed(rosa) is not None


def test_staff_read_the_pace_over_both(rosa, workshop):
    Module.objects.create(
        phase=workshop.phase,
        slug="m2",
        order=2,
        title={"es": "Módulo 2"},
        opens_at=PHASE_ONE_OPENS + timedelta(days=2),
    )
    slow = an_enrollment(rosa.edition)
    reads(rosa)
    places = {rosa.pk: workshop.phase_id, slow.pk: workshop.phase_id}

    def at(instant):
        behind = places_behind(workshop.phase_id, instant) or Q(pk=None)
        return set(Enrollment.objects.filter(behind).values_list("pk", flat=True))

    assert at(OPENS) == {slow.pk}
    assert at(CLOSES) == {rosa.pk, slow.pk}
    shown = places_progress(places, CLOSES)[rosa.pk]
    assert (shown.done, shown.required, shown.due) == (1, 3, 2)


def test_the_home_shows_both_and_is_not_full_before_the_discussion(rosa, workshop, client):
    reads(rosa)
    client.force_login(rosa.person)
    page = client.get("/es/my/").content.decode()
    assert "Debate 1" in page
    assert 'value="50"' in page and 'value="100"' not in page
    debates(rosa, workshop)
    card = home_card(rosa.person, CLOSES)
    assert card.context["phases"][0]["percent"] == 100
