from datetime import timedelta

import pytest
from wagtail.models import ModelLogEntry

from content.models import Participation, Post, PostStatus, PostVersion, Report, Room
from content.rules.discussions import FREE_EDITING
from content.services.moderation import hide_post, release_post, restore_post
from content.services.posts import (
    edit_post,
    post_contribution,
    post_reply,
    report_post,
    withdraw_post,
)
from content.services.rooms import enter_room
from enrollment.models import Enrollment, EnrollmentStatus, PhaseProgress, WindowKind
from lms.decisions import DomainError
from lms.mail.models import OutgoingMessage
from tests.builders import an_edition, an_enrollment, instant
from tests.content.discussing import (
    MONDAY,
    PRIVACY_CLOSES,
    PRIVACY_OPENS,
    a_discussion,
    a_person_in_phase_two,
    answers,
    room_of,
    someone_in,
    staff,
    takes_part,
    words,
    writes,
)

SECOND = timedelta(seconds=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def privacy():
    return a_discussion(an_edition())


@pytest.fixture
def rosa(privacy):
    return someone_in(privacy)


@pytest.fixture
def helena(privacy, rosa):
    return someone_in(privacy)


def state(enrollment):
    return Participation.objects.get(enrollment=enrollment).state


def logged(action):
    return ModelLogEntry.objects.filter(action=f"content.{action}")


# -- rooms -----------------------------------------------------------------------------


def test_room_is_of_the_persons_language_and_stays_theirs(privacy):
    rosa = a_person_in_phase_two(privacy.phase.edition)
    ana = a_person_in_phase_two(privacy.phase.edition, language="pt-br")
    first = enter_room(rosa, privacy, MONDAY)
    assert enter_room(rosa, privacy, MONDAY).pk == first.pk
    assert first.room.code == "es-1"
    assert enter_room(ana, privacy, MONDAY).room.code == "pt-br-1"
    assert PhaseProgress.objects.get(enrollment=rosa, phase=privacy.phase).started_at == MONDAY


def test_rooms_are_filled_evenly_and_never_beyond_their_size():
    privacy = a_discussion(an_edition(), room_size=3)
    people = [a_person_in_phase_two(privacy.phase.edition) for _n in range(4)]
    for person in people:
        enter_room(person, privacy, MONDAY)
    assert sorted(room.participations.count() for room in Room.objects.all()) == [2, 2]
    late = [a_person_in_phase_two(privacy.phase.edition) for _n in range(3)]
    for person in late:
        enter_room(person, privacy, MONDAY)
    assert max(room.participations.count() for room in Room.objects.all()) <= 3


def test_rooms_are_made_for_those_who_signed_up_and_stay():
    privacy = a_discussion(an_edition(), room_size=3)
    phase = privacy.phase
    phase.windows.create(
        edition=phase.edition,
        kind=WindowKind.SIGN_UP,
        opens_at=instant("2019-05-28T12:00"),
        closes_at=PRIVACY_OPENS,
    )
    people = [a_person_in_phase_two(phase.edition) for _n in range(8)]
    for person in people[:4]:
        PhaseProgress.objects.create(enrollment=person, phase=phase, signed_up_at=MONDAY)
    Enrollment.objects.filter(pk=people[3].pk).update(status=EnrollmentStatus.WITHDRAWN)
    for person in people[:3]:
        enter_room(person, privacy, MONDAY)
    assert [room.participations.count() for room in Room.objects.all()] == [3]


def test_rooms_go_round_among_facilitators_of_the_language(privacy):
    other = staff(privacy, "facilitator", language="en")
    own = staff(privacy, "facilitator", language="es")
    assert room_of(someone_in(privacy), privacy).facilitator == own
    assert other.facilitated_rooms.count() == 0


@pytest.mark.parametrize(
    ("at", "code"),
    [(PRIVACY_OPENS - SECOND, "not_open_yet"), (PRIVACY_OPENS, None)],
)
def test_room_opens_with_the_phase_to_the_second(privacy, at, code):
    person = a_person_in_phase_two(privacy.phase.edition)
    if code is None:
        assert enter_room(person, privacy, at)
        return
    with pytest.raises(DomainError) as refusal:
        enter_room(person, privacy, at)
    assert refusal.value.code == code


def test_room_stays_closed_to_who_did_not_complete_phase_one(privacy):
    with pytest.raises(DomainError) as refusal:
        enter_room(an_enrollment(privacy.phase.edition), privacy, MONDAY)
    assert refusal.value.code == "phase_before"


# -- posting ---------------------------------------------------------------------------


def test_contribution_is_posted_and_counted(privacy, rosa):
    post = writes(rosa, privacy, "  Uno.\r\n\r\n" + words(80) + "\x00 ")
    assert post.text == "Uno.\n\n" + words(80)
    assert (post.words, post.status, post.author) == (81, PostStatus.VISIBLE, rosa.person)
    assert state(rosa) == "partial"


def test_form_sent_twice_is_one_post(privacy, rosa):
    room = room_of(rosa, privacy)
    one = post_contribution(rosa.person, room, "Hola", at=MONDAY, token="t")
    two = post_contribution(rosa.person, room, "Hola", at=MONDAY, token="t")
    assert one == two
    assert Post.objects.count() == 1


def test_reply_sent_twice_is_one_post_and_one_mail(privacy, rosa, helena):
    post = writes(rosa, privacy)
    for _n in range(2):
        post_reply(helena.person, post, "Sí", at=MONDAY, token="t")
    post_reply(helena.person, post, "Además, no", at=MONDAY, token="u")
    assert post.answers.count() == 2
    message = OutgoingMessage.objects.get(template="content/mail/discussion_answered")
    assert message.person == rosa.person
    assert "Además" not in message.text


@pytest.mark.parametrize(
    ("text", "code"), [(" \x00\n ", "empty"), ("a" * 10_001, "too_long"), ("a" * 10_000, None)]
)
def test_text_has_its_limits(privacy, rosa, text, code):
    if code is None:
        assert writes(rosa, privacy, text)
        return
    with pytest.raises(DomainError) as refusal:
        post_contribution(rosa.person, room_of(rosa, privacy), text, at=MONDAY)
    assert refusal.value.code == code
    assert not Post.objects.exists()


@pytest.mark.parametrize(("at", "is_taken"), [(-SECOND, True), (SECOND * 0, False)])
def test_discussion_closes_to_the_second(privacy, rosa, at, is_taken):
    if is_taken:
        assert writes(rosa, privacy, at=PRIVACY_CLOSES + at)
        return
    with pytest.raises(DomainError) as refusal:
        writes(rosa, privacy, at=PRIVACY_CLOSES + at)
    assert refusal.value.code == "discussion_closed"


def test_extension_of_the_phase_keeps_the_room_open_for_one_person(privacy, rosa, helena):
    PhaseProgress.objects.filter(enrollment=rosa, phase=privacy.phase).update(
        extended_to=instant("2019-06-26T07:00")
    )
    assert writes(rosa, privacy, at=instant("2019-06-26T06:59:59"))
    with pytest.raises(DomainError):
        writes(rosa, privacy, at=instant("2019-06-26T07:00"))
    with pytest.raises(DomainError):
        writes(helena, privacy, at=PRIVACY_CLOSES)


def test_reply_to_a_reply_stands_in_the_same_thread(privacy, rosa, helena):
    first = writes(rosa, privacy)
    second = answers(helena, first)
    third = answers(rosa, second)
    assert (third.thread, third.parent) == (first, second)
    assert Participation.objects.get(enrollment=rosa).replies == 1


def test_reply_to_oneself_counts_not(privacy, rosa):
    answers(rosa, writes(rosa, privacy))
    assert Participation.objects.get(enrollment=rosa).replies == 0


def test_reply_to_what_was_hidden_meanwhile_is_refused(privacy, rosa, helena):
    post = writes(rosa, privacy)
    hide_post(post, by=staff(privacy), at=MONDAY, reason="x", is_conduct=False)
    with pytest.raises(DomainError) as refusal:
        answers(helena, post)
    assert refusal.value.code == "parent_gone"


def test_participant_of_another_room_writes_nothing(privacy, rosa):
    stranger = someone_in(privacy, language="en")
    with pytest.raises(DomainError) as refusal:
        post_contribution(stranger.person, room_of(rosa, privacy), "Hola", at=MONDAY)
    assert refusal.value.code == "not_yours"


def test_who_withdrew_from_the_edition_writes_nothing(privacy, rosa):
    rosa.status = EnrollmentStatus.WITHDRAWN
    rosa.save()
    with pytest.raises(DomainError) as refusal:
        writes(rosa, privacy)
    assert refusal.value.code == "withdrawn"


def test_first_post_with_a_link_is_held_and_counts(privacy, rosa):
    post = writes(rosa, privacy, words(80) + " https://corte.example/x")
    assert (post.status, post.held_for) == (PostStatus.HELD, "link")
    assert state(rosa) == "partial"
    assert logged("hold_post").count() == 1
    release_post(post, by=staff(privacy), at=MONDAY)
    assert writes(rosa, privacy, "www.corte.example").is_visible


@pytest.mark.parametrize("role", ["expert", "facilitator", "coordinator"])
def test_staff_write_as_what_they_are_without_participation(privacy, role):
    user = staff(privacy, role, language="es")
    rosa = someone_in(privacy)
    post = post_contribution(user, room_of(rosa, privacy), "https://x.example", at=MONDAY)
    assert (post.author_role, post.status, post.enrollment) == (role, PostStatus.VISIBLE, None)
    assert Participation.objects.count() == 1


@pytest.mark.parametrize("role", ["author", "reviewer", "second_approver", "observer"])
def test_staff_without_a_role_in_rooms_write_nothing(privacy, rosa, role):
    with pytest.raises(DomainError):
        post_contribution(staff(privacy, role), room_of(rosa, privacy), "Hola", at=MONDAY)


def test_expert_of_another_discussion_writes_nothing(privacy, rosa):
    other = a_discussion(privacy.phase.edition, order=2)
    with pytest.raises(DomainError):
        post_contribution(staff(other, "expert"), room_of(rosa, privacy), "Hola", at=MONDAY)


# -- editing and withdrawing -----------------------------------------------------------


@pytest.mark.parametrize(("after", "versions"), [(FREE_EDITING - SECOND, 0), (FREE_EDITING, 1)])
def test_edit_is_free_for_a_quarter_of_an_hour(privacy, rosa, after, versions):
    post = writes(rosa, privacy, "Antes")
    edited = edit_post(rosa.person, post, "Después", revision=1, at=MONDAY + after)
    assert (edited.text, edited.revision) == ("Después", 2)
    assert bool(edited.edited_at) is bool(versions)
    assert PostVersion.objects.filter(text="Antes").count() == versions
    edit_post(rosa.person, post, "Después", revision=1, at=MONDAY + after)
    assert logged("edit_post").count() == 1


def test_edit_below_the_words_counts_no_longer(privacy, rosa):
    post = writes(rosa, privacy)
    edit_post(rosa.person, post, words(79), revision=1, at=MONDAY)
    assert state(rosa) == "none"


def test_stale_edit_is_refused(privacy, rosa):
    post = writes(rosa, privacy)
    edit_post(rosa.person, post, "Uno", revision=1, at=MONDAY)
    with pytest.raises(DomainError) as refusal:
        edit_post(rosa.person, post, "Dos", revision=1, at=MONDAY)
    assert refusal.value.code == "stale"


def test_edit_of_what_was_hidden_waits_for_a_facilitator(privacy, rosa):
    post = writes(rosa, privacy)
    hide_post(post, by=staff(privacy), at=MONDAY, reason="x", is_conduct=False)
    post = edit_post(rosa.person, post, "Sin nombres", revision=1, at=MONDAY)
    assert (post.status, post.held_for) == (PostStatus.HELD, "corrected")


@pytest.mark.parametrize("act", ["edit", "withdraw"])
def test_hidden_for_conduct_is_out_of_the_authors_hands(privacy, rosa, act):
    post = writes(rosa, privacy)
    hide_post(post, by=staff(privacy), at=MONDAY, reason="x", is_conduct=True)
    with pytest.raises(DomainError):
        if act == "edit":
            edit_post(rosa.person, post, "y", revision=1, at=MONDAY)
        else:
            withdraw_post(rosa.person, post, at=MONDAY)


def test_withdrawn_post_counts_no_longer_and_stays_as_a_stub(privacy, rosa, helena):
    post = writes(rosa, privacy)
    answers(helena, post)
    for _n in range(2):
        withdraw_post(rosa.person, post, at=MONDAY)
    post.refresh_from_db()
    assert (post.status, post.withdrawn_at) == (PostStatus.WITHDRAWN, MONDAY)
    assert (state(rosa), state(helena)) == ("none", "partial")
    assert logged("withdraw_post").count() == 1


@pytest.mark.parametrize("act", [withdraw_post, edit_post])
def test_post_of_another_person_is_theirs(privacy, rosa, helena, act):
    post = writes(rosa, privacy)
    more = {"text": "x", "revision": 1} if act is edit_post else {}
    with pytest.raises(DomainError) as refusal:
        act(helena.person, post, at=MONDAY, **more)
    assert refusal.value.code == "not_yours"


# -- reporting and moderating ----------------------------------------------------------


def test_three_reports_of_three_people_hold_a_post(privacy, rosa, helena):
    post = writes(rosa, privacy)
    people = [helena, someone_in(privacy), someone_in(privacy)]
    for person in people:
        assert Post.objects.get().status == PostStatus.VISIBLE
        for _n in range(2):
            report_post(person.person, post, at=MONDAY, reason="Nombra a una víctima")
    assert Post.objects.get().status == PostStatus.HELD
    assert Report.objects.count() == 3
    assert logged("hold_post").count() == 1


def test_released_post_needs_three_new_reports(privacy, rosa, helena):
    post = writes(rosa, privacy)
    people = [helena, someone_in(privacy), someone_in(privacy), someone_in(privacy)]
    for person in people[:3]:
        report_post(person.person, post, at=MONDAY)
    coordinator = staff(privacy)
    for _n in range(2):
        release_post(post, by=coordinator, at=MONDAY)
    assert logged("release_post").count() == 1
    report_post(people[3].person, post, at=MONDAY)
    assert Post.objects.get().status == PostStatus.VISIBLE


def test_own_post_is_not_reported(privacy, rosa):
    with pytest.raises(DomainError):
        report_post(rosa.person, writes(rosa, privacy), at=MONDAY)


def test_facilitator_is_told_once_a_day_without_the_post(privacy):
    facilitator = staff(privacy, "facilitator", language="es")
    rosa, helena, other = (someone_in(privacy) for _n in range(3))
    post = writes(rosa, privacy, "Nombro a María")
    for person in (helena, other):
        report_post(person.person, post, at=MONDAY, reason="María")
    message = OutgoingMessage.objects.get(template="content/mail/posts_to_moderate")
    assert message.person == facilitator
    assert "María" not in message.text


def test_hidden_for_conduct_is_partial_and_restored_is_met(privacy, rosa, helena):
    other = writes(helena, privacy)
    _own, reply, _more = takes_part(rosa, privacy, other)
    assert state(rosa) == "met"
    expert = staff(privacy, "expert")
    hide_post(reply, by=expert, at=MONDAY, reason="Insulto", is_conduct=True)
    assert state(rosa) == "partial"
    restore_post(reply, by=expert, at=MONDAY + timedelta(days=30) - SECOND)
    assert state(rosa) == "met"


def test_hidden_editorially_keeps_the_credit(privacy, rosa, helena):
    _own, reply, _more = takes_part(rosa, privacy, writes(helena, privacy))
    hide_post(reply, by=staff(privacy), at=MONDAY, reason="Repetido", is_conduct=False)
    assert state(rosa) == "met"


def test_author_is_told_of_the_hiding_without_post_or_reason(privacy, rosa):
    post = writes(rosa, privacy, "Nombro a María")
    coordinator = staff(privacy)
    for _n in range(2):
        hide_post(post, by=coordinator, at=MONDAY, reason="Nombra a María", is_conduct=True)
    message = OutgoingMessage.objects.get(template="content/mail/post_hidden")
    assert message.person == rosa.person
    assert "María" not in message.text + message.subject
    assert logged("hide_post").count() == 1
    assert "María" not in str(logged("hide_post").get().data)


def test_hiding_asks_for_a_reason(privacy, rosa):
    with pytest.raises(DomainError) as refusal:
        hide_post(
            writes(rosa, privacy), by=staff(privacy), at=MONDAY, reason=" \n", is_conduct=True
        )
    assert refusal.value.code == "reason_missing"


def test_hiding_is_undone_for_thirty_days(privacy, rosa):
    post, coordinator = writes(rosa, privacy), staff(privacy)
    hide_post(post, by=coordinator, at=MONDAY, reason="x", is_conduct=False)
    with pytest.raises(DomainError) as refusal:
        restore_post(post, by=coordinator, at=MONDAY + timedelta(days=30))
    assert refusal.value.code == "too_late"


@pytest.mark.parametrize("role", ["author", "facilitator", "second_approver"])
def test_post_is_hidden_by_its_rooms_staff_alone(privacy, rosa, role):
    post = writes(rosa, privacy)
    with pytest.raises(DomainError):
        hide_post(post, by=staff(privacy, role), at=MONDAY, reason="x", is_conduct=False)
    with pytest.raises(DomainError):
        hide_post(
            post, by=staff(a_discussion(an_edition())), at=MONDAY, reason="x", is_conduct=False
        )
