"""Images of pages are handed out by the site itself; their originals and documents are not."""

import pytest
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from content.models import LessonPage
from tests.builders import an_edition, an_enrollment
from tests.content.builders import a_module_with_lessons

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def image():
    file = get_test_image_file(filename="Dos extremos, ñandú.png")
    return get_image_model().objects.create(title="Dos extremos", file=file)


def test_image_of_a_lesson_is_shown(client, clock, image):
    clock("2019-04-23T12:00:00Z")
    edition = an_edition()
    a_module_with_lessons(edition)
    page = LessonPage.objects.first()
    page.body = [{"type": "figure", "value": {"image": image.pk, "alt": "Dos extremos"}}]
    page.save()
    client.force_login(an_enrollment(edition).person)
    address = image.get_rendition("width-800").url
    assert f'src="{address}"' in client.get(page.get_url()).content.decode()
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


def test_image_is_kept_by_browsers(client, image):
    answer = client.get(image.get_rendition("width-800").url)
    assert answer.headers["Cache-Control"] == "max-age=604800, private"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_original_and_document_are_not_handed_out(client, folder, image):
    document = get_document_model().objects.create(
        title="Guía", file=ContentFile(b"text", name="guia.png")
    )
    for file in (image.file, document.file):
        assert (folder / file.name).is_file()
        assert client.get(file.url).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "../documents/guia.png",
        "..%2Fdocuments%2Fguia.png",
        "%2e%2e/documents/guia.png",
        "..%5Cdocuments%5Cguia.png",
        "/etc/passwd",
        "%2Fetc%2Fpasswd",
        "folder.png",
        "notes.txt",
        ".hidden.png",
        "x" * 300 + ".png",
        "a%00.png",
    ],
)
def test_nothing_else_is_reached_through_the_folder_of_images(client, folder, name):
    (folder / "images" / "folder.png").mkdir(parents=True)
    (folder / "documents").mkdir()
    for path in ("documents/guia.png", "images/notes.txt", "images/.hidden.png"):
        (folder / path).write_bytes(b"text")
    assert client.get(f"/media/images/{name}").status_code == 404


def test_nobody_writes_to_an_image(client, image):
    assert client.post(image.get_rendition("width-800").url).status_code == 405
