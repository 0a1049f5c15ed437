from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from content.discussion_urls import urlpatterns
from content.services.moderation import hide_post
from content.services.posts import report_post
from tests.builders import an_edition
from tests.content.discussing import MONDAY, a_discussion, answers, someone_in, staff, writes

pytestmark = pytest.mark.django_db
URL_NAMES = [one.name for one in urlpatterns]


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


# -- acting on posts in the queue --------------------------------------------------------


def act(client, name, post, user, **data):
    client.force_login(user)
    return client.post(reverse(f"discussions_staff:{name}", args=[post.pk]), data)


def status_of(post):
    post.refresh_from_db()
    return post.status


def test_post_is_hidden_and_restored_in_the_queue(client, privacy, clock):
    post, coordinator = writes(someone_in(privacy), privacy), staff(privacy)
    act(client, "hide", post, coordinator, kind="conduct", reason="Ofende a una colega.")
    assert status_of(post) == "hidden"
    assert post.is_conduct
    assert "Ofende a una colega." in listed(client, "moderation", coordinator)
    clock(MONDAY + timedelta(days=30) - timedelta(seconds=1))
    act(client, "restore", post, coordinator)
    assert status_of(post) == "visible"


def test_hidden_post_leaves_the_queue_after_thirty_days(client, privacy, clock):
    post, coordinator = writes(someone_in(privacy), privacy), staff(privacy)
    act(client, "hide", post, coordinator, kind="editorial", reason="Repetido.")
    clock(MONDAY + timedelta(days=30))
    assert "Repetido." not in listed(client, "moderation", coordinator)
    act(client, "restore", post, coordinator)
    assert status_of(post) == "hidden"


def test_reported_post_is_released_in_the_queue(client, privacy):
    post = writes(someone_in(privacy), privacy, "Lo denunciado")
    report_post(someone_in(privacy).person, post, at=MONDAY, reason="Cita un expediente")
    coordinator = staff(privacy)
    assert "Cita un expediente" in listed(client, "moderation", coordinator)
    act(client, "release", post, coordinator)
    assert "Lo denunciado" not in listed(client, "moderation", coordinator)


def test_hiding_without_a_reason_keeps_what_was_chosen(client, privacy):
    post, coordinator = writes(someone_in(privacy), privacy), staff(privacy)
    answer = act(client, "hide", post, coordinator, kind="conduct", reason=" ")
    assert answer.status_code == 200
    assert answer.context["form"]["kind"].value() == "conduct"
    assert status_of(post) == "visible"


@pytest.mark.parametrize("name", ["hide", "restore", "release"])
def test_posts_of_other_rooms_are_not_found(client, privacy, name):
    post = writes(someone_in(privacy), privacy)
    data = {"kind": "conduct", "reason": "x"}
    elsewhere = staff(a_discussion(an_edition()))
    assert act(client, name, post, elsewhere, **data).status_code == 404
    assert act(client, name, post, staff(privacy, "facilitator"), **data).status_code == 404
    assert act(client, name, post, staff(privacy, "author"), **data).status_code == 404


@pytest.mark.parametrize("name", ["moderation", "participation"])
def test_lists_ask_as_much_for_many_rows(client, privacy, name):
    coordinator = staff(privacy)

    def count():
        with CaptureQueriesContext(connection) as queries:
            listed(client, name, coordinator)
        return len(queries)

    report_post(someone_in(privacy).person, writes(someone_in(privacy), privacy), at=MONDAY)
    listed(client, name, coordinator)
    one = count()
    for _n in range(3):
        report_post(someone_in(privacy).person, writes(someone_in(privacy), privacy), at=MONDAY)
    assert count() == one


def test_expert_can_only_hide_a_thread_and_people_keep_their_credit(client, privacy, clock):
    author, expert = someone_in(privacy), staff(privacy, "expert")
    thread = writes(author, privacy)
    others = [someone_in(privacy) for _n in range(16)]
    for one in others:
        writes(one, privacy)
        takes = 1 if one == others[-1] else 2
        for _n in range(takes):
            answers(one, thread)
    assert thread.thread_posts.count() == 31
    assert author.participations.get().contributions == 1

    client.force_login(expert)
    room = client.get(reverse("content:room", args=[thread.room_id])).content.decode()
    assert reverse("content:post_hide", args=[thread.pk]) in room
    assert not [name for name in URL_NAMES if "delete" in name]
    assert reverse("content:post_withdraw", args=[thread.pk]) not in room
    withdrawn = client.post(reverse("content:post_withdraw", args=[thread.pk]))
    assert withdrawn.status_code == 404
    act(client, "hide", thread, expert, kind="editorial", reason="Se fue del tema.")
    assert status_of(thread) == "hidden"
    assert thread.thread_posts.filter(status="visible").count() == 31
    assert author.participations.get().contributions == 1
    assert others[0].participations.get().is_met

    clock(MONDAY + timedelta(days=29))
    act(client, "restore", thread, staff(privacy))
    assert status_of(thread) == "visible"
    assert author.participations.get().contributions == 1


# -- the list of participation -----------------------------------------------------------


def test_participation_is_filtered_by_discussion_and_state(client, privacy):
    other = a_discussion(privacy.phase.edition, order=2, opens_at=privacy.opens_at)
    rosa = someone_in(privacy, peer_name="Rosa")
    someone_in(other, peer_name="Helena")
    writes(rosa, privacy)
    client.force_login(staff(privacy))
    url = reverse("discussions_staff:participation")
    assert "Helena" not in client.get(url, {"discussion": privacy.pk}).content.decode()
    partial = client.get(url, {"state": "partial"}).content.decode()
    assert "Rosa" in partial
    assert "Helena" not in partial


def test_coordinator_exports_participation_and_it_is_logged(client, privacy):
    rosa = someone_in(privacy, peer_name="=Rosa")
    client.force_login(staff(privacy))
    answer = client.get(reverse("discussions_staff:participation"), {"export": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    assert "'=Rosa" in text
    assert rosa.person.email in text
    entry = ModelLogEntry.objects.get(action="content.export_participation")
    assert entry.object_id == str(privacy.phase.edition_id)
    assert entry.data["count"] == "1"


def test_others_take_nobody_along(client, privacy):
    rosa = someone_in(privacy)
    client.force_login(staff(privacy, "expert"))
    answer = client.get(reverse("discussions_staff:participation"), {"export": "csv"})
    assert rosa.person.email not in b"".join(answer.streaming_content).decode()
