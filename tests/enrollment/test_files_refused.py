"""Files that are not taken: too many, too late, too slow to look through. What was typed beside
them is kept."""

from time import monotonic
from unittest.mock import patch

import pytest

from enrollment.models import Application, LateAttempt, UploadedAnswer
from enrollment.services import files as services
from enrollment.views.files import NOT_KEPT
from lms.media import inspecting, uploads
from tests.builders import WINDOW_CLOSES, WINDOW_OPENS, a_person
from tests.enrollment import outages
from tests.enrollment.outages import OUTAGE
from tests.enrollment.sending import (
    OTHER,
    PAPER,
    an_edition_with_files,
    content_of,
    file_of,
    letter,
    send,
    shown,
    submit_with,
    text_of,
)
from tests.lms.files import a_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(clock):
    clock(WINDOW_OPENS)
    return an_edition_with_files()


@pytest.fixture
def rosa(client, edition):
    person = a_person()
    client.force_login(person)
    return person


# -- limits ------------------------------------------------------------------------------


def test_files_are_counted_by_person_and_hour(client, edition, rosa, settings):
    limit = {"uploaded_file": "2/h/key"}
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, **limit}
    send(client, edition, letter=PAPER)
    send(client, edition, letter=OTHER)
    kept = letter()
    answer = send(client, edition, letter=PAPER, given_names="Ana")
    assert "Too many files" in answer.context["form"].errors["letter"][0]
    assert letter() == kept and Application.objects.get().draft["given_names"] == "Ana"


def test_whoever_sends_many_at_once_is_asked_to_wait_and_loses_no_answer(client, edition, rosa):
    """Two of hers are looked at already, wherever."""
    send(client, edition, letter=PAPER)
    kept = letter()
    with uploads.in_line(rosa.pk), uploads.in_line(rosa.pk):
        answer = send(client, edition, letter=OTHER, given_names="Ana")
    assert "again in a minute" in answer.context["form"].errors["letter"][0]
    assert letter() == kept and Application.objects.get().draft["given_names"] == "Ana"
    assert send(client, edition, letter=OTHER).status_code == 302


def test_an_application_holds_only_so_much_and_old_drafts_give_room(
    client, edition, rosa, monkeypatch
):
    monkeypatch.setattr(services, "MOST_FILES", 2)
    send(client, edition, letter=PAPER)
    send(client, edition, letter=OTHER)
    third = a_pdf(lambda pdf: [pdf.add_blank_page() for _two in range(2)])
    assert send(client, edition, letter=third).status_code == 302
    assert content_of(client.get(file_of(letter()))) == third
    submit_with(client, edition)
    submit_with(client, edition, letter=OTHER)
    answer = send(client, edition, letter=PAPER, given_names="Ana")
    assert "as many files" in answer.context["form"].errors["letter"][0]
    assert Application.objects.get().draft["given_names"] == "Ana"


# -- closed ------------------------------------------------------------------------------


def close(edition, clock):
    clock(WINDOW_CLOSES)


def suspend(edition, clock):
    clock(OUTAGE)
    outages.suspend(edition.windows.select_related("edition__program").get())


@pytest.mark.usefixtures("rosa")
@pytest.mark.parametrize(
    ("stop", "button"), [(close, "save"), (close, "autosave"), (suspend, "save")]
)
def test_what_may_not_be_written_is_kept_as_text_and_its_files_are_not_opened(
    client, edition, clock, stop, button
):
    send(client, edition, letter=PAPER)
    first, before = letter(), shown(client, edition)
    stop(edition, clock)
    client.force_login(Application.objects.get().person)
    with patch("enrollment.views.files.received", side_effect=AssertionError):
        answer = send(
            client, edition, before=before, button=button, letter=OTHER, given_names="Ana"
        )
    assert answer.status_code == 403
    assert Application.objects.get().draft["given_names"] == "Ana"
    assert LateAttempt.objects.exists() == (stop is close)
    assert letter() == first and UploadedAnswer.objects.count() == 1
    said = text_of(answer) if button == "save" else answer.json()["said"]
    assert str(NOT_KEPT) in said


@pytest.mark.parametrize("stop", [close, suspend])
def test_who_sent_no_file_is_told_of_none(client, edition, rosa, clock, stop):
    before = shown(client, edition)
    stop(edition, clock)
    client.force_login(rosa)
    answer = send(client, edition, before=before)
    assert answer.status_code == 403 and str(NOT_KEPT) not in text_of(answer)


# -- many at once ------------------------------------------------------------------------


def test_who_does_not_come_to_the_turn_is_told_soon_and_loses_nothing(
    client, edition, rosa, monkeypatch
):
    monkeypatch.setattr(uploads, "WAITS", 0.1)
    began = monotonic()
    with uploads._turn:
        answer = send(client, edition, letter=PAPER, plan=OTHER, given_names="Ana")
    assert monotonic() - began < uploads.AT_MOST / 2
    errors = answer.context["form"].errors
    assert errors.keys() == {"letter", "plan"}
    assert "Too many files arrive" in errors["letter"][0]
    assert Application.objects.get().draft["given_names"] == "Ana"


def test_all_files_of_a_request_together_take_no_longer_than_a_request_may(
    client, edition, rosa, monkeypatch, tmp_path
):
    sleeper = tmp_path / "sleeps.py"
    sleeper.write_text("import time; time.sleep(20)")
    monkeypatch.setattr(inspecting, "__file__", str(sleeper))
    monkeypatch.setattr(uploads, "ALL_AT_MOST", 1)
    began = monotonic()
    answer = send(client, edition, letter=PAPER, plan=OTHER, given_names="Ana")
    assert monotonic() - began < 15
    errors = answer.context["form"].errors
    assert all("Too many files arrive" in errors[name][0] for name in ("letter", "plan"))
    assert Application.objects.get().draft["given_names"] == "Ana"
