"""A script saves the draft without a button: the same rules, the answer in a few words."""

import pytest

from enrollment.models import Application, LateAttempt
from tests.builders import (
    WINDOW_CLOSES,
    WINDOW_OPENS,
    a_person,
    a_submitted_application,
    an_edition,
    instant,
)
from tests.enrollment.applying import address, answers, draft, submit
from tests.entrance import SiteClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(clock):
    clock(WINDOW_OPENS)
    return an_edition()


def autosave(client, edition, revision=0, **typed):
    url = address("application_form", edition, "en")
    return client.post(url, {**answers(**typed), "revision": revision, "autosave": "1"})


def test_it_saves_and_says_which_revision_it_is(client, edition):
    client.force_login(a_person())
    answer = autosave(client, edition, given_names="Rosa")
    assert answer.json() == {"revision": 1, "said": "Draft saved, not submitted yet."}
    assert autosave(client, edition, revision=1, given_names="Ana").json()["revision"] == 2
    assert autosave(client, edition, revision=1, given_names="Ana").json()["revision"] == 2
    assert Application.objects.get().draft["given_names"] == "Ana"


def test_what_is_submitted_already_is_not_called_a_draft(client, edition):
    client.force_login(a_person())
    submit(client, edition)
    revision = Application.objects.get().revision
    said = autosave(client, edition, revision=revision, motivation="Otra.").json()["said"]
    assert said.startswith("Your changes are saved, and not submitted yet.")


@pytest.mark.parametrize("revision", ["0", "", "x", "9" * 500, "-1"])
def test_what_is_made_from_another_revision_replaces_nothing(client, edition, revision):
    client.force_login(a_person())
    autosave(client, edition, given_names="Rosa")
    answer = autosave(client, edition, revision=revision, given_names="Ana")
    assert answer.status_code == 409 and "changed elsewhere" in answer.json()["said"]
    assert Application.objects.get().draft["given_names"] == "Rosa"


def test_after_the_close_it_keeps_and_refuses(client, edition, clock):
    person = a_person()
    client.force_login(person)
    autosave(client, edition, given_names="Rosa")
    clock(WINDOW_CLOSES)
    client.force_login(person)
    answer = autosave(client, edition, revision=1, given_names="Tarde")
    assert answer.status_code == 403 and "closed" in answer.json()["said"]
    assert Application.objects.get().draft["given_names"] == "Tarde"
    assert LateAttempt.objects.get().at == WINDOW_CLOSES


def test_what_was_submitted_stays_until_it_is_submitted_again(client, edition):
    client.force_login(a_person())
    submit(client, edition)
    application = Application.objects.get()
    autosave(client, edition, revision=application.revision, given_names="Ana")
    application.refresh_from_db()
    assert application.given_names == "Rosa" and application.draft["given_names"] == "Ana"


def test_a_withdrawn_application_is_not_changed(client, edition):
    person = a_person()
    a_submitted_application(edition, person, status="withdrawn")
    client.force_login(person)
    answer = autosave(client, edition)
    assert answer.status_code == 403 and answer.json().keys() == {"said"}


def test_nobody_saves_without_being_signed_in_or_into_an_edition_that_is_not_there(client, edition):
    assert autosave(SiteClient(), edition).status_code == 302
    client.force_login(a_person())
    url = address("application_form", edition).replace(edition.slug, "none")
    assert client.post(url, {"autosave": "1"}).status_code == 404
    assert not Application.objects.exists()


def test_a_button_pressed_after_it_was_saved_by_itself_goes_on(client, edition):
    """Its form was drawn before, and says the same."""
    client.force_login(a_person())
    autosave(client, edition)
    assert draft(client, edition, revision=0).url == address("application_check", edition)


def test_it_leaves_no_trace_of_a_late_attempt_while_the_window_is_suspended(client, edition, clock):
    client.force_login(a_person())
    edition.windows.update(suspended_at=instant("2019-03-25T12:00"))
    clock("2019-03-25T13:00:00Z")
    answer = autosave(client, edition, given_names="Rosa")
    assert answer.status_code == 403 and "not closed" in answer.json()["said"]
    assert Application.objects.get().draft["given_names"] == "Rosa"
    assert not LateAttempt.objects.exists()


def test_after_the_close_an_older_tab_replaces_nothing(client, edition, clock):
    person = a_person()
    client.force_login(person)
    autosave(client, edition, given_names="Rosa")
    autosave(client, edition, revision=1, given_names="Rosa Elena")
    clock(WINDOW_CLOSES)
    client.force_login(person)
    autosave(client, edition, revision=1, given_names="Antes")
    assert Application.objects.get().draft["given_names"] == "Rosa Elena"
    autosave(client, edition, revision=2, given_names="Tarde")
    assert Application.objects.get().draft["given_names"] == "Tarde"
