"""Authors write modules and questions; what people were asked stays what they were asked."""

from datetime import timedelta

import pytest
import time_machine

from content.models import Attempt, Module, ModuleProgress, Question
from content.rules import authoring as rules
from content.services import authoring
from content.services.quizzes import start_attempt, submit_attempt
from content.tasks import task_regrade_question
from lms import journal
from lms.decisions import DomainError
from tests.builders import (
    PHASE_ONE_CLOSES,
    PHASE_ONE_OPENS,
    a_staff_member,
    an_edition,
    an_enrollment,
)
from tests.content.builders import a_module_with_lessons, a_question
from tests.enrollment.staff.visits import enter, outsiders, queries_of, said

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
LANGUAGES = ("es", "pt-br", "en")


def page(name: str, *args) -> str:
    from content.staff.modules import address

    return address(name, *args)


def texts(name: str, text: str) -> dict:
    return {f"{name}_{code}": f"{text} {code}" for code in LANGUAGES}


def question_data(right="a", count=4, kind="single", **changes) -> dict:
    options = {}
    for letter in "abcdef"[:count]:
        options |= texts(f"text_{letter}", f"opción {letter}")
    ticked = {f"right_{letter}": "on" for letter in right}
    return {"kind": kind, **texts("stem", "¿Qué es?"), **options, **ticked, **changes}


def module_data(**changes) -> dict:
    return {
        **texts("title", "Nuevo"),
        "slug": "m1",
        "order": 1,
        "opens_at": "2019-04-22 09:00",
        "hours": 5,
        "draw": 2,
        "pass_mark": 70,
        "attempts": 3,
        "cooldown_minutes": 60,
        **changes,
    }


@pytest.fixture
def module(clock):
    clock(PHASE_ONE_OPENS)
    return a_module_with_lessons(an_edition(), questions=2, draw=2).module


@pytest.fixture
def author(module):
    return a_staff_member(module.phase.edition.program, "author")


@pytest.fixture
def press(client, author):
    def press(name, *args, **data):
        enter(client, author)
        return client.post(page(name, *args), data)

    return press


def asked_and_wrong(module) -> Attempt:
    """Rosa was asked both questions and ticked b, where a is right."""
    attempt = start_attempt(an_enrollment(module.phase.edition), module, PHASE_ONE_OPENS)
    wrong = {question["key"]: ["b"] for question in attempt.questions}
    return submit_attempt(attempt, wrong, PHASE_ONE_OPENS)


def actions(row) -> list[str]:
    return [entry.action for entry in journal.history(row)]


@pytest.mark.parametrize("name", ["modules", "module", "module_edit", "question_add"])
def test_authors_and_coordinators_find_the_pages_and_nobody_else_does(client, module, author, name):
    url = page(name) if name == "modules" else page(name, module.pk)
    for user in (author, a_staff_member(module.phase.edition.program)):
        enter(client, user)
        assert client.get(url).status_code == 200
    for stranger in outsiders(module.phase.edition.program, "author", "coordinator"):
        enter(client, stranger)
        answer = client.get(url)
        found = answer.status_code == 200 and str(module) in answer.content.decode()
        assert not found


def test_author_writes_a_question(press, module):
    answer = press(
        "question_add",
        module.pk,
        **question_data(reference_es="Convención", reference_en="Convention"),
    )
    assert answer.status_code == 302
    question = Question.objects.get(key="q3")
    assert question.stem.into("pt-br") == "¿Qué es? pt-br"
    assert question.reference == {"es": "Convención", "en": "Convention"}
    assert [(o["id"], o["correct"]) for o in question.options] == [
        ("a", True),
        ("b", False),
        ("c", False),
        ("d", False),
    ]
    assert actions(question) == ["content.add_question"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"right": ""}, "Marque exactamente una|Mark exactly one"),
        ({"right": "ab"}, "Marque exactamente una|Mark exactly one"),
        ({"right": "", "kind": "multiple"}, "Marque al menos una|Mark at least one"),
        ({"kind": "true_false"}, "tiene dos opciones|has two options"),
        ({"count": 1}, "al menos dos|at least two"),
        ({"right": "ae"}, "necesita un texto|needs a text"),
    ],
)
def test_question_that_makes_no_sense_is_refused_and_nothing_is_lost(press, module, data, reason):
    answer = press("question_add", module.pk, **question_data(**data))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert any(part in text for part in reason.split("|"))
    assert "opción a es" in text
    assert Question.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "right", "count"), [("multiple", "ac", 4), ("true_false", "b", 2)]
)
def test_other_kinds_are_written(press, module, kind, right, count):
    answer = press("question_add", module.pk, **question_data(kind=kind, right=right, count=count))
    assert answer.status_code == 302
    assert Question.objects.get(key="q3").kind == kind


def test_missing_language_is_said(press, module):
    answer = press("question_add", module.pk, **{**question_data(), "stem_pt-br": ""})
    assert answer.status_code == 302
    assert "pt-br" in said(answer)


def test_correction_is_confirmed_before_anybody_is_graded_again(press, module):
    attempt = asked_and_wrong(module)
    question = module.questions.first()
    data = question_data(right="b")
    assert press("question", module.pk, question.pk, **data).status_code == 200
    question.refresh_from_db()
    assert rules.right_ids(question) == {"a"}
    answer = press("question", module.pk, question.pk, **data, regrade="on")
    assert answer.status_code == 302
    attempt.refresh_from_db()
    assert attempt.score == 50
    assert attempt.questions == Attempt.objects.get().questions
    assert "content.change_question" in actions(question)
    assert "content.regrade" in actions(attempt)


def test_correction_reaches_attempts_that_are_still_being_made(module, author):
    rosa = an_enrollment(module.phase.edition)
    attempt = start_attempt(rosa, module, PHASE_ONE_OPENS)
    for question in module.questions.all():
        question.options = [{**o, "correct": o["id"] == "b"} for o in question.options]
        authoring.save_question(question, ["options"], by=author, at=PHASE_ONE_OPENS)
    answers = {question["key"]: ["b"] for question in attempt.questions}
    assert submit_attempt(attempt, answers, PHASE_ONE_OPENS).score == 100


def test_many_attempts_are_graded_again_by_the_worker(module, author, monkeypatch):
    monkeypatch.setattr(authoring, "AT_ONCE", 0)
    attempt = asked_and_wrong(module)
    question = module.questions.first()
    question.options = [{**o, "correct": o["id"] == "b"} for o in question.options]
    authoring.save_question(question, ["options"], by=author, at=PHASE_ONE_OPENS)
    attempt.refresh_from_db()
    assert attempt.score == 0
    for _twice in range(2):
        task_regrade_question(question.pk, author.pk)
        attempt.refresh_from_db()
        assert attempt.score == 50
    assert ModuleProgress.objects.get().best_score == 50


def test_asked_question_keeps_its_kind_and_its_options(press, module):
    asked_and_wrong(module)
    question = module.questions.first()
    for data in (question_data(count=3), question_data(kind="multiple")):
        answer = press("question", module.pk, question.pk, **data)
        assert answer.status_code == 200
    question.refresh_from_db()
    assert len(question.options) == 4
    assert press("question", module.pk, question.pk, **question_data()).status_code == 302
    question.refresh_from_db()
    assert question.options[1]["text"]["en"] == "opción b en"


def test_asked_question_is_retired_and_never_deleted(press, module):
    attempt = asked_and_wrong(module)
    question = module.questions.first()
    press("question_act", module.pk, question.pk, "delete")
    press("question_act", module.pk, question.pk, "retire")
    question.refresh_from_db()
    assert question.retired_at == PHASE_ONE_OPENS
    assert question.key in {q["key"] for q in attempt.questions}
    press("question_act", module.pk, question.pk, "retire")
    assert actions(question) == ["content.retire_question"]
    press("question_act", module.pk, question.pk, "restore")
    question.refresh_from_db()
    assert question.retired_at is None


def test_question_that_nobody_was_asked_is_deleted(press, client, module):
    question = a_question(module, "q9")
    assert client.get(page("question_act", module.pk, question.pk, "delete")).status_code != 200
    press("question_act", module.pk, question.pk, "delete")
    assert not Question.objects.filter(key="q9").exists()
    assert actions(module) == ["content.delete_question"]


def test_bank_says_how_often_each_was_asked_and_answered_rightly(client, module, author):
    asked_and_wrong(module)
    enter(client, author)
    text = client.get(page("module", module.pk)).content.decode()
    assert "0 %" in text.replace("0\xa0%", "0 %")


def test_bank_costs_the_same_for_few_and_for_many_questions(client, module, author):
    enter(client, author)
    url = page("module", module.pk)
    queries_of(client, url)
    few = queries_of(client, url)
    for number in range(5):
        a_question(module, f"x{number}")
    assert queries_of(client, url) == few


@pytest.mark.parametrize(
    ("at", "changes", "is_saved"),
    [
        (PHASE_ONE_OPENS - SECOND, {"draw": 1}, True),
        (PHASE_ONE_OPENS, {"draw": 1}, False),
        (PHASE_ONE_OPENS, {"pass_mark": 60}, False),
        (PHASE_ONE_OPENS, {"attempts": 4, "cooldown_minutes": 30}, True),
        (PHASE_ONE_OPENS, {"attempts": 2}, False),
        (PHASE_ONE_OPENS, {"cooldown_minutes": 61}, False),
    ],
)
def test_what_an_open_module_asks_stands(press, module, at, changes, is_saved):
    with time_machine.travel(at, tick=False):
        answer = press("module_edit", module.pk, **module_data(**changes))
    assert (answer.status_code == 302) == is_saved
    module.refresh_from_db()
    for name, value in changes.items():
        assert (getattr(module, name) == value) == is_saved


def test_announced_module_opens_earlier_and_not_later(press, clock, module):
    later = PHASE_ONE_OPENS + timedelta(days=7)
    Module.objects.filter(pk=module.pk).update(opens_at=later)
    for hour, is_saved in [("2019-04-29 10:00", False), ("2019-04-29 08:00", True)]:
        answer = press("module_edit", module.pk, **module_data(opens_at=hour))
        assert (answer.status_code == 302) == is_saved
    module.refresh_from_db()
    assert module.opens_at == later - timedelta(hours=1)


@pytest.mark.parametrize("opens_at", [PHASE_ONE_OPENS - SECOND, PHASE_ONE_CLOSES])
def test_module_opens_within_its_phase(module, author, opens_at):
    new = Module(phase=module.phase, slug="m2", order=2, opens_at=opens_at)
    with pytest.raises(DomainError):
        authoring.save_module(new, [], by=author, at=PHASE_ONE_OPENS)


def test_author_adds_a_module(press, module):
    data = module_data(slug="m2", order=2)
    assert press("module_add", module.phase.pk, **data).status_code == 302
    new = Module.objects.get(slug="m2")
    assert new.opens_at == PHASE_ONE_OPENS
    assert actions(new) == ["content.add_module"]
    assert press("module_add", module.phase.pk, **data).status_code == 200


def test_who_writes_for_another_program_changes_nothing(module):
    stranger = a_staff_member(an_edition().program, "author")
    question = module.questions.first()
    for change in (authoring.retire_question, authoring.delete_question):
        with pytest.raises(DomainError):
            change(question, by=stranger, at=PHASE_ONE_OPENS)
    with pytest.raises(DomainError):
        authoring.save_module(module, ["title"], by=stranger, at=PHASE_ONE_OPENS)
