import pytest
from wagtail.models import ModelLogEntry

from content.models import LessonPage, LessonProgress, ModuleProgress
from content.queries import learning_of
from content.services.learning import mark_read, open_lesson
from enrollment.models import PhaseProgress
from enrollment.rules.phases import standing_of
from lms.decisions import DomainError
from tests.builders import PHASE_ONE_CLOSES, an_edition, an_enrollment, instant
from tests.content.builders import a_module_with_lessons

MONDAY = instant("2019-04-22T13:00")
SECOND_MODULE = instant("2019-04-29T12:00")
pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    edition = an_edition()
    a_module_with_lessons(edition, order=1)
    a_module_with_lessons(edition, order=2, opens_at=SECOND_MODULE)
    return edition


@pytest.fixture
def rosa(edition):
    return an_enrollment(edition)


def lessons(order):
    return list(LessonPage.objects.filter(module__order=order).order_by("path"))


def learning(enrollment, at):
    phase = enrollment.edition.phases.get(order=1)
    return learning_of(standing_of(enrollment, phase), at)


def test_lesson_opened_is_noted_once_and_begins_the_phase(rosa):
    open_lesson(rosa, lessons(1)[0], MONDAY)
    open_lesson(rosa, lessons(1)[0], instant("2019-04-23T13:00"))
    assert LessonProgress.objects.get().opened_at == MONDAY
    assert PhaseProgress.objects.get().started_at == MONDAY


def test_lesson_read_twice_is_read_once(rosa):
    mark_read(rosa, lessons(1)[0], MONDAY)
    mark_read(rosa, lessons(1)[0], instant("2019-04-23T13:00"))
    assert LessonProgress.objects.get().read_at == MONDAY


def test_last_lesson_completes_the_module_and_says_so_in_the_log(rosa):
    for lesson in lessons(1):
        mark_read(rosa, lesson, MONDAY)
        mark_read(rosa, lesson, MONDAY)
    assert ModuleProgress.objects.get().completed_at == MONDAY
    assert ModelLogEntry.objects.filter(action="content.complete_module").count() == 1
    assert PhaseProgress.objects.get().completed_at is None


def test_module_two_opens_on_its_date_to_who_completed_the_first(rosa):
    before, at = instant("2019-04-29T11:59:59"), SECOND_MODULE
    assert learning(rosa, before).modules[1].decision.code == "module_not_open_yet"
    assert learning(rosa, before).modules[1].decision.opens_at == SECOND_MODULE
    refusal = learning(rosa, at).modules[1].decision
    assert refusal.code == "module_before"
    assert "2 lecciones" in str(refusal.reason)
    with pytest.raises(DomainError):
        mark_read(rosa, lessons(2)[0], at)
    for lesson in lessons(1):
        mark_read(rosa, lesson, MONDAY)
    assert learning(rosa, at).modules[1].decision


def test_last_module_completes_the_phase_with_the_work_done(rosa):
    for lesson in lessons(1) + lessons(2):
        mark_read(rosa, lesson, SECOND_MODULE)
    progress = PhaseProgress.objects.get()
    assert progress.completed_at == SECOND_MODULE
    assert progress.work["hours"] == 20
    assert [a["title"]["es"] for a in progress.work["activities"]] == ["Módulo 1", "Módulo 2"]
    assert [a["hours"] for a in progress.work["activities"]] == [5, 5]


def test_phase_that_asks_for_one_module_completes_with_one(rosa, edition):
    edition.phases.filter(order=1).update(required_activities=1)
    for lesson in lessons(1):
        mark_read(rosa, lesson, MONDAY)
    assert PhaseProgress.objects.get().completed_at == MONDAY


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (instant("2019-05-27T06:59:59"), True),
        (PHASE_ONE_CLOSES, False),
        (instant("2019-05-27T07:00:01"), False),
    ],
)
def test_read_counts_until_the_close(rosa, at, counts):
    if counts:
        mark_read(rosa, lessons(1)[0], at)
    else:
        with pytest.raises(DomainError) as refusal:
            mark_read(rosa, lessons(1)[0], at)
        assert refusal.value.code == "closed"
    assert LessonProgress.objects.filter(read_at__isnull=False).exists() is counts


def test_after_the_close_all_modules_can_be_read(rosa):
    assert all(m.decision for m in learning(rosa, PHASE_ONE_CLOSES).modules)


def test_lesson_added_later_does_not_take_a_completion_away(rosa):
    for lesson in lessons(1):
        mark_read(rosa, lesson, MONDAY)
    first = lessons(1)[0]
    first.get_parent().add_child(
        instance=LessonPage(title="Nueva", slug="nueva", module=first.module)
    )
    state = learning(rosa, SECOND_MODULE).modules[0]
    assert state.is_completed
    assert state.steps_left == 0


def test_progress_is_the_share_of_steps_done(rosa):
    assert learning(rosa, MONDAY).percent == 0
    mark_read(rosa, lessons(1)[0], MONDAY)
    assert learning(rosa, MONDAY).percent == 25
    assert learning(rosa, MONDAY).steps_left == 3


def test_learning_takes_the_same_queries_for_many_modules(rosa, edition, django_assert_num_queries):
    standing = standing_of(rosa, edition.phases.get(order=1))
    learning_of(standing, MONDAY)
    with django_assert_num_queries(4):
        learning_of(standing, MONDAY)
    for order in range(3, 8):
        a_module_with_lessons(edition, order=order, lessons=8)
    with django_assert_num_queries(4):
        learning_of(standing, MONDAY)
