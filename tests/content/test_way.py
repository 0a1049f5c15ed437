import pytest
from django.urls import reverse

from content import privacy
from content.calendar import calendar_entries
from content.models import Attempt, LessonPage, LessonProgress, Module, ModuleProgress
from content.panels import person_panel
from content.services.learning import mark_read
from content.services.quizzes import start_attempt, submit_attempt
from content.tasks import task_settle_attempts
from content.way import home_card, next_step
from enrollment.models import PhaseProgress
from tests.builders import PHASE_ONE_CLOSES, a_person, an_edition, an_enrollment, instant
from tests.content.builders import a_module_with_lessons

MONDAY = instant("2019-04-22T13:00")
pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa():
    edition = an_edition()
    a_module_with_lessons(edition, order=1, questions=8)
    a_module_with_lessons(edition, order=2, opens_at=instant("2019-04-29T12:00"))
    return an_enrollment(edition)


def person(rosa):
    return type(rosa.person).objects.get(pk=rosa.person_id)


def read_all(rosa, order=1):
    for lesson in LessonPage.objects.filter(module__order=order).order_by("path"):
        mark_read(rosa, lesson, MONDAY)


def passed(rosa):
    attempt = start_attempt(rosa, Module.objects.get(order=1), MONDAY)
    return submit_attempt(attempt, {q["key"]: ["a"] for q in attempt.questions}, MONDAY)


def test_next_step_is_the_first_unread_lesson(rosa):
    step = next_step(person(rosa), MONDAY)
    assert "Lección 1.1" in step.text
    assert step.by == PHASE_ONE_CLOSES
    assert step.takes == 30


def test_next_step_after_the_lessons_is_the_quiz(rosa):
    read_all(rosa)
    assert next_step(person(rosa), MONDAY).url == reverse(
        "content:quiz", args=[Module.objects.get(order=1).pk]
    )


def test_next_step_when_all_open_is_done_says_when_the_next_opens(rosa):
    read_all(rosa)
    passed(rosa)
    step = next_step(person(rosa), MONDAY)
    assert "Módulo 2" in step.standing and "2019" in step.standing


def test_next_step_waits_with_the_cooldown(rosa):
    read_all(rosa)
    submit_attempt(start_attempt(rosa, Module.objects.get(order=1), MONDAY), {}, MONDAY)
    assert (
        "14:00" in next_step(person(rosa), MONDAY).standing
        or "11:00" in next_step(person(rosa), MONDAY).standing
    )


@pytest.mark.parametrize("at", ["2019-04-22T11:59:59", "2019-05-27T07:00:00"])
def test_no_next_step_before_and_after_the_phase(rosa, at):
    assert next_step(person(rosa), instant(at)) is None


def test_stranger_has_no_step_and_no_card(rosa):
    assert next_step(a_person(), MONDAY) is None
    assert home_card(a_person(), MONDAY) is None


def test_card_shows_the_modules(rosa, client, clock):
    clock("2019-04-22T13:00:00Z")
    client.force_login(rosa.person)
    page = client.get(reverse("home")).content.decode()
    assert "Módulo 1" in page and "Módulo 2" in page and "Lección 1.1" in page


def test_card_shows_the_modules_of_every_edition_that_runs(rosa, client, clock):
    clock("2019-04-22T13:00:00Z")
    other = an_edition(title={"es": "Otra edición"})
    a_module_with_lessons(other, order=1, title={"es": "Módulo de la otra"})
    an_enrollment(other, person=rosa.person)
    client.force_login(rosa.person)
    page = client.get(reverse("home")).text
    assert "Módulo de la otra" in page and "Módulo 2" in page
    over = home_card(person(rosa), PHASE_ONE_CLOSES)
    assert len(over.context["phases"]) == 1


def test_no_card_says_zero_where_only_the_completion_is_kept(rosa):
    assert home_card(person(rosa), MONDAY) is not None
    phase = rosa.edition.phases.get(order=1)
    PhaseProgress.objects.create(enrollment=rosa, phase=phase, completed_at=MONDAY)
    assert home_card(person(rosa), MONDAY) is None


def test_calendar_shows_each_module(rosa):
    entries = calendar_entries(rosa.edition_id, MONDAY)
    assert [entry.starts_at for entry in entries] == [
        instant("2019-04-22T12:00"),
        instant("2019-04-29T12:00"),
    ]
    assert {entry.kind for entry in entries} == {"module"}


def test_sweep_hands_in_what_was_saved(rosa, clock):
    start_attempt(rosa, Module.objects.get(order=1), MONDAY)
    clock("2019-05-27T07:00:00Z")
    assert task_settle_attempts().startswith("1 ")
    assert task_settle_attempts().startswith("0 ")


def test_export_holds_what_was_read_and_answered_and_nothing_that_was_right(rosa):
    read_all(rosa)
    passed(rosa)
    section, rows, *_words = privacy.export_lessons(rosa.person)
    assert section == "lessons" and {row["lesson"] for row in rows} == {
        "Lección 1.1",
        "Lección 1.2",
    }
    assert privacy.export_modules(rosa.person)[1][0]["best_score"] == "100.00"
    attempt = privacy.export_attempts(rosa.person)[1][0]
    assert attempt["answers"][0]["answer"] == ["opción a"]
    assert "correct" not in str(attempt)


def test_erasure_takes_only_the_persons_own(rosa):
    read_all(rosa)
    passed(rosa)
    other = an_enrollment(rosa.edition)
    read_all(other)
    privacy.erase_person(rosa.person, by=None, at=MONDAY)
    assert set(LessonProgress.objects.values_list("enrollment", flat=True)) == {other.pk}
    assert not Attempt.objects.exists()
    assert set(ModuleProgress.objects.values_list("enrollment", flat=True)) <= {other.pk}


def test_panel_shows_a_person_to_staff_of_the_program_only(rosa):
    read_all(rosa)
    passed(rosa)
    panel = person_panel(rosa.person, rosa.edition.program_id, MONDAY)
    assert panel.context["read"] == 2 and len(panel.context["attempts"]) == 1
    assert person_panel(rosa.person, an_edition().program_id, MONDAY) is None
