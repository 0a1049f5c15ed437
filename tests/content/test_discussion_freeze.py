from threading import Barrier, Thread

import pytest
from django.db import connection

from content.models import Participation, ParticipationState, Post, PostStatus
from content.rules.discussions import closes_at_of
from content.services.moderation import hide_post, restore_post
from content.services.participation import (
    freeze_all_due,
    freeze_due,
    recount_discussion,
)
from content.services.posts import post_contribution, report_post
from content.services.rooms import enter_room
from enrollment.models import PhaseProgress
from enrollment.rules.phases import standing_of
from tests.builders import an_edition, instant
from tests.content.discussing import (
    AFTER,
    MONDAY,
    PRIVACY_CLOSES,
    PRIVACY_OPENS,
    a_discussion,
    answers,
    room_of,
    someone_in,
    staff,
    takes_part,
    writes,
)

SECOND_WEEK = instant("2019-06-11T13:00")
THIRD_WEEK = instant("2019-06-17T12:00")


@pytest.fixture
def edition(db):
    return an_edition()


@pytest.fixture
def privacy(edition):
    return a_discussion(edition, order=1)


@pytest.fixture
def expression(edition):
    return a_discussion(edition, order=2)


@pytest.fixture
def rosa(privacy):
    return someone_in(privacy)


def phase_two(enrollment):
    return PhaseProgress.objects.get(enrollment=enrollment, phase__order=2)


def meets(rosa, discussion, at):
    helena = someone_in(discussion, at)
    enter_room(rosa, discussion, at)
    return takes_part(rosa, discussion, writes(helena, discussion, at=at), at)


def test_participation_is_frozen_at_the_close_to_the_second(privacy, rosa):
    assert freeze_due(rosa, instant("2019-06-10T06:59:59")) == 0
    assert freeze_due(rosa, PRIVACY_CLOSES) == 1
    assert freeze_due(rosa, AFTER) == 0
    assert Participation.objects.get().frozen_at == PRIVACY_CLOSES


def test_extension_puts_the_freeze_off_for_one_person(privacy, rosa):
    other = someone_in(privacy)
    extended_to = instant("2019-06-26T07:00")
    PhaseProgress.objects.filter(enrollment=rosa, phase=privacy.phase).update(
        extended_to=extended_to
    )
    assert closes_at_of(privacy, standing_of(rosa, privacy.phase)) == extended_to
    assert freeze_all_due(AFTER) == 1
    assert Participation.objects.get(enrollment=other).is_frozen
    assert freeze_all_due(extended_to) == 1


def test_two_of_three_discussions_complete_the_phase(edition, privacy, expression, rosa):
    a_discussion(edition, order=3)
    meets(rosa, privacy, MONDAY)
    freeze_all_due(AFTER)
    assert phase_two(rosa).completed_at is None
    meets(rosa, expression, SECOND_WEEK)
    assert phase_two(rosa).completed_at is None
    freeze_all_due(THIRD_WEEK)
    freeze_all_due(THIRD_WEEK)
    done = phase_two(rosa)
    assert done.completed_at == THIRD_WEEK
    assert [a["title"]["es"] for a in done.work["activities"]] == ["Debate 1", "Debate 2"]
    assert [a["hours"] for a in done.work["activities"]] == [4, 4]
    assert done.work["activities"][0]["completed_on"] == "2019-06-03"
    assert done.work["hours"] == 12


def test_frozen_participation_is_lost_by_conduct_alone(privacy, rosa):
    post = meets(rosa, privacy, MONDAY)[1]
    freeze_all_due(AFTER)
    coordinator = staff(privacy)
    hide_post(post, by=coordinator, at=AFTER, reason="x", is_conduct=False)
    assert Participation.objects.get(enrollment=rosa).state == ParticipationState.MET
    restore_post(post, by=coordinator, at=AFTER)
    hide_post(post, by=coordinator, at=AFTER, reason="x", is_conduct=True)
    assert Participation.objects.get(enrollment=rosa).state == ParticipationState.PARTIAL
    restore_post(post, by=coordinator, at=AFTER)
    assert Participation.objects.get(enrollment=rosa).state == ParticipationState.MET


def test_completed_phase_stays_completed(edition, privacy, rosa):
    edition.phases.filter(order=2).update(required_activities=1)
    privacy.phase.refresh_from_db()
    post = meets(rosa, privacy, MONDAY)[0]
    freeze_all_due(AFTER)
    hide_post(post, by=staff(privacy), at=AFTER, reason="x", is_conduct=True)
    assert phase_two(rosa).completed_at == AFTER


def test_post_that_arrived_in_time_counts_although_the_freeze_was_first(edition, privacy, rosa):
    """The server's arrival time counts: the sweep may overtake a request of the last second."""
    edition.phases.filter(order=2).update(required_activities=1)
    helena = someone_in(privacy)
    other = writes(helena, privacy)
    answers(rosa, other)
    answers(rosa, other)
    freeze_all_due(PRIVACY_CLOSES)
    writes(rosa, privacy, at=instant("2019-06-10T06:59:59"))
    assert Participation.objects.get(enrollment=rosa).state == ParticipationState.MET
    assert phase_two(rosa).completed_at is not None


def test_who_left_the_edition_completes_nothing(privacy, rosa, edition):
    edition.phases.filter(order=2).update(required_activities=1)
    meets(rosa, privacy, MONDAY)
    rosa.status = "withdrawn"
    rosa.save()
    assert freeze_all_due(AFTER) == 2
    assert phase_two(rosa).completed_at is None


def test_posts_loaded_together_are_counted_together(privacy, rosa, django_assert_max_num_queries):
    meets(rosa, privacy, MONDAY)
    Participation.objects.update(state="none", contributions=0, replies=0, met_at=None)
    with django_assert_max_num_queries(5):
        recount_discussion(privacy, AFTER)
    own = Participation.objects.get(enrollment=rosa)
    assert (own.state, own.frozen_at) == (ParticipationState.MET, PRIVACY_CLOSES)


# -- what happens at once --------------------------------------------------------------


def at_once(*acts):
    """Run the acts in as many threads, from one signal on; gives what they raised."""
    barrier, raised = Barrier(len(acts)), []

    def run(act):
        try:
            barrier.wait(10)
            act()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def test_reports_at_once_hold_a_post_once(real_database):
    privacy = a_discussion(an_edition())
    post = writes(someone_in(privacy), privacy)
    people = [someone_in(privacy).person for _n in range(4)]
    raised = at_once(*[lambda p=p: report_post(p, post, at=MONDAY) for p in people])
    assert {getattr(error, "code", repr(error)) for error in raised} <= {"not_visible"}
    post.refresh_from_db()
    assert post.status == PostStatus.HELD
    assert post.reports.count() >= 3


def test_freeze_and_a_post_of_the_last_second_both_count(real_database):
    edition = an_edition()
    edition.phases.filter(order=2).update(required_activities=1)
    privacy = a_discussion(edition)
    rosa, helena = someone_in(privacy), someone_in(privacy)
    other = writes(helena, privacy)
    answers(rosa, other)
    answers(rosa, other)
    raised = at_once(
        lambda: writes(rosa, privacy, at=instant("2019-06-10T06:59:59")),
        lambda: freeze_due(rosa, PRIVACY_CLOSES),
    )
    assert raised == []
    own = Participation.objects.get(enrollment=rosa)
    assert own.is_met
    assert own.is_frozen
    assert phase_two(rosa).completed_at is not None


@pytest.mark.parametrize("who", ["participant", "expert"])
def test_form_sent_twice_at_once_is_one_post(real_database, who):
    privacy = a_discussion(an_edition())
    rosa = someone_in(privacy)
    person = rosa.person if who == "participant" else staff(privacy, who)
    room = room_of(rosa, privacy)
    send = lambda: post_contribution(person, room, "Hola", at=MONDAY, token="t")  # noqa: E731
    assert at_once(send, send) == []
    assert Post.objects.count() == 1


def test_people_who_enter_at_once_share_the_rooms(real_database):
    privacy = a_discussion(an_edition(), room_size=2)
    people = [someone_in(a_discussion(privacy.phase.edition, order=2, opens_at=PRIVACY_OPENS))]
    people += [someone_in(people[0].participations.get().discussion) for _n in range(3)]
    raised = at_once(*[lambda e=e: enter_room(e, privacy, MONDAY) for e in people])
    assert raised == []
    rooms = [room.participations.count() for room in privacy.rooms.all()]
    assert sorted(rooms) == [2, 2]
