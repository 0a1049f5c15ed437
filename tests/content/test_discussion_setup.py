from datetime import timedelta

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from content.models import Discussion
from content.services.discussions import change_discussion, name_facilitator
from enrollment.models import EditionStatus
from lms.decisions import DomainError
from tests.builders import an_edition, instant
from tests.content.discussing import (
    MONDAY,
    PRIVACY_OPENS,
    a_discussion,
    room_of,
    someone_in,
    staff,
)

pytestmark = pytest.mark.django_db
BEFORE = instant("2019-05-01T12:00")


@pytest.fixture
def privacy(clock):
    clock(BEFORE)
    return a_discussion(an_edition())


def typed(discussion, **changes):
    """What the form sends when nothing but `changes` was typed."""
    return {
        "title_es": "Debate 1",
        "title_en": "Discussion 1",
        "slug": discussion.slug,
        "phase": discussion.phase_id,
        "order": discussion.order,
        "opens_at": "2019-06-03 09:00",
        "closes_at": "2019-06-10 04:00",
        "hours": discussion.hours,
        "contribution_words": discussion.contribution_words,
        "replies": discussion.replies,
        "room_size": discussion.room_size,
        "experts": [one.pk for one in discussion.experts.all()],
        **changes,
    }


def saves(client, discussion, user, **changes):
    client.force_login(user)
    url = reverse("discussions_staff:edit", args=[discussion.pk])
    answer = client.post(url, typed(discussion, **changes))
    discussion.refresh_from_db()
    return answer


@pytest.mark.parametrize("role", ["coordinator", "author"])
def test_discussion_is_added(client, privacy, role):
    edition, expert = privacy.phase.edition, staff(privacy, "expert")
    client.force_login(staff(privacy, role))
    data = typed(
        privacy,
        slug="cifrado",
        order=2,
        title_es="Cifrado",
        opens_at="2019-06-10 09:00",
        closes_at="2019-06-17 04:00",
        experts=[expert.pk],
    )
    client.post(reverse("discussions_staff:add", args=[edition.pk]), data)
    made = Discussion.objects.get(slug="cifrado")
    assert made.title["es"] == "Cifrado"
    assert made.opens_at == instant("2019-06-10T12:00")
    assert made.closes_at == instant("2019-06-17T07:00")
    assert list(made.experts.all()) == [expert]
    assert ModelLogEntry.objects.filter(action="content.add_discussion").count() == 1


def test_discussion_is_edited_and_logged(client, privacy):
    expert = staff(privacy, "expert")
    privacy.experts.clear()
    saves(client, privacy, staff(privacy), contribution_words=100, experts=[expert.pk])
    assert privacy.contribution_words == 100
    assert list(privacy.experts.all()) == [expert]
    entry = ModelLogEntry.objects.get(action="content.change_discussion")
    assert entry.data["before"] == "contribution_words: 80"
    assert entry.data["after"] == "contribution_words: 100"


def test_saving_what_stands_writes_nothing(client, privacy):
    assert saves(client, privacy, staff(privacy)).status_code == 302
    assert not ModelLogEntry.objects.filter(action="content.change_discussion").exists()


@pytest.mark.parametrize(
    ("at", "words"),
    [(PRIVACY_OPENS - timedelta(seconds=1), 100), (PRIVACY_OPENS, 80), (MONDAY, 80)],
)
def test_what_it_asks_stands_once_it_opened(client, privacy, clock, at, words):
    clock(at)
    answer = saves(client, privacy, staff(privacy), contribution_words=100)
    assert privacy.contribution_words == words
    assert (answer.status_code == 200) == (words == 80)


def test_dates_stand_once_it_opened_and_the_page_says_why(client, privacy, clock):
    clock(MONDAY)
    user = staff(privacy, language="en")
    page = saves(client, privacy, user, closes_at="2019-06-12 04:00").content.decode()
    assert "has opened: its dates, its hours and what it asks stand as announced." in page
    assert privacy.closes_at == instant("2019-06-10T07:00")


def test_title_experts_and_size_of_rooms_change_after_the_opening(client, privacy, clock):
    clock(MONDAY)
    saves(client, privacy, staff(privacy), title_es="Privacidad", room_size=30)
    assert privacy.title["es"] == "Privacidad"
    assert privacy.room_size == 30


def test_discussion_of_a_draft_changes_whenever(client, privacy, clock):
    privacy.phase.edition.status = EditionStatus.DRAFT
    privacy.phase.edition.save()
    clock(MONDAY)
    saves(client, privacy, staff(privacy), replies=3)
    assert privacy.replies == 3


def test_dates_lie_within_the_phase(client, privacy):
    answer = saves(client, privacy, staff(privacy), closes_at="2019-06-24 04:01")
    assert answer.status_code == 200
    assert privacy.closes_at == instant("2019-06-10T07:00")


def test_expert_holds_the_role(client, privacy):
    stranger = staff(privacy, "facilitator")
    assert saves(client, privacy, staff(privacy), experts=[stranger.pk]).status_code == 200
    with pytest.raises(DomainError):
        change_discussion(privacy, [stranger], ["experts"], by=staff(privacy), at=BEFORE)


def test_two_discussions_of_a_phase_have_two_slugs(client, privacy):
    a_discussion(privacy.phase.edition, order=2)
    assert saves(client, privacy, staff(privacy), slug="d2").status_code == 200


def test_nothing_is_added_to_a_phase_that_has_opened(client, privacy, clock):
    clock(MONDAY)
    client.force_login(staff(privacy))
    data = typed(privacy, slug="tarde", order=2, opens_at="2019-06-11 09:00")
    data["closes_at"] = "2019-06-12 09:00"
    client.post(reverse("discussions_staff:add", args=[privacy.phase.edition_id]), data)
    assert not Discussion.objects.filter(slug="tarde").exists()


@pytest.mark.parametrize("name", ["discussion", "edit"])
def test_pages_are_not_found_elsewhere(client, privacy, name):
    url = reverse(f"discussions_staff:{name}", args=[privacy.pk])
    for user in (staff(a_discussion(an_edition())), staff(privacy, "facilitator")):
        client.force_login(user)
        assert client.get(url).status_code == 404
    client.force_login(staff(privacy, "author"))
    assert client.get(url).status_code == 200


def test_listing_shows_those_of_ones_program(client, privacy):
    other = a_discussion(an_edition(), title={"es": "Ajena", "en": "Foreign"})
    client.force_login(staff(privacy, language="en"))
    page = client.get(reverse("discussions_staff:discussions")).content.decode()
    assert "Discussion 1" in page
    assert "Foreign" not in page
    assert reverse("discussions_staff:add", args=[privacy.phase.edition_id]) in page
    assert reverse("discussions_staff:add", args=[other.phase.edition_id]) not in page


def test_coordinator_names_the_facilitator_of_a_room(client, privacy, clock):
    clock(MONDAY)
    room = room_of(someone_in(privacy), privacy)
    facilitator = staff(privacy, "facilitator")
    url = reverse("discussions_staff:facilitator", args=[room.pk])
    client.force_login(staff(privacy))
    for _n in range(2):
        client.post(url, {"facilitator": facilitator.pk})
    room.refresh_from_db()
    assert room.facilitator == facilitator
    assert ModelLogEntry.objects.filter(action="content.name_facilitator").count() == 1
    client.post(url, {"facilitator": ""})
    room.refresh_from_db()
    assert room.facilitator is None


@pytest.mark.parametrize("typed", ["x", "²", "99999999"])
def test_nobody_else_becomes_facilitator(client, privacy, clock, typed):
    clock(MONDAY)
    room = room_of(someone_in(privacy), privacy)
    url = reverse("discussions_staff:facilitator", args=[room.pk])
    client.force_login(staff(privacy))
    assert client.post(url, {"facilitator": typed}).status_code == 404
    assert client.get(url).status_code == 405
    client.force_login(staff(privacy, "author"))
    assert client.post(url, {"facilitator": ""}).status_code == 404
    with pytest.raises(DomainError):
        name_facilitator(room, staff(privacy, "expert"), by=staff(privacy), at=MONDAY)
