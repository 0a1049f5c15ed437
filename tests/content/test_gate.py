import pytest
from django.apps import apps
from django.test import RequestFactory
from wagtail.models import Page

from content import gate
from content.models import GatedPage, LessonPage
from lms.decisions import ALLOWED, refused
from tests.builders import a_person, a_staff_member, an_edition, an_enrollment
from tests.content.builders import a_module_with_lessons

PUBLIC = {"HomePage", "ProgramPage", "EditionPage", "TextPage"}
OURS = [m for m in apps.get_models() if issubclass(m, Page) and m is not Page]


@pytest.mark.parametrize("kind", OURS)
def test_page_type_is_public_by_name_or_gated(kind):
    if kind.__name__ in PUBLIC:
        assert not issubclass(kind, GatedPage)
    else:
        assert issubclass(kind, GatedPage)
        assert kind.serve is GatedPage.serve, "only the gate serves"
        assert kind.access is not GatedPage.access, "a gated type says who may come in"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [m for m in OURS if issubclass(m, GatedPage)])
@pytest.mark.parametrize("decided", [None, refused("closed", "no"), "another page"])
def test_gated_page_without_a_yes_for_it_draws_nothing(kind, decided):
    request = RequestFactory().get("/")
    page = kind(title="x")
    if decided == "another page":
        gate.admit(request, kind(title="y"), gate.Access(ALLOWED))
    elif decided:
        gate.admit(request, page, gate.Access(decided))
    with pytest.raises(gate.Undecided):
        page.get_context(request)


@pytest.fixture
def lesson(db, clock):
    clock("2019-04-23T12:00:00Z")
    edition = an_edition()
    a_module_with_lessons(edition)
    return LessonPage.objects.first()


def test_lesson_of_a_participant_opens(lesson, client):
    client.force_login(an_enrollment(lesson.module.phase.edition).person)
    assert client.get(lesson.url).status_code == 200


def test_lesson_of_another_edition_is_not_found(lesson, client):
    client.force_login(an_enrollment(an_edition()).person)
    assert client.get(lesson.url).status_code == 404


def test_lesson_for_a_stranger_is_not_found(lesson, client):
    client.force_login(a_person())
    assert client.get(lesson.url).status_code == 404


def test_lesson_before_the_phase_says_what_opens_it(lesson, client, clock):
    clock("2019-04-22T11:59:59Z")
    client.force_login(an_enrollment(lesson.module.phase.edition).person)
    answer = client.get(lesson.url)
    assert answer.status_code == 403
    assert str(lesson.module.phase.title) in answer.content.decode()


def test_lesson_opens_to_staff_of_its_program_alone(lesson, client):
    client.force_login(a_staff_member(lesson.module.phase.edition.program, "author"))
    assert client.get(lesson.url).status_code == 200
    client.force_login(a_staff_member(an_edition().program, "author"))
    assert client.get(lesson.url).status_code == 404
