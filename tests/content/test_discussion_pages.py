import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from content.authors import name_of
from content.models import EditionPage, Participation, Post, PostStatus
from content.services.moderation import hide_post
from content.services.posts import edit_post, withdraw_post
from enrollment.models import EnrollmentStatus
from lms.accounts.resume import SESSION_KEY
from tests.builders import a_person, an_edition, an_enrollment
from tests.content.discussing import (
    MONDAY,
    a_discussion,
    a_discussion_page,
    a_person_in_phase_two,
    answers,
    room_of,
    someone_in,
    staff,
    takes_part,
    words,
    writes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def privacy(clock):
    clock(MONDAY)
    return a_discussion(an_edition())


@pytest.fixture
def rosa(privacy):
    return someone_in(privacy)


@pytest.fixture
def helena(privacy, rosa):
    return someone_in(privacy)


def url(name, *args):
    return reverse(f"content:{name}", args=args)


def room_url(enrollment, discussion):
    return url("room", room_of(enrollment, discussion).pk)


def page_of(client, address, person, status=200):
    client.force_login(person)
    answer = client.get(address, follow=True)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def test_participant_comes_to_their_room_and_reads_what_is_missing(client, privacy):
    a_discussion_page(privacy)
    rosa = a_person_in_phase_two(privacy.phase.edition)
    page = page_of(client, url("discussion", privacy.pk), rosa.person)
    assert "Texto de apertura" in page
    assert "Texto de síntesis" not in page
    assert "80" in page
    assert Participation.objects.get().enrollment == rosa


@pytest.mark.parametrize("where", ["room", "discussion's page"])
def test_opening_text_says_the_dates_of_the_edition(client, privacy, rosa, where):
    page = a_discussion_page(privacy)
    page.opening = [("paragraph", "<p>Leo las salas hasta el [[discussion_closes:1:day]].</p>")]
    page.expert_intro = "Vuelve el [[phase_closes:2:day]]."
    page.intro = "Abre el [[discussion_opens:1:day]]."
    page.save()
    address = room_url(rosa, privacy) if where == "room" else page.get_url()
    html = strip_tags(page_of(client, address, rosa.person))
    assert "hasta el 9 de junio de 2019" in html
    assert "Vuelve el 23 de junio de 2019" in html
    assert "por anunciar" not in html
    assert where == "room" or "Abre el 3 de junio de 2019" in html


def test_closed_door_by_a_guessed_address_says_what_is_missing(client, privacy, rosa):
    outside = an_enrollment(privacy.phase.edition).person
    for address in (url("discussion", privacy.pk), room_url(rosa, privacy)):
        assert "Fase uno" in page_of(client, address, outside, 403)
    post = writes(rosa, privacy)
    for name in ("post", "post_reply", "post_edit", "post_hide"):
        assert page_of(client, url(name, post.pk), outside, 403)


@pytest.mark.parametrize("name", ["room", "discussion", "post", "post_reply", "post_report"])
def test_strangers_and_other_programs_staff_find_nothing(client, privacy, rosa, name):
    subject = {"room": room_of(rosa, privacy), "discussion": privacy}.get(name)
    address = url(name, (subject or writes(rosa, privacy)).pk)
    for person in (a_person(), staff(a_discussion(an_edition())), staff(privacy, "observer")):
        page_of(client, address, person, 404)


def test_participant_of_another_room_finds_nothing(client, privacy, rosa):
    other = someone_in(privacy, language="en")
    page_of(client, room_url(rosa, privacy), other.person, 404)
    page_of(client, url("post", writes(rosa, privacy).pk), other.person, 404)


def test_who_withdrew_meets_a_closed_door_and_is_a_former_participant(
    client, privacy, rosa, helena
):
    writes(rosa, privacy, "Lo que escribí")
    rosa.status = EnrollmentStatus.WITHDRAWN
    rosa.save()
    page_of(client, room_url(rosa, privacy), rosa.person, 403)
    page = page_of(client, room_url(helena, privacy), helena.person)
    assert "Lo que escribí" in page
    assert rosa.peer_name not in page.split("Lo que escribí")[0].split("post-")[-1]


def test_contribution_is_posted_once_and_says_what_is_missing(client, privacy, rosa):
    client.force_login(rosa.person)
    address = room_url(rosa, privacy)
    form = client.get(address).context["form"]
    sent = {"text": words(80), "token": form["token"].value()}
    for _n in range(2):
        answer = client.post(address, sent, follow=True)
    assert answer.status_code == 200
    assert Post.objects.get().words == 80
    assert answer.redirect_chain[-1][0].endswith(f"#post-{Post.objects.get().pk}")


@pytest.mark.parametrize("text", ["", "  ", "\x00", "a" * 10_001])
def test_text_that_cannot_be_posted_comes_back_with_the_reason(client, privacy, rosa, text):
    client.force_login(rosa.person)
    answer = client.post(room_url(rosa, privacy), {"text": text, "token": "t"})
    assert answer.status_code == 200
    assert answer.context["form"].errors["text"]
    assert not Post.objects.exists()


def test_post_after_the_close_comes_back_to_be_copied(client, privacy, rosa, clock):
    client.force_login(rosa.person)
    clock(privacy.closes_at)
    answer = client.post(room_url(rosa, privacy), {"text": "Mi texto largo", "token": "t"})
    assert answer.status_code == 409
    assert "Mi texto largo" in answer.content.decode()
    assert not Post.objects.exists()


def test_post_sent_after_the_session_ended_is_handed_back(client, privacy, rosa):
    address = room_url(rosa, privacy)
    answer = client.post(address, {"text": "Mi texto", "token": "t"})
    assert answer.status_code == 302
    kept = client.session[SESSION_KEY]
    client.force_login(rosa.person)
    session = client.session
    session[SESSION_KEY] = {**kept, "reader": None}
    session.save()
    assert "Mi texto" in client.get(address).content.decode()


def test_markup_and_emoji_are_shown_as_they_were_typed(client, privacy, rosa):
    writes(rosa, privacy)
    writes(rosa, privacy, "<script>alert(1)</script> 👩‍⚖️ https://x.example/a\n\nDos")
    page = page_of(client, room_url(rosa, privacy), rosa.person)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 👩‍⚖️ https://x.example/a" in page
    assert 'href="https://x.example' not in page


def test_reply_page_shows_the_post_and_posts_the_reply(client, privacy, rosa, helena):
    post = writes(rosa, privacy, "Mi argumento")
    assert "Mi argumento" in page_of(client, url("post_reply", post.pk), helena.person)
    client.post(url("post_reply", post.pk), {"text": "Réplica", "token": "t"})
    assert Post.objects.get(parent=post).author == helena.person


def test_stale_edit_shows_both_wordings(client, privacy, rosa):
    post = writes(rosa, privacy, "Primero")
    edit_post(rosa.person, post, "En otra pestaña", revision=1, at=MONDAY)
    client.force_login(rosa.person)
    address = url("post_edit", post.pk)
    answer = client.post(address, {"text": "Aquí", "revision": 1})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "En otra pestaña" in page
    assert "Aquí" in page
    client.post(address, {"text": "Aquí", "revision": answer.context["form"]["revision"].value()})
    post.refresh_from_db()
    assert post.text == "Aquí"


def test_edit_of_anothers_post_is_not_found(client, privacy, rosa, helena):
    page_of(client, url("post_edit", writes(rosa, privacy).pk), helena.person, 404)


def test_hidden_post_vanishes_for_others_and_its_author_reads_why(client, privacy, rosa, helena):
    post = writes(rosa, privacy, "Nombro a María")
    client.force_login(staff(privacy, "expert"))
    answer = client.post(
        url("post_hide", post.pk),
        {"kind": "conduct", "reason": "Nombra a una víctima"},
        follow=True,
    )
    assert answer.status_code == 200
    address = room_url(rosa, privacy)
    others = page_of(client, address, helena.person)
    assert "María" not in others
    assert "víctima" not in others
    page_of(client, url("post_reply", post.pk), helena.person, 404)
    own = page_of(client, address, rosa.person)
    assert "Nombra a una víctima" in own


def test_hidden_post_with_replies_leaves_a_stub(client, privacy, rosa, helena):
    post = writes(rosa, privacy, "Nombro a María")
    answers(helena, post, "Con respeto, no")
    hide_post(post, by=staff(privacy), at=MONDAY, reason="x", is_conduct=False)
    page = page_of(client, room_url(rosa, privacy), helena.person)
    assert "María" not in page
    assert f'id="post-{post.pk}"' in page
    assert "Con respeto, no" in page


def test_withdrawn_post_leaves_a_stub_without_its_text(client, privacy, rosa, helena):
    post = writes(rosa, privacy, "Me arrepiento")
    withdraw_post(rosa.person, post, at=MONDAY)
    for person in (helena.person, rosa.person, staff(privacy)):
        page = page_of(client, room_url(rosa, privacy), person)
        assert "Me arrepiento" not in page
        assert f'id="post-{post.pk}"' in page


def test_participants_do_not_moderate(client, privacy, rosa, helena):
    post = writes(rosa, privacy)
    client.force_login(helena.person)
    for name in ("post_hide", "post_restore", "post_release"):
        assert client.post(url(name, post.pk), {"kind": "conduct"}).status_code == 404
    assert Post.objects.get().status == PostStatus.VISIBLE


def test_a_get_changes_nothing(client, privacy, rosa, helena):
    post = writes(rosa, privacy)
    page_of(client, url("post_report", post.pk), helena.person)
    page_of(client, url("post_withdraw", post.pk), rosa.person)
    client.force_login(staff(privacy))
    assert client.get(url("post_restore", post.pk)).status_code == 405
    assert client.get(url("post_hide", post.pk)).status_code == 200
    assert Post.objects.get().status == PostStatus.VISIBLE
    assert not post.reports.exists()


def test_room_costs_the_same_with_three_posts_and_with_a_page_of_them(
    client, privacy, rosa, helena
):
    client.force_login(rosa.person)
    address = room_url(rosa, privacy)
    client.get(address)

    def queries():
        with CaptureQueriesContext(connection) as taken:
            client.get(address)
        return len(taken)

    post = writes(rosa, privacy)
    answers(rosa, answers(helena, post))
    few = queries()
    for _n in range(20):
        answers(rosa, answers(helena, post))
    assert queries() == few
    assert few <= 16


def test_post_is_found_on_its_page_by_a_lasting_address(client, privacy, rosa, helena):
    first = writes(rosa, privacy)
    last = writes(helena, privacy, "La última")
    client.force_login(rosa.person)
    assert client.get(url("post", last.pk)).url.endswith(f"/#post-{last.pk}")
    for _n in range(35):
        answers(rosa, first)
    assert client.get(url("post", last.pk)).url.endswith(f"?page=2#post-{last.pk}")


def test_page_that_begins_within_a_thread_quotes_what_it_answers(client, privacy, rosa, helena):
    first = writes(helena, privacy, "La orden iría\n\na la plataforma. " + words(80))
    torn = [answers(rosa, first) for _n in range(32)][29:]
    client.force_login(rosa.person)
    shown = client.get(room_url(rosa, privacy) + "?page=2").context["shown"]
    assert [item.post for item in shown] == torn
    assert shown[0].quoted.startswith("La orden iría a la plataforma. palabra")
    assert len(shown[0].quoted) <= 90
    assert shown[0].answers == name_of(first)
    assert not any(item.quoted or item.answers for item in shown[1:])
    page = client.get(room_url(rosa, privacy) + "?page=2").content.decode()
    assert page.count("<q>La orden iría") == 1
    assert "<q>" not in client.get(room_url(rosa, privacy)).content.decode()


def test_page_quotes_nothing_of_what_its_reader_may_not_read(client, privacy, rosa, helena):
    first = writes(helena, privacy, "Un secreto " + words(80))
    for _n in range(31):
        answers(rosa, first)
    hide_post(first, by=staff(privacy), at=MONDAY, reason="x", is_conduct=False)
    page = page_of(client, room_url(rosa, privacy) + "?page=2", rosa.person)
    assert url("post", first.pk) in page
    assert "secreto" not in page and "<q>" not in page


def test_staff_without_a_room_read_so_and_others_find_nothing(client, privacy, rosa):
    facilitator = staff(privacy, "facilitator")
    assert "Todavía no hay" in page_of(client, url("led_rooms"), facilitator)
    client.force_login(rosa.person)
    assert client.get(url("led_rooms")).status_code == 404


def test_expert_sees_rooms_and_speaks_marked(client, privacy, rosa):
    expert = staff(privacy, "expert")
    room = room_of(rosa, privacy)
    assert room.name in page_of(client, url("led_rooms"), expert)
    assert room.name in page_of(client, url("discussion", privacy.pk), expert)
    client.post(url("room", room.pk), {"text": "Buenas tardes", "token": "t"})
    page = page_of(client, url("room", room.pk), rosa.person)
    assert "Lucía Ferreyra" in page
    assert 'class="tag active"' in page


def test_after_the_close_the_room_is_read_with_the_synthesis(client, privacy, rosa, helena, clock):
    a_discussion_page(privacy)
    takes_part(rosa, privacy, writes(helena, privacy))
    clock(privacy.closes_at)
    client.force_login(rosa.person)
    answer = client.get(room_url(rosa, privacy))
    page = answer.content.decode()
    assert "Texto de síntesis" in page
    assert answer.context["form"] is None
    assert Participation.objects.get(enrollment=rosa).is_frozen


def test_discussion_page_is_gated_and_leads_to_the_room(client, privacy, rosa):
    page = a_discussion_page(privacy)
    assert url("discussion", privacy.pk) in page_of(client, page.url, rosa.person)
    assert page_of(client, page.url, an_enrollment(privacy.phase.edition).person, 403)
    page_of(client, page.url, a_person(), 404)
    assert page_of(client, page.url, staff(privacy, "author"))


# -- the edition's page ------------------------------------------------------------------


def test_editions_page_says_how_each_discussion_stands(client, privacy, rosa):
    a_discussion_page(privacy)
    coming = a_discussion(privacy.phase.edition, order=2)
    a_discussion_page(coming)
    page = EditionPage.objects.get(edition=privacy.phase.edition)
    client.force_login(rosa.person)
    shown = client.get(page.url).content.decode()
    assert privacy.pages.get().url in shown
    assert coming.pages.get().url not in shown
    assert "80" in shown
