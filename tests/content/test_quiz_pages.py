import pytest
from django.urls import reverse

from content.models import Attempt, AttemptStatus, Module
from tests.builders import a_person, a_staff_member, an_edition, an_enrollment
from tests.content.builders import a_module_with_lessons, a_question

pytestmark = pytest.mark.django_db


@pytest.fixture
def module(clock):
    clock("2019-04-23T12:00:00Z")
    edition = an_edition()
    a_module_with_lessons(edition, lessons=0, questions=8)
    return Module.objects.get()


@pytest.fixture
def rosa(module, client):
    enrollment = an_enrollment(module.phase.edition)
    client.force_login(enrollment.person)
    return enrollment


def url(name, *args):
    return reverse(f"content:{name}", args=args)


def start(client, module):
    return client.post(url("quiz_start", module.pk), follow=True)


def answers(right: int, of: int = 6) -> dict:
    questions = Attempt.objects.get(status="in_progress").questions[:of]
    return {q["key"]: "a" if n < right else "b" for n, q in enumerate(questions)}


def send(client, module, act="submit", number=1, **responses):
    return client.post(url("attempt", module.pk, number), {"act": act, **responses}, follow=True)


def test_quiz_page_says_what_it_asks(rosa, module, client):
    page = client.get(url("quiz", module.pk)).content.decode()
    assert "70" in page and "3" in page and url("quiz_start", module.pk) in page


def test_attempt_shows_six_questions_on_one_page(rosa, module, client):
    page = start(client, module)
    assert page.content.decode().count("<fieldset") == 6
    assert page.request["PATH_INFO"] == url("attempt", module.pk, 1)


def test_started_twice_is_one_attempt(rosa, module, client):
    start(client, module)
    assert start(client, module).request["PATH_INFO"] == url("attempt", module.pk, 1)
    assert Attempt.objects.count() == 1


def test_start_is_a_post(rosa, module, client):
    assert client.get(url("quiz_start", module.pk)).status_code == 405


def test_saved_answers_are_there_again(rosa, module, client):
    start(client, module)
    given = answers(2, of=2)
    send(client, module, "save", **given)
    attempt = Attempt.objects.get()
    assert attempt.is_in_progress
    assert attempt.responses == {key: [value] for key, value in given.items()}
    assert client.get(url("attempt", module.pk, 1)).content.decode().count("checked") == 2


def test_handed_in_and_passed_shows_explanations(rosa, module, client):
    start(client, module)
    page = send(client, module, **answers(5))
    assert Attempt.objects.get().score > 70
    assert "83,3" in page.content.decode()
    assert "Porque" in page.content.decode()


def test_failed_attempt_does_not_tell_what_was_right(rosa, module, client):
    start(client, module)
    page = send(client, module, **answers(2)).content.decode()
    assert "Porque" not in page
    assert "RFC 791" not in page


def test_unanswered_questions_are_named_and_the_rest_is_saved(rosa, module, client):
    start(client, module)
    page = send(client, module, **answers(4, of=4))
    assert page.status_code == 422
    assert page.content.decode().count('role="alert"') == 1
    assert len(Attempt.objects.get().responses) == 4
    send(client, module, "submit_anyway", **answers(4, of=4))
    assert Attempt.objects.get().status == AttemptStatus.GRADED


def test_replayed_hand_in_changes_nothing_and_shows_the_result(rosa, module, client):
    start(client, module)
    given = answers(5)
    send(client, module, **given)
    again = send(client, module, **dict.fromkeys(given, "b"))
    assert again.request["PATH_INFO"] == url("attempt_result", module.pk, 1)
    assert Attempt.objects.get().score > 70


def test_second_attempt_waits_an_hour(rosa, module, client, clock):
    start(client, module)
    send(client, module, **answers(0))
    page = start(client, module)
    assert page.request["PATH_INFO"] == url("quiz", module.pk)
    assert Attempt.objects.count() == 1
    clock("2019-04-23T13:00:00Z")
    start(client, module)
    assert Attempt.objects.count() == 2


def test_after_three_attempts_there_is_none_left_and_all_is_explained(rosa, module, client, clock):
    for number, hour in enumerate((12, 13, 14), start=1):
        clock(f"2019-04-23T{hour}:00:00Z")
        start(client, module)
        page = send(client, module, number=number, **answers(0))
    assert "Porque" in page.content.decode()
    clock("2019-04-23T15:00:00Z")
    start(client, module)
    assert Attempt.objects.count() == 3


def test_attempt_at_the_close_is_handed_in_as_saved(rosa, module, client, clock):
    clock("2019-05-27T06:59:59Z")
    client.force_login(rosa.person)
    start(client, module)
    given = answers(5)
    send(client, module, "save", **dict(list(given.items())[:4]))
    clock("2019-05-27T07:00:00Z")
    page = send(client, module, **given)
    attempt = Attempt.objects.get()
    assert page.request["PATH_INFO"] == url("attempt_result", module.pk, 1)
    assert attempt.status == AttemptStatus.GRADED
    assert len(attempt.responses) == 4


def test_several_answers_are_kept(rosa, client, clock):
    Module.objects.get().questions.all().delete()
    module = Module.objects.get()
    a_question(module, "several", kind="multiple", right="ab")
    start(client, module)
    send(client, module, several=["a", "b"])
    assert Attempt.objects.get().score == 100


def test_answers_typed_after_the_session_ended_are_handed_back(rosa, module, client):
    start(client, module)
    given = answers(3, of=3)
    client.get(url("attempt", module.pk, 1))
    client.logout()
    assert send_once(client, module, given).status_code == 302
    session_of(client, rosa.person)
    page = client.get(url("attempt", module.pk, 1)).content.decode()
    assert page.count("checked") == 3


def send_once(client, module, given):
    return client.post(url("attempt", module.pk, 1), {"act": "save", **given})


def session_of(client, person):
    """Signing in keeps what waits in the session."""
    kept = client.session["kept_form"]
    client.force_login(person)
    session = client.session
    session["kept_form"] = kept
    session.save()


@pytest.mark.parametrize("name", ["quiz", "attempt", "attempt_result"])
@pytest.mark.parametrize("who", ["stranger", "staff"])
def test_quiz_of_somebody_without_a_place_is_not_found(module, client, name, who):
    person = a_person() if who == "stranger" else a_staff_member(module.phase.edition.program)
    client.force_login(person)
    args = (module.pk,) if name == "quiz" else (module.pk, 1)
    assert client.get(url(name, *args)).status_code == 404


def test_attempt_of_somebody_else_is_not_found(rosa, module, client):
    start(client, module)
    other = an_enrollment(module.phase.edition)
    client.force_login(other.person)
    assert client.get(url("attempt", module.pk, 1)).status_code == 404


def test_quiz_before_its_module_opens_is_a_closed_door(rosa, module, client, clock):
    clock("2019-04-22T11:59:59Z")
    assert client.get(url("quiz", module.pk)).status_code == 403
