import pytest

from content.models import LessonPage
from tests.builders import an_edition, an_enrollment
from tests.content.builders import a_module_with_lessons

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(clock):
    clock("2019-04-23T12:00:00Z")
    a_module_with_lessons(an_edition())
    return LessonPage.objects.first()


def words(number: int) -> str:
    return " ".join(f"palabra{n * n}" for n in range(number))


def test_lesson_knows_how_heavy_it_is(lesson):
    light = lesson.kilobytes
    lesson.body = [("paragraph", f"<p>{words(5000)}</p>")]
    lesson.save_revision().publish()
    lesson.refresh_from_db()
    assert light == 6
    assert 15 < lesson.kilobytes < 40


def test_weight_is_said_before_the_lesson_is_opened(lesson, client):
    client.force_login(an_enrollment(lesson.module.phase.edition).person)
    page = client.get(lesson.get_parent().url).content.decode()
    assert f"{lesson.kilobytes} KB" in page
