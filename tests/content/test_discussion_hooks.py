from datetime import timedelta

import pytest

from content import discussion_hooks as hooks
from content import discussion_privacy as privacy_rules
from content.models import Participation, Post, PostStatus, PostVersion, Report
from content.rules.discussions import FREE_EDITING
from content.services.posts import edit_post, report_post, withdraw_post
from lms.accounts.models import User
from lms.hooks import ask
from tests.builders import a_person, an_edition, an_enrollment
from tests.content.discussing import (
    AFTER,
    MONDAY,
    a_discussion,
    answers,
    someone_in,
    staff,
    takes_part,
    writes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def privacy():
    return a_discussion(an_edition())


@pytest.fixture
def rosa(privacy):
    return someone_in(privacy)


def test_next_step_says_what_is_missing_until_when(privacy, rosa):
    step = hooks.next_step(rosa.person, MONDAY)
    assert "80" in step.standing
    assert (step.by, step.edition_id) == (privacy.closes_at, rosa.edition_id)
    takes_part(rosa, privacy, writes(someone_in(privacy), privacy))
    assert hooks.next_step(User.objects.get(pk=rosa.person_id), MONDAY) is None


def test_next_step_is_none_for_who_did_not_complete_phase_one_and_for_strangers(privacy):
    assert hooks.next_step(an_enrollment(privacy.phase.edition).person, MONDAY) is None
    assert hooks.next_step(a_person(), MONDAY) is None


def test_home_card_shows_each_discussion(privacy, rosa, client, clock):
    clock(MONDAY)
    client.force_login(rosa.person)
    assert "Debate 1" in client.get("/es/my/").content.decode()


def test_expert_is_told_what_waits_and_finds_the_rooms(privacy, rosa, client, clock):
    clock(MONDAY)
    post = writes(rosa, privacy)
    expert = staff(privacy, "expert")
    assert hooks.next_step(expert, MONDAY) is None
    report_post(someone_in(privacy).person, post, at=MONDAY)
    assert "1" in hooks.next_step(expert, MONDAY).standing
    client.force_login(expert)
    assert "discussions/rooms/" in client.get("/es/my/").content.decode()


def test_calendar_shows_the_discussions_days(privacy):
    [entry] = hooks.calendar_entries(privacy.phase.edition_id, MONDAY)
    assert (entry.starts_at, entry.ends_at) == (privacy.opens_at, privacy.closes_at)


def test_person_panel_shows_participation_to_its_program_alone(privacy, rosa):
    program = privacy.phase.edition.program_id
    assert list(hooks.person_panel(rosa.person, program, MONDAY).context["participations"])
    assert hooks.person_panel(rosa.person, program + 1, MONDAY) is None


def test_export_holds_all_that_the_person_wrote(privacy, rosa):
    post = writes(rosa, privacy, "Antes")
    edit_post(rosa.person, post, "Después", revision=1, at=MONDAY + FREE_EDITING)
    sections = exported(rosa.person)
    assert sections["posts"][0]["text"] == "Después"
    assert sections["posts"][0]["earlier"][0]["text"] == "Antes"
    assert sections["participations"][0]["state"] == "none"
    assert exported(a_person())["posts"] == []


def exported(person) -> dict:
    return {section: rows for section, rows, *_labels in ask("export_person", person)}


def test_erasure_takes_the_authorship_and_what_nobody_reads(privacy, rosa):
    helena = someone_in(privacy)
    kept, gone = writes(rosa, privacy, "Queda"), writes(rosa, privacy, "Se va")
    answers(helena, kept)
    withdraw_post(rosa.person, gone, at=MONDAY)
    edit_post(rosa.person, kept, "Queda así", revision=1, at=MONDAY + FREE_EDITING)
    report_post(rosa.person, writes(helena, privacy), at=MONDAY, reason="Soy Rosa")
    for _n in range(2):
        privacy_rules.erase_posts(rosa.person, None, MONDAY)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.author, kept.enrollment, kept.text) == (None, None, "Queda así")
    assert (gone.status, gone.text) == (PostStatus.WITHDRAWN, "")
    assert not PostVersion.objects.exists()
    assert Report.objects.get().reason == ""
    assert Participation.objects.filter(enrollment=rosa).exists()


@pytest.mark.parametrize(("late", "named"), [(0, True), (1, False)])
def test_names_on_posts_are_kept_for_the_programs_days(privacy, rosa, late, named):
    writes(rosa, privacy)
    days = timedelta(days=privacy.phase.edition.program.keep_posts_days)
    privacy_rules.forget_names(MONDAY + days + timedelta(seconds=late))
    assert (Post.objects.get().author is not None) is named
    assert Post.objects.get().text


def test_worker_freezes_what_has_closed(privacy, rosa, clock):
    from content.discussion_tasks import task_freeze_participations

    clock(AFTER)
    assert task_freeze_participations() == "1 participations frozen"
    assert task_freeze_participations() == "0 participations frozen"
