import pytest
from django.urls import reverse

from content.blocks import FigureBlock
from content.models import LessonPage, LessonProgress, ModulePage, ModuleProgress
from tests.builders import a_person, a_staff_member, an_edition, an_enrollment, instant
from tests.content.builders import a_module_with_lessons

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(clock):
    clock("2019-04-23T12:00:00Z")
    edition = an_edition()
    a_module_with_lessons(edition, order=1)
    a_module_with_lessons(edition, order=2, opens_at=instant("2019-04-23T11:00"))
    return edition


@pytest.fixture
def rosa(edition, client):
    enrollment = an_enrollment(edition)
    client.force_login(enrollment.person)
    return enrollment


def lessons(order):
    return list(LessonPage.objects.filter(module__order=order).order_by("path"))


def read(client, lesson):
    return client.post(reverse("content:mark_read", args=[lesson.translation_key]), follow=True)


def test_lesson_opened_by_its_participant_is_noted(rosa, client):
    answer = client.get(lessons(1)[0].url)
    assert LessonProgress.objects.get().opened_at == instant("2019-04-23T12:00")
    assert lessons(1)[1].url in answer.content.decode(), "the next lesson"


def test_button_notes_the_lesson_as_read_once(rosa, client):
    lesson = lessons(1)[0]
    assert (
        reverse("content:mark_read", args=[lesson.translation_key])
        in client.get(lesson.url).content.decode()
    )
    answer = read(client, lesson)
    read(client, lesson)
    assert LessonProgress.objects.get().read_at == instant("2019-04-23T12:00")
    assert answer.redirect_chain[0][0] == lesson.url
    assert "1 " in answer.context["messages"]._loaded_data[0].message


def test_button_of_the_last_lesson_says_what_it_completed(rosa, client):
    for lesson in lessons(1):
        answer = read(client, lesson)
    assert "Módulo 1" in str(next(iter(answer.context["messages"])))
    assert ModuleProgress.objects.get().completed_at


def test_lesson_of_a_closed_module_says_what_is_missing_with_links(rosa, client):
    answer = client.get(lessons(2)[0].url)
    assert answer.status_code == 403
    assert ModulePage.objects.get(module__order=1).url in answer.content.decode()
    assert not LessonProgress.objects.exists()


def test_button_of_a_closed_module_changes_nothing(rosa, client):
    answer = read(client, lessons(2)[0])
    assert answer.status_code == 403
    assert not LessonProgress.objects.filter(read_at__isnull=False).exists()


@pytest.mark.parametrize("who", ["stranger", "staff"])
def test_button_of_somebody_without_a_place_is_not_found(edition, client, who):
    person = a_person() if who == "stranger" else a_staff_member(edition.program, "author")
    client.force_login(person)
    assert read(client, lessons(1)[0]).status_code == 404


def test_button_is_a_post(rosa, client):
    url = reverse("content:mark_read", args=[lessons(1)[0].translation_key])
    assert client.get(url).status_code == 405


def test_button_after_the_session_asks_for_a_code(edition, client):
    url = reverse("content:mark_read", args=[lessons(1)[0].translation_key])
    assert client.post(url).status_code == 302


def test_module_page_lists_lessons_and_what_is_missing(rosa, client):
    page = client.get(ModulePage.objects.get(module__order=1).url).content.decode()
    assert all(lesson.url in page for lesson in lessons(1))
    assert "2 " in page


def test_staff_of_the_program_read_without_a_trace(edition, client):
    client.force_login(a_staff_member(edition.program, "author"))
    assert client.get(lessons(2)[0].url).status_code == 200
    assert client.get(ModulePage.objects.get(module__order=2).url).status_code == 200
    assert not LessonProgress.objects.exists()


def queries_of(client, url, connection, capture) -> int:
    client.get(url)
    with capture(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_lesson_takes_the_same_queries_with_many_activities(rosa, edition, client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    url = lessons(1)[0].url
    few = queries_of(client, url, connection, CaptureQueriesContext)
    for order in range(3, 9):
        a_module_with_lessons(edition, order=order, lessons=8, questions=2)
    assert queries_of(client, url, connection, CaptureQueriesContext) == few
    assert few <= 13, "one more where the cache is a table"


def test_figure_without_an_image_describes_none():
    block = FigureBlock()
    html = block.render(block.to_python({"alt": "Un teléfono y un servidor", "diagram": "Óvalos"}))
    assert "Un teléfono y un servidor" in html
    assert "Óvalos" not in html
