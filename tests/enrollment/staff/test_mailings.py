"""Letters to many on the staff's pages: how far they are, stopped and let go on; and whom a letter
did not reach."""

from datetime import timedelta

import pytest

from enrollment.models import StaffRole
from enrollment.services import messages
from enrollment.staff import mailings as pages
from enrollment.staff.access import READERS
from lms import journal
from lms.decisions import DomainError
from lms.mail.compose import reference
from lms.mail.models import MailingState, MessageStatus, OutgoingMessage
from tests.builders import a_program, a_staff_member, an_edition, instant
from tests.enrollment.seats import a_released_edition, an_offer
from tests.enrollment.staff.visits import enter, outsiders, page, press, queries_of, said, visit
from tests.lms.builders import a_mailing, a_message

pytestmark = pytest.mark.django_db

AT = instant("2019-04-16T13:10")


@pytest.fixture
def edition(clock):
    clock(AT)
    return an_edition()


@pytest.fixture
def coordinator(edition):
    return a_staff_member(edition.program, language="en")


def outcomes_of(edition, *, state="going", **letters):
    """The mailing of a release, with so many letters in each status."""
    about = {"scope": edition.program.slug, "within": reference(edition)}
    mailing = a_mailing(kind="enrollment/mail/outcomes", state=state, **about)
    for status, count in letters.items():
        for _number in range(count):
            a_message(mailing=mailing, status=status, **about)
    return mailing


def figures(response):
    return response.context["one"].progress


def test_the_page_says_how_far_it_is(client, edition, coordinator):
    mailing = outcomes_of(edition, accepted=3, bounced=2, failed=1, queued=4)
    progress = figures(visit(client, coordinator, "mailing", mailing.pk))
    assert (progress.written, progress.sent, progress.accepted) == (10, 5, 3)
    assert (progress.bounced, progress.failed, progress.waiting) == (2, 1, 4)
    assert progress.ends_at >= AT
    assert [one.mailing for one in visit(client, coordinator, "mailings").context["rows"]] == [
        mailing
    ]


def test_only_the_program_s_own_readers_find_it(client, edition):
    mailing = outcomes_of(edition, queued=1)
    for stranger in outsiders(edition.program, *READERS):
        assert visit(client, stranger, "mailing", mailing.pk).status_code == 404


def test_a_coordinator_stops_it_and_lets_it_go_on_with_a_reason(client, edition, coordinator):
    mailing = outcomes_of(edition, queued=2)
    press(client, coordinator, "mailing", mailing.pk, act="stop", reason="A wrong date")
    mailing.refresh_from_db()
    assert mailing.state == MailingState.STOPPED
    shown = client.get("/admin/").content.decode()
    assert "Outcomes of the release" in shown and "Letters that wait: 2." in shown
    assert page("mailing", mailing.pk) in shown
    on_selection = visit(client, coordinator, "selection", edition.pk).content.decode()
    assert "2 letters wait for a coordinator." in on_selection
    press(client, coordinator, "mailing", mailing.pk, act="go_on", reason="It was right")
    mailing.refresh_from_db()
    assert mailing.state == MailingState.CANARY
    assert "Letters that wait" not in client.get("/admin/").content.decode()
    log = journal.history(mailing).order_by("pk").values_list("user", "data__reason")
    assert list(log) == [(coordinator.pk, "A wrong date"), (coordinator.pk, "It was right")]


@pytest.mark.parametrize("act", [messages.stop_mailing, messages.let_go_on])
def test_only_who_decides_in_the_program_acts_by_whatever_way(edition, coordinator, act):
    stopped = act == messages.let_go_on
    mailing = outcomes_of(edition, state="stopped" if stopped else "going", queued=2)
    for by in outsiders(edition.program, StaffRole.COORDINATOR):
        with pytest.raises(DomainError) as refusal:
            act(mailing, by=by, at=AT, reason="x")
        assert refusal.value.code == "not_theirs"
    assert act(mailing, by=coordinator, at=AT, reason="x").state != mailing.state
    of_no_program = a_mailing(state=mailing.state)
    a_message(mailing=of_no_program)
    with pytest.raises(DomainError):
        act(of_no_program, by=coordinator, at=AT, reason="x")


@pytest.mark.parametrize(
    ("state", "act"), [("going", "go_on"), ("canary", "go_on"), ("stopped", "stop")]
)
def test_what_changes_nothing_is_not_called_done(client, coordinator, edition, state, act):
    mailing = outcomes_of(edition, state=state, queued=2)
    answer = press(client, coordinator, "mailing", mailing.pk, act=act, reason="In another tab")
    assert "nothing was changed" in said(answer)
    mailing.refresh_from_db()
    assert mailing.state == state and not journal.history(mailing).exists()


def test_what_was_stopped_since_the_page_asked_goes_on_and_says_so(
    client, edition, coordinator, monkeypatch
):
    """The page read it before another tab stopped it."""
    mailing = outcomes_of(edition, state="going", queued=2)
    real = messages.let_go_on

    def just_then(row, **how):
        messages.stop_mailing(row, **how)
        return real(row, **how)

    monkeypatch.setitem(pages.ACTS, "go_on", (just_then, *pages.ACTS["go_on"][1:]))
    answer = press(client, coordinator, "mailing", mailing.pk, act="go_on", reason="Go")
    assert "It goes on." in said(answer)


@pytest.mark.parametrize("state", ["going", "held", "stopped"])
def test_what_has_left_whole_does_not_go_on(client, edition, coordinator, state):
    mailing = outcomes_of(edition, state=state, accepted=2)
    shown = visit(client, coordinator, "mailing", mailing.pk).content
    assert b"Let it go on" not in shown and b"finished" in shown
    answer = press(client, coordinator, "mailing", mailing.pk, act="go_on", reason="Go")
    assert b"All its letters have left already." in answer.content
    assert not journal.history(mailing).exists()


def test_its_history_says_in_words_what_it_was(client, edition, coordinator):
    mailing = outcomes_of(edition, state="going", queued=2)
    press(client, coordinator, "mailing", mailing.pk, act="stop", reason="A wrong date")
    [done] = visit(client, coordinator, "mailing", mailing.pk).context["history"]
    assert (done.before, done.after) == ("going out", "stopped")


def test_letters_in_a_worker_s_hand_alone_cannot_be_stopped(client, edition, coordinator):
    mailing = outcomes_of(edition, sending=1, claimed=1)
    response = visit(client, coordinator, "mailing", mailing.pk)
    assert figures(response).waiting == 2
    assert b"Stop it" not in response.content
    response = press(client, coordinator, "mailing", mailing.pk, act="stop", reason="Too late")
    assert b"All its letters have left already." in response.content


def test_what_waits_is_named_however_many_came_after_it(monkeypatch, edition, coordinator):
    monkeypatch.setattr(pages, "SHOWN", 2)
    about = {"scope": edition.program.slug, "within": reference(edition)}
    old = a_mailing(state="stopped", **about)
    a_message(mailing=old, **about)
    for hours in range(1, 4):
        later = a_mailing(state="stopped", started_at=AT + timedelta(hours=hours), **about)
        a_message(mailing=later, status="accepted", **about)
    assert [one.mailing for one in pages.of_edition(edition, AT)] == [old]
    assert [one.mailing for one in pages.waiting_for_a_person(coordinator, AT)] == [old]


def test_without_a_reason_it_is_said_at_the_field_and_nothing_changes(client, edition, coordinator):
    mailing = outcomes_of(edition, queued=2)
    response = press(client, coordinator, "mailing", mailing.pk, act="stop", reason="")
    assert response.context["form"].errors.keys() == {"reason"}
    mailing.refresh_from_db()
    assert mailing.state == MailingState.GOING


def test_what_has_left_whole_cannot_be_stopped(client, edition, coordinator):
    mailing = outcomes_of(edition, accepted=2)
    assert b"Stop it" not in visit(client, coordinator, "mailing", mailing.pk).content
    response = press(client, coordinator, "mailing", mailing.pk, act="stop", reason="Too late")
    assert b"All its letters have left already." in response.content


@pytest.mark.parametrize("data", [{"act": "stop", "reason": "x"}, {"act": "erase", "reason": "x"}])
def test_a_second_approver_reads_and_does_not_act(client, edition, coordinator, data):
    mailing = outcomes_of(edition, queued=2)
    approver = a_staff_member(edition.program, StaffRole.SECOND_APPROVER)
    assert visit(client, approver, "mailing", mailing.pk).status_code == 200
    assert press(client, approver, "mailing", mailing.pk, **data).status_code == 404
    if data["act"] == "erase":
        assert press(client, coordinator, "mailing", mailing.pk, **data).status_code == 404
    mailing.refresh_from_db()
    assert mailing.state == MailingState.GOING


def test_a_held_one_shows_what_the_server_answered_and_is_named_on_the_desk(
    client, edition, coordinator
):
    mailing = outcomes_of(edition, state="held", queued=5)
    rows = list(mailing.messages.values_list("pk", flat=True)[:3])
    OutgoingMessage.objects.filter(pk__in=rows).update(
        is_canary=True, status="bounced", error="550 5.7.1 listed as spam"
    )
    shown = visit(client, coordinator, "mailing", mailing.pk).content.decode()
    assert shown.count("550 5.7.1 listed as spam") == 3
    assert "Let it go on" in shown and "Stop it" in shown
    assert "Letters that wait: 2." in client.get("/admin/").content.decode()


def test_the_pages_cost_the_same_for_few_and_for_many(client, edition, coordinator):
    enter(client, coordinator)
    addresses = ["/admin/", page("mailings"), page("selection", edition.pk)]
    outcomes_of(edition, state="held", bounced=1, queued=1)
    before = [queries_of(client, one) for one in addresses for _warm in range(2)]
    for _more in range(2):
        outcomes_of(edition, state="held", bounced=1, queued=1)
    after = [queries_of(client, one) for one in addresses for _warm in range(2)]
    assert after[1::2] == before[1::2]


# -- whom a letter did not reach ---------------------------------------------------------


def an_offer_s_letter(edition, **fields):
    offer = an_offer(edition)
    return a_message(
        offer.application.person,
        template="enrollment/mail/decision_offer",
        scope=edition.program.slug,
        within=reference(edition),
        **{"status": "bounced", "error": "550 5.1.1 no such user", **fields},
    )


@pytest.fixture
def released(clock):
    clock(AT)
    return a_released_edition()


@pytest.fixture
def desk_of(client):
    def look(edition):
        enter(client, a_staff_member(edition.program, language="en"))
        return client.get("/admin/").content.decode()

    return look


@pytest.mark.parametrize("status", ["bounced", "failed"])
def test_whom_an_offer_did_not_reach_is_named_until_it_is_seen_to(client, released, status):
    letter = an_offer_s_letter(released, status=status)
    coordinator = a_staff_member(released.program, language="en")
    enter(client, coordinator)
    letter.person.first_name, letter.person.last_name = "Rosa", "Medina"
    letter.person.save()
    named = f"Not delivered to Rosa Medina, {letter.to}: outcome: selected"
    assert named in client.get("/admin/").content.decode()
    refused = press(client, coordinator, "message_settle", letter.pk, reason=" ")
    assert "Give a reason." in said(refused)
    for _twice in range(2):
        press(client, coordinator, "message_settle", letter.pk, reason="Told by telephone")
    assert named not in client.get("/admin/").content.decode()
    assert journal.history(letter).get(action="mail.settle").data["reason"] == "Told by telephone"
    assert "Told by telephone" in visit(client, coordinator, "message", letter.pk).content.decode()


def test_a_letter_whose_copy_arrived_is_not_named_and_one_whose_copy_came_back_is(
    released, desk_of
):
    letter = an_offer_s_letter(released)
    copy = a_message(
        letter.person, to="backup@correo.example", instead_of=letter, scope=letter.scope
    )
    assert "Not delivered" not in desk_of(released)
    OutgoingMessage.objects.filter(pk=copy.pk).update(status="bounced")
    shown = desk_of(released)
    assert shown.count("Not delivered") == 1 and "backup@correo.example" in shown


def test_sent_again_it_is_no_longer_named(client, released, desk_of):
    letter = an_offer_s_letter(released)
    press(client, a_staff_member(released.program), "message_resend", letter.pk)
    assert "Not delivered" not in desk_of(released)


def test_nobody_of_another_program_is_named(released, desk_of):
    an_offer_s_letter(released)
    assert "Not delivered" not in desk_of(an_edition(a_program()))


def test_of_many_the_first_are_named_and_the_rest_is_a_link(released, desk_of):
    for _number in range(10):
        a_message(scope=released.program.slug, status="bounced")
    shown = desk_of(released)
    assert shown.count("Not delivered to") == 8
    assert "status=bounced&amp;status=failed" in shown


def test_only_who_decides_in_the_program_settles_a_letter(released):
    letter = an_offer_s_letter(released)
    for by in outsiders(released.program, StaffRole.COORDINATOR):
        with pytest.raises(DomainError) as refusal:
            messages.settle_message(letter, by=by, at=AT, reason="x")
        assert refusal.value.code == "not_theirs"


def test_what_did_arrive_is_not_seen_to(client, released):
    letter = an_offer_s_letter(released, status="accepted")
    coordinator = a_staff_member(released.program, language="en")
    answer = press(client, coordinator, "message_settle", letter.pk, reason="x")
    assert "has not come back" in said(answer)
    approver = a_staff_member(released.program, StaffRole.SECOND_APPROVER)
    assert press(client, approver, "message_settle", letter.pk, reason="x").status_code == 404


def test_what_came_back_is_found_by_edition_and_shown_with_the_person(client, released):
    letter = an_offer_s_letter(released)
    other = an_edition(released.program)
    a_message(scope=released.program.slug, within=reference(other), status="bounced")
    coordinator = a_staff_member(released.program, language="en")
    query = f"?edition={released.pk}&status=bounced"
    listed = visit(client, coordinator, "messages", query=query)
    assert list(listed.context["object_list"]) == [letter]
    assert "550 5.1.1 no such user" in listed.content.decode()
    for place in (("person", letter.person_id), ("application", _application_of(letter).pk)):
        assert "550 5.1.1 no such user" in visit(client, coordinator, *place).content.decode()


def test_the_letters_of_a_mailing_are_found_by_it(client, edition, coordinator):
    mailing = outcomes_of(edition, bounced=1, accepted=1)
    outcomes_of(edition, bounced=1)
    query = f"?mailing={mailing.pk}&status=bounced"
    [found] = visit(client, coordinator, "messages", query=query).context["object_list"]
    assert (found.mailing, found.status) == (mailing, MessageStatus.BOUNCED)


def _application_of(letter):
    return letter.person.applications.get()
