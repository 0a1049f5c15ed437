"""Files of applications go when nobody holds them, when the person is erased and when their time is
over, and are in the copy and in the backup until then."""

import io
import json
import os
from datetime import date, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from enrollment.forms.definitions import form_of
from enrollment.models import Application, Edition, UploadedAnswer
from enrollment.privacy import erase_person, forget_applications
from enrollment.retention import keep_periods
from enrollment.services import files as services
from enrollment.services.copying import start_edition_from
from lms.backup.archive import media_names
from lms.sweeping import sweep
from tests.builders import WINDOW_CLOSES, WINDOW_OPENS, a_person, a_staff_member
from tests.builders import a_submitted_application as a_submitted
from tests.enrollment.sending import (
    LETTER,
    OTHER,
    PAPER,
    an_edition_with_files,
    an_uploaded_answer,
    send,
    submit_with,
)
from tests.entrance import path_to
from tests.lms.files import sent

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = WINDOW_OPENS + 2 * DAY


@pytest.fixture
def edition(clock):
    clock(WINDOW_OPENS)
    return an_edition_with_files()


@pytest.fixture
def rosa(client, edition):
    person = a_person()
    client.force_login(person)
    return person


def in_storage(*rows) -> list[bool]:
    return [default_storage.exists(row.file.name) for row in rows]


def aged(name: str, days: int, at=LATER) -> None:
    """As if it had been stored so many days before."""
    then = (at - days * DAY).timestamp()
    os.utime(Path(settings.MEDIA_ROOT, name), (then, then))


def test_the_database_keeps_no_file_of_another_kind(edition):
    with pytest.raises(IntegrityError), transaction.atomic():
        an_uploaded_answer(a_submitted(edition), WINDOW_OPENS, kind="html")


# -- what nobody holds -------------------------------------------------------------------


def test_what_was_replaced_goes_a_day_later_and_what_is_held_stays(
    client, edition, rosa, django_capture_on_commit_callbacks
):
    send(client, edition, letter=PAPER)
    send(client, edition, letter=OTHER)
    first, second = UploadedAnswer.objects.all()
    services.sweep_files(WINDOW_OPENS + DAY - timedelta(seconds=1))
    assert UploadedAnswer.objects.count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        services.sweep_files(WINDOW_OPENS + DAY)
    assert list(UploadedAnswer.objects.all()) == [second]
    assert in_storage(first, second) == [False, True]


def test_the_sweep_waits_until_a_draft_has_been_left_alone(client, edition, rosa):
    send(client, edition, letter=PAPER)
    send(client, edition, letter=OTHER)
    Application.objects.update(saved_at=LATER)
    services.sweep_files(LATER)
    assert UploadedAnswer.objects.count() == 2


def test_the_file_of_changes_that_were_dropped_goes(client, edition, rosa):
    submit_with(client, edition, letter=PAPER)
    send(client, edition, letter=OTHER)
    Application.objects.update(draft={})
    services.sweep_files(LATER)
    assert [one.version for one in UploadedAnswer.objects.all()] == [1]


def test_what_a_killed_process_left_in_the_storage_is_swept(edition):
    kept = an_uploaded_answer(a_submitted(edition), WINDOW_OPENS)
    name = "answers/ab/" + "ab" * 20
    default_storage.save(name, ContentFile(PAPER))
    for one in (name, kept.file.name):
        aged(one, 0.9)
    services.sweep_files(LATER)
    assert default_storage.exists(name)
    for one in (name, kept.file.name):
        aged(one, 1)
    services.sweep_files(LATER)
    assert not default_storage.exists(name)
    assert in_storage(kept) == [True]


def test_one_application_that_cannot_be_swept_stops_no_other(edition, monkeypatch, caplog):
    poison, other = (a_submitted(edition, saved_at=WINDOW_OPENS) for _each in range(2))
    for one in (poison, other):
        an_uploaded_answer(one, WINDOW_OPENS, version=None)
    drop = services.drop_unheld

    def dropped(application):
        if application == poison:
            raise ValueError("poison")
        return drop(application)

    monkeypatch.setattr(services, "drop_unheld", dropped)
    services.sweep_files(LATER)
    assert [one.application for one in UploadedAnswer.objects.all()] == [poison]
    assert "could not be swept" in caplog.text


def test_the_nightly_sweep_of_the_site_does_it(client, edition, rosa):
    send(client, edition, letter=PAPER)
    send(client, edition, **{"remove:letter": "1"})
    assert sweep(LATER) == []
    assert not UploadedAnswer.objects.exists()


# -- the person --------------------------------------------------------------------------


def test_erasing_the_person_erases_every_version_of_the_files(
    client, edition, rosa, django_capture_on_commit_callbacks
):
    submit_with(client, edition, letter=PAPER)
    submit_with(client, edition, letter=OTHER)
    rows = list(UploadedAnswer.objects.all())
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(rosa, rosa, WINDOW_OPENS)
    assert Application.objects.exists() and not UploadedAnswer.objects.exists()
    assert in_storage(*rows) == [False, False]


def test_files_stay_where_the_erasure_is_taken_back(edition, django_capture_on_commit_callbacks):
    row = an_uploaded_answer(a_submitted(edition), WINDOW_OPENS)
    with django_capture_on_commit_callbacks():
        forget_applications([row.application], by=None, at=WINDOW_OPENS)
    assert in_storage(row) == [True]


@pytest.mark.parametrize("status", ["draft", "submitted"])
def test_the_periods_of_keeping_hold_for_files(
    client, edition, rosa, status, django_capture_on_commit_callbacks
):
    send(client, edition, letter=PAPER) if status == "draft" else submit_with(
        client, edition, letter=PAPER
    )
    row = UploadedAnswer.objects.get()
    keep_periods(WINDOW_CLOSES)
    assert UploadedAnswer.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        keep_periods(WINDOW_CLOSES + 4000 * DAY)
    assert not UploadedAnswer.objects.exists() and in_storage(row) == [False]


def test_the_copy_of_ones_data_holds_the_files_of_every_version(client, edition, rosa):
    submit_with(client, edition, letter=sent(PAPER, "Carta.pdf"))
    submit_with(client, edition, letter=sent(OTHER, "Carta.pdf"))
    answer = client.post(path_to("accounts:download_data"))
    with ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        data = json.loads(packed.read("data.json"))["applications"][0]
        page = packed.read("data.html").decode()
        contents = [packed.read(one["path"]) for one in data["files"]]
    assert contents == [PAPER, OTHER]
    assert data["files"][0]["path"] == f"files/{data['code']}/1-Carta.pdf"
    assert data["files"][0]["question"] == LETTER["label"]["es"]
    assert page.count("Carta.pdf") >= 5 and data["answers"]["letter"] not in page


def test_the_copy_is_made_though_a_file_is_gone_from_the_storage(client, edition, rosa):
    submit_with(client, edition, letter=PAPER)
    default_storage.delete(UploadedAnswer.objects.get().file.name)
    answer = client.post(path_to("accounts:download_data"))
    with ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        assert packed.namelist() == ["data.json", "data.html"]


def test_a_backup_takes_the_files(client, edition, rosa):
    send(client, edition, letter=PAPER)
    assert UploadedAnswer.objects.get().file.name in set(media_names())


# -- the definition ----------------------------------------------------------------------


def test_a_copied_edition_asks_for_the_same_files(edition):
    coordinator = a_staff_member(edition.program)
    copy = Edition(program=edition.program, slug="2020", title={"es": "Segunda"})
    start_edition_from(edition, copy, first=date(2020, 3, 19), by=coordinator, at=WINDOW_OPENS)
    window = copy.windows.get(kind="application")
    assert LETTER in form_of(window)
