"""A file is replaced while the application is submitted, swept or sent from another tab."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.files.storage import default_storage
from django.db import connections

from enrollment.models import ApplicationVersion, UploadedAnswer
from enrollment.services.applications import save_draft, submit_application
from enrollment.services.files import sweep_files
from lms.media.uploads import Upload
from tests.builders import WINDOW_OPENS, a_person
from tests.enrollment.applying import answers
from tests.enrollment.sending import OTHER, PAPER, an_edition_with_files
from tests.rounds import RACES as ROUNDS
from tests.rounds import at_once

AT = WINDOW_OPENS
LATER = AT + timedelta(days=2)


@pytest.fixture(autouse=True)
def _committed(real_database):
    yield
    connections.close_all()


def a_letter(content):
    return {"letter": Upload("carta.pdf", "pdf", content)}


def begun():
    """A complete draft with its letter, and how it is saved."""
    window = an_edition_with_files().windows.select_related("edition__program").get()
    typed = answers(privacy_notice_version="1", letter="", plan="")
    save = partial(save_draft, a_person(), window, at=AT)
    row = save(typed, revision=0, uploads=a_letter(PAPER))
    return row, row.draft, save


def content_of(key: str) -> bytes:
    with UploadedAnswer.objects.get(key=key).file.open("rb") as file:
        return file.read()


def test_what_was_submitted_keeps_the_file_that_was_seen_and_the_new_one_waits():
    for _round in range(ROUNDS):
        row, typed, save = begun()
        replaced, submitted = at_once(
            partial(save, typed, revision=row.revision, uploads=a_letter(OTHER)),
            partial(submit_application, row, by=row.person, at=AT, revision=row.revision),
        )
        row.refresh_from_db()
        assert content_of(row.draft["letter"]) == OTHER, (replaced, submitted)
        versions = ApplicationVersion.objects.filter(application=row)
        if submitted == "stale":
            assert not versions.exists() and row.is_draft
        else:
            assert content_of(versions.get().answers["letter"]) == PAPER
            assert content_of(row.answers["letter"]) == PAPER


def test_of_two_tabs_that_send_a_file_at_once_one_is_told():
    for _round in range(ROUNDS):
        row, typed, save = begun()
        tabs = [
            partial(save, typed | {"given_names": name}, revision=row.revision, uploads=upload)
            for name, upload in (("Ana", a_letter(OTHER)), ("Eva", None))
        ]
        assert sum(one == "stale" for one in at_once(*tabs)) == 1
        row.refresh_from_db()
        kept = {"Ana": OTHER, "Eva": PAPER}[row.draft["given_names"]]
        assert content_of(row.draft["letter"]) == kept


def test_the_sweep_takes_no_file_that_a_draft_comes_to_hold():
    for _round in range(ROUNDS):
        row, typed, save = begun()
        row = save(typed | {"letter": ""}, revision=row.revision)
        back = partial(save, typed, revision=row.revision, uploads=a_letter(PAPER))
        at_once(partial(back, at=LATER), partial(sweep_files, LATER))
        row.refresh_from_db()
        assert content_of(row.draft["letter"]) == PAPER
        names = UploadedAnswer.objects.filter(application=row).values_list("file", flat=True)
        assert all(default_storage.exists(name) for name in names)
