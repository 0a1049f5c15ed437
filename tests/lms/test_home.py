"""The participant's home asks the apps; here they answer through the hooks, as they do."""

import pytest
from wagtail import hooks

from lms.hooks import NextStep
from tests.browser.gallery import announced
from tests.builders import WINDOW_CLOSES, a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def person(client):
    person = a_person(language="en", time_zone="America/Montevideo")
    client.force_login(person)
    return person


def a_step(priority=1, **fields):
    return NextStep(
        priority,
        fields.pop("standing", "Your application is a draft."),
        "Continue the form",
        **{"url": "/en/apply/", "by": WINDOW_CLOSES, "zone": "America/Tijuana", **fields},
    )


def test_a_stranger_is_sent_to_the_door(client):
    response = client.get("/en/my/")
    assert response.status_code == 302
    assert response.url.startswith("/en/account/")


def test_the_step_is_said_with_its_deadline_and_its_minutes(client, person):
    with hooks.register_temporarily("next_step", lambda user, at: a_step(-1, takes=15)):
        text = client.get("/en/my/").content.decode()
    assert "Your application is a draft." in text
    assert "until 04:00 on 13 April in Montevideo" in text
    assert "It takes about 15 minutes." in text
    assert 'href="/en/apply/"' in text


def test_the_step_that_matters_most_is_the_only_one(client, person):
    later = a_step(7, standing="Something later.")
    with (
        hooks.register_temporarily("next_step", lambda user, at: later),
        hooks.register_temporarily("next_step", lambda user, at: a_step(-1)),
    ):
        text = client.get("/en/my/").content.decode()
    assert "Your application is a draft." in text
    assert "Something later." not in text


def test_the_calendar_of_the_steps_edition_is_drawn(client, person, clock):
    clock("2019-04-02T15:00:00Z")
    asked = []

    def entries(edition_id, at):
        asked.append(edition_id)
        return announced()

    with (
        hooks.register_temporarily("next_step", lambda user, at: a_step(-1, edition_id=-7)),
        hooks.register_temporarily("calendar_entries", entries),
    ):
        text = client.get("/en/my/").content.decode()
    assert asked == [-7]
    assert "Today: 2 April" in text


def test_the_home_stays_within_its_queries(client, person, django_assert_max_num_queries):
    client.get("/en/my/")
    with django_assert_max_num_queries(20):
        client.get("/en/my/")
