"""Proposal, exceptions, lock, arming: who may, when, and what is written."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrollment.models import Decision, JointAct, Offer, Outcome, StaffRole
from enrollment.rules.decisions import visible_outcome
from enrollment.services import joint
from enrollment.services.decisions import change_decision, checksum, counts, propose_decisions
from enrollment.services.release import write_due_messages
from lms import journal
from lms.decisions import DomainError
from lms.mail.models import OutgoingMessage
from tests.builders import (
    RELEASE,
    WINDOW_CLOSES,
    a_staff_member,
    a_submitted_application,
    an_edition,
)

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
MONDAY = WINDOW_CLOSES + timedelta(days=2)


@pytest.fixture
def edition():
    return an_edition(capacity=2, waitlist_percent=50)


@pytest.fixture
def coordinator(edition):
    return a_staff_member(edition.program)


@pytest.fixture
def approver(edition):
    return a_staff_member(edition.program, StaffRole.SECOND_APPROVER)


def applications(edition, n, **fields):
    return [a_submitted_application(edition, score=90 - i, **fields) for i in range(n)]


def outcomes(rows):
    return [row.decisions.get(is_current=True).outcome for row in rows]


def lock(edition, coordinator, approver, at=MONDAY):
    act = joint.ask("lock", edition, by=coordinator, at=at)
    return joint.confirm(act, by=approver, at=at)


def arm(edition, coordinator, approver, at=MONDAY):
    act = joint.ask("arm", edition, by=coordinator, at=at)
    return joint.confirm(act, by=approver, at=at)


def locked(edition, coordinator, approver, n=4):
    rows = applications(edition, n)
    propose_decisions(edition, by=coordinator, at=MONDAY)
    lock(edition, coordinator, approver)
    edition.refresh_from_db()
    return rows


# -- proposal --------------------------------------------------------------------------


def test_proposal_gives_seats_ranks_and_reasons(edition, coordinator):
    rows = applications(edition, 4)
    out = a_submitted_application(edition, eligibility="ineligible", score=99)
    assert propose_decisions(edition, by=coordinator, at=MONDAY) == {
        "selected": 2,
        "waitlisted": 1,
        "not_selected": 1,
        "ineligible": 1,
    }
    assert outcomes([*rows, out]) == [
        "selected",
        "selected",
        "waitlisted",
        "not_selected",
        "ineligible",
    ]
    entry = journal.history(rows[0]).get(action="enrollment.decide")
    assert (entry.user, entry.data["after"], entry.timestamp) == (coordinator, "selected", MONDAY)
    assert not OutgoingMessage.objects.exists()


def test_a_second_proposal_on_the_same_facts_writes_nothing(edition, coordinator):
    applications(edition, 4)
    propose_decisions(edition, by=coordinator, at=MONDAY)
    before = list(Decision.objects.values_list("pk", "version"))
    propose_decisions(edition, by=coordinator, at=MONDAY + SECOND)
    assert list(Decision.objects.values_list("pk", "version")) == before


def test_a_second_proposal_follows_the_facts_and_keeps_versions(edition, coordinator):
    rows = applications(edition, 3)
    propose_decisions(edition, by=coordinator, at=MONDAY)
    edition.applications.filter(pk=rows[0].pk).update(status="withdrawn")
    propose_decisions(edition, by=coordinator, at=MONDAY + SECOND)
    assert outcomes(rows[1:]) == ["selected", "selected"]
    assert not rows[0].decisions.filter(is_current=True).exists()
    assert [d.version for d in rows[2].decisions.order_by("version")] == [1, 2]


def test_proposal_costs_the_same_for_few_and_for_many(coordinator):
    queries = []
    for size in (1, 20):
        edition = an_edition(capacity=2)
        coordinator.roles.create(program=edition.program, role=StaffRole.COORDINATOR)
        applications(edition, size)
        with CaptureQueriesContext(connection) as captured:
            propose_decisions(edition, by=coordinator, at=MONDAY)
        queries.append(len(captured))
    assert queries[0] == queries[1]


@pytest.mark.parametrize(
    ("at", "code"), [(WINDOW_CLOSES - SECOND, "window_open"), (WINDOW_CLOSES, None)]
)
def test_proposal_waits_for_the_close(edition, coordinator, at, code):
    applications(edition, 1)
    if code is None:
        assert propose_decisions(edition, by=coordinator, at=at)["selected"] == 1
        return
    with pytest.raises(DomainError) as refusal:
        propose_decisions(edition, by=coordinator, at=at)
    assert refusal.value.code == code


@pytest.mark.parametrize("role", [r for r in StaffRole.values if r != StaffRole.COORDINATOR])
def test_only_coordinators_of_the_program_decide(edition, role):
    [row] = applications(edition, 1)
    for user in (a_staff_member(edition.program, role), a_staff_member(an_edition().program)):
        for act in (
            lambda by=user: propose_decisions(edition, by=by, at=MONDAY),
            lambda by=user: change_decision(row, "not_selected", reason="x", by=by, at=MONDAY),
        ):
            with pytest.raises(DomainError) as refusal:
                act()
            assert refusal.value.code == "not_theirs"
    assert not Decision.objects.exists()


# -- exceptions ------------------------------------------------------------------------


def test_an_exception_whose_rank_moves_stays_that_of_who_decided_it(edition, coordinator):
    rows = applications(edition, 4)
    propose_decisions(edition, by=coordinator, at=MONDAY)
    change_decision(rows[0], "waitlisted", reason="Board", by=coordinator, at=MONDAY)
    change_decision(rows[2], "not_selected", reason="Board", by=coordinator, at=MONDAY)
    before = rows[0].decisions.get(is_current=True)
    other = a_staff_member(edition.program)
    propose_decisions(edition, by=other, at=MONDAY + SECOND)
    after = rows[0].decisions.get(is_current=True)
    assert after.version > before.version and after.waitlist_rank != before.waitlist_rank
    assert (after.by, after.at, after.reason) == (coordinator, MONDAY, "Board")
    assert rows[1].decisions.get(is_current=True).by == coordinator, "nothing of it changed"


def test_an_exception_needs_a_reason_and_survives_the_next_proposal(edition, coordinator):
    rows = applications(edition, 4)
    propose_decisions(edition, by=coordinator, at=MONDAY)
    with pytest.raises(DomainError):
        change_decision(rows[0], "not_selected", reason=" ", by=coordinator, at=MONDAY)
    change_decision(rows[0], "not_selected", reason="Conflict", by=coordinator, at=MONDAY)
    again = change_decision(rows[0], "not_selected", reason="Conflict", by=coordinator, at=MONDAY)
    assert again.version == 2
    propose_decisions(edition, by=coordinator, at=MONDAY)
    assert outcomes(rows) == ["not_selected", "selected", "selected", "waitlisted"]
    entry = journal.history(rows[0]).filter(action="enrollment.decide").first()
    assert entry.data == {"reason": "Conflict", "before": "selected", "after": "not_selected"}


def test_by_hand_nobody_is_selected_beyond_the_seats_or_while_open(edition, coordinator):
    rows = applications(edition, 3)
    unproved = a_submitted_application(edition, eligibility="needs_proof")
    propose_decisions(edition, by=coordinator, at=MONDAY)
    for row, code in ((rows[2], "no_seat"), (unproved, "still_open")):
        with pytest.raises(DomainError) as refusal:
            change_decision(row, "selected", reason="x", by=coordinator, at=MONDAY)
        assert refusal.value.code == code


def test_an_open_alumni_match_is_open_only_where_the_program_asks(edition, coordinator):
    edition.program.needs_alumni = True
    edition.program.save()
    row = a_submitted_application(edition, alumni_match="review", score=99)
    sure = a_submitted_application(edition, alumni_match="auto", score=10)
    propose_decisions(edition, by=coordinator, at=MONDAY)
    assert outcomes([row, sure]) == ["waitlisted", "selected"]


# -- lock ------------------------------------------------------------------------------


def test_two_people_lock_the_whole_set(edition, coordinator, approver):
    rows = locked(edition, coordinator, approver)
    assert edition.decisions_locked_at == MONDAY
    assert edition.decisions_checksum == checksum(edition)
    with pytest.raises(DomainError) as refusal:
        change_decision(rows[0], "not_selected", reason="x", by=coordinator, at=MONDAY)
    assert refusal.value.code == "locked"
    with pytest.raises(DomainError):
        propose_decisions(edition, by=coordinator, at=MONDAY)
    entry = journal.history(edition).get(action="enrollment.lock")
    assert entry.user == approver and entry.data["asked_by"] == str(coordinator.pk)


def test_lock_refuses_what_changed_since_it_was_asked(edition, coordinator, approver):
    rows = applications(edition, 3)
    propose_decisions(edition, by=coordinator, at=MONDAY)
    act = joint.ask("lock", edition, by=coordinator, at=MONDAY)
    change_decision(rows[0], "not_selected", reason="Conflict", by=coordinator, at=MONDAY)
    with pytest.raises(DomainError) as refusal:
        joint.confirm(act, by=approver, at=MONDAY)
    assert refusal.value.code == "terms_changed"
    assert "2 → 1" in str(refusal.value.reason)
    edition.refresh_from_db()
    assert not edition.is_locked


def test_lock_refuses_a_set_that_is_not_whole(edition, coordinator):
    applications(edition, 1)
    for code in ("undecided", None):
        if code:
            with pytest.raises(DomainError) as refusal:
                joint.ask("lock", edition, by=coordinator, at=MONDAY)
            assert refusal.value.code == code
            propose_decisions(edition, by=coordinator, at=MONDAY)
        else:
            assert joint.ask("lock", edition, by=coordinator, at=MONDAY)


def test_changing_a_locked_set_takes_two_people_twice_and_no_message(
    edition, coordinator, approver
):
    """Scenario 19."""
    rows = locked(edition, coordinator, approver)
    first = edition.decisions_checksum
    evening = MONDAY + timedelta(hours=13)
    act = joint.ask("unlock", edition, by=coordinator, at=evening)
    joint.confirm(act, by=approver, at=evening)
    change_decision(rows[0], "not_selected", reason="Conflict", by=coordinator, at=evening)
    lock(edition, coordinator, approver, at=evening)
    edition.refresh_from_db()
    assert edition.decisions_checksum not in ("", first)
    assert rows[0].decisions.get(is_current=True).version == 2
    assert not OutgoingMessage.objects.exists()
    locks = journal.history(edition).filter(action="enrollment.lock")
    assert {entry.data["checksum"] for entry in locks} == {first, edition.decisions_checksum}
    assert [entry.user for entry in locks] == [approver, approver]
    arm(edition, coordinator, approver, at=evening)
    for _sweep in range(2):
        write_due_messages(RELEASE)
    letter = OutgoingMessage.objects.get(person=rows[0].person)
    assert letter.template == "enrollment/mail/decision_not_selected"


# -- two people ------------------------------------------------------------------------


def test_two_different_people_one_of_them_an_approver(edition, coordinator, approver):
    applications(edition, 1)
    propose_decisions(edition, by=coordinator, at=MONDAY)
    act = joint.ask("lock", edition, by=coordinator, at=MONDAY)
    others = {
        "same_person": coordinator,
        "no_approver": a_staff_member(edition.program),
        "not_theirs": a_staff_member(an_edition().program, StaffRole.SECOND_APPROVER),
    }
    for code, user in others.items():
        with pytest.raises(DomainError) as refusal:
            joint.confirm(act, by=user, at=MONDAY)
        assert refusal.value.code == code
    joint.confirm(act, by=approver, at=MONDAY)
    assert joint.confirm(act, by=approver, at=MONDAY + SECOND).confirmed_at == MONDAY


def test_whoever_holds_both_roles_still_counts_once(edition):
    both = a_staff_member(edition.program)
    both.roles.create(program=edition.program, role=StaffRole.SECOND_APPROVER)
    applications(edition, 1)
    propose_decisions(edition, by=both, at=MONDAY)
    act = joint.ask("lock", edition, by=both, at=MONDAY)
    with pytest.raises(DomainError):
        joint.confirm(act, by=both, at=MONDAY)
    assert joint.confirm(act, by=a_staff_member(edition.program), at=MONDAY).confirmed_at


def test_asked_again_on_the_same_terms_it_is_the_same_act(edition, coordinator, approver):
    applications(edition, 1)
    propose_decisions(edition, by=coordinator, at=MONDAY)
    act = joint.ask("lock", edition, by=coordinator, at=MONDAY)
    assert joint.ask("lock", edition, by=approver, at=MONDAY) == act
    joint.drop(act, by=approver, at=MONDAY)
    joint.drop(act, by=approver, at=MONDAY)
    with pytest.raises(DomainError) as refusal:
        joint.confirm(act, by=approver, at=MONDAY)
    assert refusal.value.code == "dropped"
    assert JointAct.objects.count() == 1


# -- arming ----------------------------------------------------------------------------


def test_arming_stores_the_announced_instant_and_makes_the_offers(edition, coordinator, approver):
    rows = locked(edition, coordinator, approver)
    act = arm(edition, coordinator, approver)
    edition.refresh_from_db()
    assert edition.released_at == RELEASE
    assert act.terms["offers"] == 2
    assert set(Offer.objects.values_list("application", "status", "visible_at", "respond_by")) == {
        (row.pk, "pending", RELEASE, edition.offers_respond_by) for row in rows[:2]
    }
    assert not OutgoingMessage.objects.exists()


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=3)])
def test_armed_late_it_releases_at_once(edition, coordinator, approver, late):
    locked(edition, coordinator, approver)
    arm(edition, coordinator, approver, at=RELEASE + late)
    edition.refresh_from_db()
    assert edition.released_at == RELEASE + late


def test_arming_asked_before_and_confirmed_after_the_announced_instant_is_asked_again(
    edition, coordinator, approver
):
    locked(edition, coordinator, approver)
    act = joint.ask("arm", edition, by=coordinator, at=RELEASE - SECOND)
    with pytest.raises(DomainError) as refusal:
        joint.confirm(act, by=approver, at=RELEASE)
    assert refusal.value.code == "terms_changed"
    assert not Offer.objects.exists()


def test_disarmed_before_the_instant_the_offers_go_again(edition, coordinator, approver):
    locked(edition, coordinator, approver)
    arm(edition, coordinator, approver)
    act = joint.ask("disarm", edition, by=coordinator, at=RELEASE - SECOND)
    joint.confirm(act, by=approver, at=RELEASE - SECOND)
    edition.refresh_from_db()
    assert edition.released_at is None and edition.is_locked
    assert not Offer.objects.exists()
    arm(edition, coordinator, approver, at=RELEASE - SECOND)
    assert Offer.objects.count() == 2


@pytest.mark.parametrize("name", ["unlock", "disarm", "arm"])
def test_nothing_is_taken_back_from_the_instant_on(edition, coordinator, approver, name):
    locked(edition, coordinator, approver)
    arm(edition, coordinator, approver)
    with pytest.raises(DomainError) as refusal:
        joint.ask(name, edition, by=coordinator, at=RELEASE)
    assert refusal.value.code == "released"


STATES = ("open", "proposed", "locked", "armed", "released")
ALLOWED = {
    "lock": {"proposed"},
    "unlock": {"locked"},
    "arm": {"locked"},
    "disarm": {"armed"},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", ALLOWED)
def test_state_table(edition, coordinator, approver, state, name):
    applications(edition, 3)
    if state != "open":
        propose_decisions(edition, by=coordinator, at=MONDAY)
    if state in ("locked", "armed", "released"):
        lock(edition, coordinator, approver)
    if state in ("armed", "released"):
        arm(edition, coordinator, approver)
    at = RELEASE if state == "released" else MONDAY
    if state in ALLOWED[name]:
        assert joint.ask(name, edition, by=coordinator, at=at)
    else:
        with pytest.raises(DomainError):
            joint.ask(name, edition, by=coordinator, at=at)


# -- embargo ---------------------------------------------------------------------------


def test_nobody_sees_an_outcome_before_the_instant(edition, coordinator, approver):
    rows = locked(edition, coordinator, approver)
    arm(edition, coordinator, approver)
    for row in rows:
        row.refresh_from_db()
        assert visible_outcome(row, RELEASE - SECOND) is None
        assert visible_outcome(row, RELEASE).outcome == row.decisions.get().outcome


def test_whoever_withdrew_has_no_outcome_and_no_offer(edition, coordinator, approver):
    rows = locked(edition, coordinator, approver)
    edition.applications.filter(pk=rows[0].pk).update(status="withdrawn")
    arm(edition, coordinator, approver)
    rows[0].refresh_from_db()
    assert visible_outcome(rows[0], RELEASE) is None
    assert Offer.objects.get().application == rows[1]
    assert counts(edition)[Outcome.SELECTED] == 1
