import pytest
from django.urls import reverse

from content.services.moderation import hide_post
from content.services.posts import report_post
from tests.builders import an_edition
from tests.content.discussing import MONDAY, a_discussion, someone_in, staff, writes

pytestmark = pytest.mark.django_db


@pytest.fixture
def privacy(clock):
    clock(MONDAY)
    return a_discussion(an_edition())


def listed(client, name, user):
    client.force_login(user)
    answer = client.get(reverse(f"discussions_staff:{name}"))
    return answer.content.decode() if answer.status_code == 200 else answer.status_code


@pytest.mark.parametrize("role", ["coordinator", "expert"])
def test_queue_lists_what_waits_in_ones_rooms(client, privacy, role):
    rosa, helena = someone_in(privacy), someone_in(privacy)
    writes(rosa, privacy, "Sin novedad")
    report_post(helena.person, writes(rosa, privacy, "Lo denunciado"), at=MONDAY)
    hidden = writes(rosa, privacy, "Lo ocultado")
    hide_post(hidden, by=staff(privacy), at=MONDAY, reason="x", is_conduct=False)
    page = listed(client, "moderation", staff(privacy, role))
    assert "Lo denunciado" in page
    assert "Lo ocultado" in page
    assert "Sin novedad" not in page
    assert "Lo denunciado" not in listed(client, "moderation", staff(a_discussion(an_edition())))


@pytest.mark.parametrize("name", ["moderation", "participation"])
def test_lists_are_not_found_by_other_roles(client, privacy, name):
    assert listed(client, name, staff(privacy, "author")) == 404


def test_participation_is_listed_for_ones_rooms(client, privacy):
    rosa = someone_in(privacy)
    assert rosa.peer_name in listed(client, "participation", staff(privacy))
    assert rosa.peer_name not in listed(client, "participation", staff(privacy, "facilitator"))
