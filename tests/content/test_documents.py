import pytest
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model

from content.models import EditionPage, LessonPage
from enrollment.services.staff import collection_of
from tests.builders import a_person, a_staff_member, an_edition, an_enrollment
from tests.content.builders import a_module_with_lessons

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(clock):
    clock("2019-04-23T12:00:00Z")
    edition = an_edition()
    a_module_with_lessons(edition)
    return edition


@pytest.fixture
def document(edition):
    return get_document_model().objects.create(
        title="Guía", file=ContentFile(b"text", name="guia.txt")
    )


def refer(page, document):
    page.body = [{"type": "document", "value": {"document": document.pk, "text": ""}}]
    page.save()


def status(client, document, person=None) -> int:
    client.logout()
    if person:
        client.force_login(person)
    return client.get(document.url).status_code


def test_document_of_a_public_page_is_everybodys(document, client):
    refer(EditionPage.objects.get(), document)
    assert status(client, document) == 200


def test_document_of_a_lesson_opens_with_the_lesson(edition, document, client, clock):
    refer(LessonPage.objects.first(), document)
    rosa = an_enrollment(edition).person
    assert status(client, document, rosa) == 200
    assert status(client, document) == 404
    assert status(client, document, a_person()) == 404
    assert status(client, document, a_staff_member(an_edition().program, "author")) == 404
    assert status(client, document, a_staff_member(edition.program, "author")) == 200
    clock("2019-04-22T11:59:59Z")
    assert status(client, document, rosa) == 404


def test_document_that_no_page_refers_to_is_the_staffs(edition, document, client):
    assert status(client, document, an_enrollment(edition).person) == 404
    assert status(client, document) == 404
    assert status(client, document, a_staff_member(edition.program, "author")) == 200


def test_document_that_no_page_refers_to_is_not_another_programs(edition, document, client):
    document.collection = collection_of(edition.program)
    document.save()
    assert status(client, document, a_staff_member(an_edition().program, "coordinator")) == 404
    assert status(client, document, a_staff_member(edition.program, "observer")) == 404
    assert status(client, document, a_staff_member(edition.program, "author")) == 200
