"""Deciding an edition: counts, proposal, lock and release, extension; the inbox of joint acts."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from enrollment.acts import describe_cancellation
from enrollment.models import (
    AlumniMatch,
    Edition,
    EditionStatus,
    JointAct,
    Outcome,
    RegistrationWindow,
    StaffRole,
)
from enrollment.services import joint
from enrollment.services.decisions import propose_decisions
from enrollment.services.waitlist import seat_or_wait
from tests.builders import (
    WINDOW_CLOSES,
    a_program,
    a_submitted_application,
    an_edition,
    instant,
)
from tests.enrollment.seats import a_decision, a_released_edition
from tests.enrollment.staff.desk import AFTER_THE_CLOSE, a_member, address, at_the_desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(clock):
    clock(AFTER_THE_CLOSE)


@pytest.fixture
def edition():
    return an_edition(capacity=2)


@pytest.fixture
def approver(edition):
    return a_member(edition.program, StaffRole.SECOND_APPROVER)


def page(client, edition):
    answer = client.get(address("selection", edition.pk))
    assert answer.status_code == 200
    return answer


def ask(client, act, row, reason="", **query):
    url = address("ask", act, f"{row._meta.model_name}:{row.pk}", **query)
    terms = client.get(url).context["raw_terms"]
    return client.post(url, {"terms": terms, "reason": reason})


def press_propose(client, edition):
    digest = page(client, edition).context["proposal"]["digest"]
    url = address("selection", edition.pk)
    return client.post(url, {"act": "propose", "digest": digest}, follow=True)


def test_proposal_is_shown_before_it_is_written(client, edition):
    at_the_desk(client, edition.program)
    for _one in range(4):
        a_submitted_application(edition)
    shown = page(client, edition)
    rows = {str(label): (now, then) for label, now, then in shown.context["proposal"]["rows"]}
    assert rows["selected"] == (0, 2) and rows["waitlisted"] == (0, 1)
    assert "4 decisions change" in shown.content.decode()
    assert not edition.decisions.exists()
    press_propose(client, edition)
    assert edition.decisions.filter(outcome=Outcome.SELECTED).count() == 2
    assert page(client, edition).context["proposal"]["changed"] == 0


def test_proposal_that_would_be_another_by_now_is_refused(client, edition):
    at_the_desk(client, edition.program)
    a_submitted_application(edition)
    digest = page(client, edition).context["proposal"]["digest"]
    a_submitted_application(edition)
    answer = client.post(
        address("selection", edition.pk), {"act": "propose", "digest": digest}, follow=True
    )
    assert "have changed since" in answer.content.decode()
    assert not edition.decisions.exists()


def test_page_warns_of_what_is_open_and_lists_exceptions(client, edition):
    edition.program.needs_alumni = True
    edition.program.save()
    at_the_desk(client, edition.program)
    a_submitted_application(edition, alumni_match=AlumniMatch.REVIEW)
    decision = a_decision(edition, alumni_match=AlumniMatch.CONFIRMED)
    type(decision).objects.update(reason="Only court of its province")
    shown = page(client, edition)
    counts = {one.count for one in shown.context["still_open"]}
    assert counts == {1}
    assert len(shown.context["still_open"]) == 3
    assert "Only court of its province" in shown.content.decode()


def test_before_the_close_nothing_is_proposed_and_the_page_says_why(client, edition, clock):
    clock(instant("2019-04-10T12:00"))
    at_the_desk(client, edition.program)
    shown = page(client, edition)
    assert shown.context["proposal"] is None
    assert "Applications are still accepted." in shown.content.decode()


def test_second_approver_does_not_propose(client, edition):
    at_the_desk(client, edition.program, StaffRole.SECOND_APPROVER)
    a_submitted_application(edition)
    answer = client.post(address("selection", edition.pk), {"act": "propose"})
    assert answer.status_code == 404


def test_lock_and_arm_by_two_people(client, edition, approver):
    coordinator = at_the_desk(client, edition.program)
    a_submitted_application(edition)
    propose_decisions(edition, by=coordinator, at=AFTER_THE_CLOSE)
    for name in ("lock", "arm"):
        client.force_login(coordinator)
        ask(client, name, edition)
        act = JointAct.objects.get(act=name)
        client.post(address("confirm_act", act.pk))
        act.refresh_from_db()
        assert act.confirmed_at is None, "nobody counts twice"
        client.force_login(approver)
        assert "Confirm:" in client.get(address("joint_acts")).content.decode()
        client.post(address("confirm_act", act.pk))
    edition.refresh_from_db()
    assert edition.is_locked and edition.released_at
    assert edition.offers.count() == 1
    names = [step.name for step in page(client, edition).context["steps"]]
    assert names == ["disarm", "cancel"]


def test_confirming_is_refused_when_the_terms_changed(client, edition, approver):
    coordinator = at_the_desk(client, edition.program)
    a_submitted_application(edition)
    propose_decisions(edition, by=coordinator, at=AFTER_THE_CLOSE)
    ask(client, "lock", edition)
    a_submitted_application(edition)
    propose_decisions(edition, by=coordinator, at=AFTER_THE_CLOSE)
    client.force_login(approver)
    answer = client.post(address("confirm_act", JointAct.objects.get().pk), follow=True)
    assert "Selected: 1 → 2" in answer.content.decode()
    edition.refresh_from_db()
    assert not edition.is_locked


def test_asking_on_terms_that_changed_is_refused(client, edition):
    coordinator = at_the_desk(client, edition.program)
    a_submitted_application(edition)
    propose_decisions(edition, by=coordinator, at=AFTER_THE_CLOSE)
    url = address("ask", "lock", f"edition:{edition.pk}")
    terms = client.get(url).context["raw_terms"]
    a_submitted_application(edition)
    propose_decisions(edition, by=coordinator, at=AFTER_THE_CLOSE)
    answer = client.post(url, {"terms": terms})
    assert "Something has changed" in answer.content.decode()
    assert json.loads(answer.context["raw_terms"])["selected"] == 2
    assert not JointAct.objects.exists()


def test_refused_act_says_why(client, edition):
    at_the_desk(client, edition.program)
    a_submitted_application(edition)
    answer = client.get(address("ask", "lock", f"edition:{edition.pk}"))
    assert "1 application has no decision yet." in answer.content.decode()
    assert not answer.context["raw_terms"]


def test_what_was_asked_is_taken_back(client, edition):
    at_the_desk(client, edition.program)
    a_decision(edition)
    ask(client, "lock", edition)
    act = JointAct.objects.get()
    assert client.get(address("drop_act", act.pk)).status_code == 405
    client.post(address("drop_act", act.pk))
    act.refresh_from_db()
    assert act.dropped_at
    assert "taken back" in client.get(address("joint_acts")).content.decode()


def test_window_is_extended_by_two_people_with_a_reason(client, edition, approver):
    at_the_desk(client, edition.program)
    window = RegistrationWindow.objects.get()
    query = {"new_closes_at": "2019-04-14T00:00"}
    first = client.get(address("ask", "extend", f"registrationwindow:{window.pk}"))
    assert first.context["first_form"] and not first.context["raw_terms"]
    answer = ask(client, "extend", window, **query)
    assert "Give a reason." in answer.content.decode()
    ask(client, "extend", window, reason="The mail server was down", **query)
    client.force_login(approver)
    client.post(address("confirm_act", JointAct.objects.get().pk))
    window.refresh_from_db()
    assert window.closes_at == instant("2019-04-14T07:00") > WINDOW_CLOSES


def test_window_is_not_made_to_close_earlier(client, edition):
    at_the_desk(client, edition.program)
    window = RegistrationWindow.objects.get()
    url = address(
        "ask", "extend", f"registrationwindow:{window.pk}", new_closes_at="2019-04-12T00:00"
    )
    assert "never earlier" in client.get(url).content.decode()


def test_publishing_is_asked_for_from_the_page(client, clock):
    clock(instant("2019-03-01T12:00"))
    edition = an_edition(status=EditionStatus.DRAFT)
    at_the_desk(client, edition.program)
    assert page(client, edition).context["steps"][0].name == "publish"
    ask(client, "publish", edition)
    assert JointAct.objects.get().act == "publish"


def test_edition_is_closed_after_its_last_phase(client, clock):
    edition = a_released_edition()
    at_the_desk(client, edition.program)
    url = address("selection", edition.pk)
    client.post(url, {"act": "close"})
    edition.refresh_from_db()
    assert edition.status == EditionStatus.PUBLISHED
    clock(instant("2019-07-02T12:00"))
    at_the_desk(client, edition.program)
    assert page(client, edition).context["may_close"]
    client.post(url, {"act": "close"})
    edition.refresh_from_db()
    assert edition.status == EditionStatus.CLOSED


@pytest.mark.parametrize("subject", ["edition:999999", "application:1", "edition:x", "edition"])
def test_what_is_not_there_is_not_asked_about(client, edition, subject):
    at_the_desk(client, edition.program)
    assert client.get(address("ask", "lock", subject)).status_code == 404
    assert client.get(address("ask", "nonsense", subject)).status_code == 404


def test_strangers_neither_ask_nor_confirm_nor_drop(client, edition):
    coordinator = a_member(edition.program)
    a_decision(edition)
    act = joint.ask("lock", edition, by=coordinator, at=AFTER_THE_CLOSE)
    at_the_desk(client, a_program(), StaffRole.SECOND_APPROVER)
    assert client.get(address("ask", "lock", f"edition:{edition.pk}")).status_code == 404
    assert client.post(address("ask", "lock", f"edition:{edition.pk}")).status_code == 404
    assert client.post(address("confirm_act", act.pk)).status_code == 404
    assert client.post(address("drop_act", act.pk)).status_code == 404
    assert str(edition) not in client.get(address("joint_acts")).content.decode()


def test_inbox_costs_the_same_for_one_and_three(client):
    program = a_program()
    coordinator = a_member(program)
    at_the_desk(client, program, StaffRole.SECOND_APPROVER)

    def cost():
        edition = an_edition(program)
        a_decision(edition)
        joint.ask("lock", edition, by=coordinator, at=AFTER_THE_CLOSE)
        client.get(address("joint_acts"))
        with CaptureQueriesContext(connection) as found:
            client.get(address("joint_acts"))
        return len(found)

    first = cost()
    cost()
    assert cost() == first


def test_terms_of_a_cancellation_are_words(client, edition):
    at_the_desk(client, edition.program)
    terms = client.get(address("ask", "cancel", f"edition:{edition.pk}")).context["terms"]
    assert terms == [("Status", ["published"])]
    with translation.override("es"):
        assert describe_cancellation({"status": "published"})[0][1] == "publicada"


def test_a_released_edition_does_not_say_that_two_people_can_unlock_it(client, clock):
    released = a_released_edition()
    at_the_desk(client, released.program)
    assert page(client, released).context["may_decide"].code == "armed"
    clock(released.released_at)
    assert page(client, released).context["may_decide"].code == "released"


def test_figures_of_offers_lead_to_exactly_these_offers(client, edition):
    at_the_desk(client, edition.program)
    figures = {str(one.label): one.url for one in page(client, edition).context["figures"]}
    assert "status=expired" in figures["Offers expired"]
    assert "status=pending" in figures["Offers pending"]


def test_an_edition_without_phases_says_so(client, clock, english):
    clock("2019-04-02T12:00:00Z")
    edition = Edition.objects.create(program=a_program(), slug="new", capacity=1)
    at_the_desk(client, edition.program)
    assert "No dates yet." in client.get(address("selection", edition.pk)).content.decode()
    page = client.get(address("edition", edition.pk)).content.decode()
    assert "No phase and no registration window yet" in page


def test_page_of_an_edition_that_selects_nobody_speaks_of_places(client):
    edition = an_edition(admission_mode="open", capacity=1)
    at_the_desk(client, edition.program)
    for _one in range(2):
        seat_or_wait(a_submitted_application(edition), AFTER_THE_CLOSE)
    shown = page(client, edition)
    figures = {str(one.label): one.count for one in shown.context["figures"]}
    assert figures["Submitted, without withdrawn ones"] == 2
    assert (figures["Seats held"], figures["Waitlisted"]) == (1, 1)
    assert not shown.context["still_open"]
    text = shown.content.decode()
    assert "Open admission" in text
    for word in ("Proposal", "Decided by hand", "not armed", "Lock the decisions", "In the sel"):
        assert word not in text
