"""Files of applications are handed to whoever may read the application, as a thing to save, and to
nobody else."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from enrollment.answers import form_for
from enrollment.models import UploadedAnswer
from tests.builders import WINDOW_OPENS, a_person, an_edition
from tests.enrollment.applying import address, press_submit
from tests.enrollment.sending import (
    OTHER,
    PAPER,
    an_edition_with_files,
    content_of,
    file_of,
    letter,
    send,
    shown,
    text_of,
)
from tests.entrance import SiteClient
from tests.lms.files import sent

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TOKEN = re.compile('name="csrfmiddlewaretoken" value="[^"]+"')


@pytest.fixture
def edition(clock):
    clock(WINDOW_OPENS)
    return an_edition_with_files()


@pytest.fixture
def rosa(client, edition):
    person = a_person()
    client.force_login(person)
    return person


# -- handed out --------------------------------------------------------------------------


def test_a_file_is_saved_and_never_shown_as_a_page(client, edition, rosa):
    send(client, edition, letter=sent(PAPER, "Carta de Puno.pdf"))
    for answer in (client.get(file_of(letter())), client.head(file_of(letter()))):
        assert answer.status_code == 200
        assert answer["Content-Disposition"] == 'attachment; filename="Carta de Puno.pdf"'
        assert answer["Content-Type"] == "application/pdf"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Content-Length"] == str(len(PAPER))
    assert client.post(file_of(letter())).status_code == 405


def test_what_was_removed_is_no_longer_handed_out(client, edition, rosa, clock):
    send(client, edition, letter=PAPER)
    url = file_of(letter())
    clock(WINDOW_OPENS + DAY)
    send(client, edition, **{"remove:letter": "1"})
    assert UploadedAnswer.objects.exists()
    assert client.get(url).status_code == 404


def test_what_was_submitted_is_handed_out_though_the_draft_replaces_it(client, edition, rosa):
    send(client, edition, button="continue", letter=PAPER)
    press_submit(client, edition)
    url = file_of(UploadedAnswer.objects.get())
    send(client, edition, letter=OTHER)
    assert client.get(url).status_code == 200
    assert content_of(client.get(file_of(letter()))) == OTHER


def test_what_another_tab_has_not_saved_yet_is_handed_out(client, edition, rosa, clock):
    before = shown(client, edition)
    send(client, edition, given_names="Ana")
    clock(WINDOW_OPENS + DAY)
    answer = send(client, edition, before=before, letter=PAPER)
    assert answer.status_code == 409
    assert client.get(file_of(UploadedAnswer.objects.get())).status_code == 200


def test_nobody_else_finds_a_file(client, edition, rosa):
    send(client, edition, letter=PAPER)
    url = file_of(letter())
    missing = url.replace(letter().key, "x" * 22)
    assert client.get(missing).status_code == 404
    nobody = SiteClient()
    assert {nobody.get(one).status_code for one in (url, missing)} == {302}
    other = SiteClient()
    other.force_login(a_person())
    pages = [other.get(one) for one in (url, missing)]
    assert [one.status_code for one in pages] == [404, 404]
    said = [TOKEN.sub("", text_of(page)).replace(letter().key, "x" * 22) for page in pages]
    assert said[0] == said[1]
    elsewhere = address("application_status", an_edition(), "en")
    assert client.get(f"{elsewhere}files/{letter().key}/").status_code == 404


def test_a_file_that_is_gone_from_the_storage_is_not_found(client, edition, rosa):
    send(client, edition, letter=PAPER)
    default_storage.delete(letter().file.name)
    assert client.get(file_of(letter())).status_code == 404


def test_no_address_of_media_gives_a_file(client, edition, rosa):
    send(client, edition, letter=PAPER)
    name = letter().file.name
    for url in (f"/media/{name}", f"/images/{name}", f"/media/images/{Path(name).name}"):
        assert client.get(url, follow=True).status_code == 404


def test_a_form_without_its_application_names_no_file(edition, rosa):
    window = edition.windows.get(kind="application")
    assert form_for(window, rosa).uploads == {}
