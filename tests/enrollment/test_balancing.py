"""An edition balanced by rules: what is proposed, drawn, kept, and who gets a freed seat."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from enrollment.balance import draw as drawing
from enrollment.balance.problem import CEILING, EACH, FLOOR, Rule
from enrollment.models import BalanceRule, Draw, Offer, Outcome, StaffRole
from enrollment.retention import forget_log
from enrollment.rules.balance import rules_of
from enrollment.services import joint
from enrollment.services.balancing import save_rules
from enrollment.services.copying import start_edition_from
from enrollment.services.decisions import change_decision, proposal_for, propose_decisions
from enrollment.services.offers import decline_offer
from enrollment.services.waitlist import call_waitlist
from lms import journal
from lms.decisions import DomainError
from tests.builders import (
    RELEASE,
    WINDOW_CLOSES,
    WINDOW_OPENS,
    a_staff_member,
    a_submitted_application,
    an_edition,
    instant,
)
from tests.enrollment.seats import a_released_edition, an_offer, somebody_waiting

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
MONDAY = WINDOW_CLOSES + timedelta(days=2)
BEFORE = WINDOW_OPENS - timedelta(days=1)
TUESDAY = instant("2019-04-24T15:00")
WOMEN = Rule("gender", "woman", FLOOR, percent=50, order=1)


@pytest.fixture
def edition():
    return an_edition(capacity=2, waitlist_percent=100)


@pytest.fixture
def coordinator(edition):
    return a_staff_member(edition.program)


def rule(edition, *stated, at=BEFORE, **options):
    who = a_staff_member(edition.program)
    return save_rules(edition, stated, by=who, at=at, **options)


def people(edition, *rows):
    return {
        code: a_submitted_application(edition, code=code, score=score, **facts)
        for code, score, facts in rows
    }


def three(edition):
    return people(
        edition,
        ("A", 90, {"gender": "man"}),
        ("B", 80, {"gender": "man"}),
        ("C", 70, {"gender": "woman"}),
    )


def decided(edition) -> dict[str, str]:
    rows = edition.decisions.filter(is_current=True)
    return dict(rows.values_list("application__code", "outcome"))


# -- rules -----------------------------------------------------------------------------


def test_rules_are_stored_in_their_order_with_a_seed_that_stays(edition):
    ceiling = Rule("country", EACH, CEILING, number=1)
    assert rule(edition, WOMEN, ceiling)
    assert rules_of(edition) == [WOMEN, ceiling]
    edition.refresh_from_db()
    seed = edition.draw_seed
    assert len(seed) == 32
    assert rule(edition, ceiling)
    edition.refresh_from_db()
    assert (rules_of(edition), edition.draw_seed) == ([ceiling], seed)


def test_a_change_is_logged_with_before_and_after_and_none_is_not(edition):
    rule(edition, WOMEN)
    assert not rule(edition, WOMEN, at=BEFORE + SECOND)
    entry = journal.history(edition).get(action="enrollment.change_balance")
    assert (entry.data["before"], entry.data["after"]) == ("", "gender=woman ≥ 50 %")


def test_only_coordinators_of_the_program_rule(edition):
    approver = a_staff_member(edition.program, StaffRole.SECOND_APPROVER)
    with pytest.raises(DomainError):
        save_rules(edition, [WOMEN], by=approver, at=BEFORE)
    assert not BalanceRule.objects.exists()


@pytest.mark.parametrize(("at", "needs"), [(WINDOW_OPENS - SECOND, False), (WINDOW_OPENS, True)])
def test_from_the_opening_on_a_change_has_a_reason(edition, at, needs):
    if needs:
        with pytest.raises(DomainError) as refusal:
            rule(edition, WOMEN, at=at, reason="  ")
        assert refusal.value.code == "reason_missing"
    assert rule(edition, WOMEN, at=at, reason="The board asks for it" if needs else "")


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(edition):
    rule(edition, WOMEN)
    with pytest.raises(DomainError) as refusal:
        rule(edition, at=BEFORE, shown="")
    assert refusal.value.code == "rules_changed"
    assert rule(edition, at=BEFORE, shown="gender=woman ≥ 50 %")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"decisions_locked_at": MONDAY}, "locked"),
        ({"admission_mode": "open"}, "not_selective"),
        ({"status": "closed"}, "edition_over"),
    ],
)
def test_rules_stand_where_nothing_is_to_be_selected(fields, code):
    with pytest.raises(DomainError) as refusal:
        rule(an_edition(**fields), WOMEN, reason="x")
    assert refusal.value.code == code


def test_contradictory_rules_are_refused_with_the_arithmetic(edition):
    with pytest.raises(DomainError, match="3 > 2"):
        rule(edition, Rule("gender", "woman", FLOOR, number=3))
    three(edition)
    with pytest.raises(DomainError, match=r"2 \+ 2 = 4 > 2"):
        rule(edition, Rule("gender", EACH, FLOOR, percent=100))
    assert not BalanceRule.objects.exists()


def test_the_database_refuses_a_rule_of_neither_or_both_sizes(edition):
    for sizes in ({}, {"number": 1, "percent": 1}, {"percent": 101}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BalanceRule.objects.create(
                edition=edition, place=0, factor="gender", kind="floor", **sizes
            )


def test_an_edition_begun_from_another_has_its_rules_and_lots_of_its_own(edition, coordinator):
    rule(edition, WOMEN)
    edition.refresh_from_db()
    copy = type(edition)(program=edition.program, slug="next", title={"es": "Otra"})
    first = instant("2020-03-19T12:00").date()
    copy = start_edition_from(edition, copy, first=first, by=coordinator, at=MONDAY)
    assert rules_of(copy) == [WOMEN]
    assert len(copy.draw_seed) == 32 and copy.draw_seed != edition.draw_seed


# -- the proposal ----------------------------------------------------------------------


def test_without_rules_nothing_is_drawn(edition, coordinator):
    three(edition)
    propose_decisions(edition, by=coordinator, at=MONDAY)
    assert decided(edition) == {"A": "selected", "B": "selected", "C": "waitlisted"}
    assert not Draw.objects.exists()


def test_the_proposal_keeps_the_rules_and_the_draw_is_kept(edition, coordinator):
    rule(edition, WOMEN)
    three(edition)
    out = a_submitted_application(edition, code="X", score=99, eligibility="ineligible")
    assert not Draw.objects.exists()
    propose_decisions(edition, by=coordinator, at=MONDAY)
    assert decided(edition) == {
        "A": "selected",
        "B": "waitlisted",
        "C": "selected",
        out.code: "ineligible",
    }
    draw = Draw.objects.get()
    assert (draw.by, draw.at, draw.edition) == (coordinator, MONDAY, edition)
    assert draw.answer["outcomes"] == {"selected": 2, "waitlisted": 1, "not_selected": 0}
    assert draw.answer["is_proven"]
    assert [one["code"] for one in draw.document["applicants"]] == ["A", "B", "C"]
    assert draw.document["applicants"][0]["facts"] == {"gender": "man"}
    entry = journal.history(edition).get(action="enrollment.draw")
    assert entry.data["checksum"] == draw.checksum


def test_the_command_repeats_the_draw_that_was_written(edition, coordinator, tmp_path):
    rule(edition, WOMEN)
    three(edition)
    propose_decisions(edition, by=coordinator, at=MONDAY)
    draw = Draw.objects.get()
    file = tmp_path / "draw.json"
    file.write_text(drawing.document(draw.document, draw.checksum))
    out = StringIO()
    call_command("draw", str(file), stdout=out)
    assert "C selected" in out.getvalue()
    assert draw.checksum in out.getvalue()


def test_a_second_draw_on_the_same_facts_writes_nothing(edition, coordinator):
    rule(edition, WOMEN)
    three(edition)
    digest = proposal_for(edition).digest()
    for at in (MONDAY, MONDAY + SECOND):
        propose_decisions(edition, by=coordinator, at=at, digest=digest)
    assert Draw.objects.count() == 1
    assert journal.history(edition).filter(action="enrollment.propose").count() == 1


def test_what_was_shown_is_drawn_or_nothing(edition, coordinator):
    rule(edition, WOMEN)
    rows = three(edition)
    digest = proposal_for(edition).digest()
    rows["A"].score = 91
    rows["A"].save()
    with pytest.raises(DomainError) as refusal:
        propose_decisions(edition, by=coordinator, at=MONDAY, digest=digest)
    assert refusal.value.code == "proposal_changed"
    assert not Draw.objects.exists() and not decided(edition)


def test_the_same_outcomes_by_other_facts_are_another_draw(edition, coordinator):
    rule(edition, WOMEN)
    rows = three(edition)
    propose_decisions(edition, by=coordinator, at=MONDAY)
    rows["A"].score = 91
    rows["A"].save()
    propose_decisions(edition, by=coordinator, at=MONDAY + SECOND)
    assert Draw.objects.count() == 2
    assert len(set(Draw.objects.values_list("checksum", flat=True))) == 2


def test_what_was_decided_by_hand_stays_and_counts(edition, coordinator):
    rule(edition, WOMEN)
    rows = three(edition)
    more = people(edition, ("D", 60, {"gender": "woman"}))
    propose_decisions(edition, by=coordinator, at=MONDAY)
    change_decision(rows["A"], "not_selected", reason="x", by=coordinator, at=MONDAY + SECOND)
    change_decision(more["D"], "selected", reason="y", by=coordinator, at=MONDAY + SECOND)
    propose_decisions(edition, by=coordinator, at=MONDAY + 2 * SECOND)
    assert decided(edition) == {
        "A": "not_selected",
        "B": "selected",
        "C": "waitlisted",
        "D": "selected",
    }


def test_whoever_is_open_waits_and_is_never_drawn(coordinator, edition):
    rule(edition, WOMEN)
    people(
        edition,
        ("A", 90, {"gender": "man"}),
        ("B", 80, {"gender": "woman", "eligibility": "needs_proof"}),
    )
    propose_decisions(edition, by=coordinator, at=MONDAY)
    assert decided(edition) == {"A": "selected", "B": "waitlisted"}
    draw = Draw.objects.get()
    assert draw.answer["limits"][0]["lacking"] == 1


def test_answers_to_a_question_of_the_form_can_be_ruled(edition, coordinator):
    rule(edition, Rule("connection", "low_or_unstable", FLOOR, number=1))
    people(
        edition,
        ("A", 90, {"answers": {"connection": "office_broadband"}}),
        ("B", 80, {}),
        ("C", 70, {"answers": {"connection": "low_or_unstable"}}),
    )
    propose_decisions(edition, by=coordinator, at=MONDAY)
    assert decided(edition) == {"A": "selected", "B": "waitlisted", "C": "selected"}


@pytest.mark.parametrize("answer", [None, 7, {"a": 1}, ["x", 5, ""], "\x00", [["x"]]])
def test_a_strange_stored_answer_counts_in_nothing(edition, coordinator, answer):
    rule(edition, Rule("connection", "low_or_unstable", FLOOR, number=1))
    answers = {"connection": answer} if answer != "\x00" else {}
    people(edition, ("A", 90, {"answers": answers}))
    propose_decisions(edition, by=coordinator, at=MONDAY)
    assert decided(edition) == {"A": "selected"}


def test_rules_that_came_to_contradict_are_refused_in_words(edition, coordinator):
    rule(edition, Rule("gender", EACH, FLOOR, percent=50))
    three(edition)
    people(edition, ("D", 50, {"gender": "another"}))
    with pytest.raises(DomainError, match="= 3 > 2"):
        propose_decisions(edition, by=coordinator, at=MONDAY)


def refused_to_lock(edition, coordinator, at) -> str:
    try:
        joint.drop(joint.ask("lock", edition, by=coordinator, at=at), by=coordinator, at=at)
    except DomainError as refusal:
        return refusal.code
    return ""


def test_decisions_are_locked_only_as_drawn_by_the_rules_there_are(edition, coordinator):
    three(edition)
    propose_decisions(edition, by=coordinator, at=MONDAY)
    assert refused_to_lock(edition, coordinator, MONDAY) == ""
    for stated in ([WOMEN], [Rule("gender", "woman", FLOOR, number=2)]):
        rule(edition, *stated, at=MONDAY, reason="x")
        assert refused_to_lock(edition, coordinator, MONDAY) == "not_drawn"
        propose_decisions(edition, by=coordinator, at=MONDAY + SECOND)
        assert refused_to_lock(edition, coordinator, MONDAY + SECOND) == ""
    rule(edition, at=MONDAY, reason="x")
    assert refused_to_lock(edition, coordinator, MONDAY + SECOND) == ""


def test_draws_are_kept_as_long_as_the_log_of_decisions(edition, coordinator):
    rule(edition, WOMEN)
    three(edition)
    propose_decisions(edition, by=coordinator, at=MONDAY)
    kept = timedelta(days=edition.program.keep_decision_log_days)
    forget_log(edition.program, MONDAY + kept - SECOND)
    assert Draw.objects.exists()
    forget_log(edition.program, MONDAY + kept)
    assert not Draw.objects.exists()


# -- freed seats -----------------------------------------------------------------------


def a_ruled_edition(*stated, **fields):
    edition = an_edition(**fields)
    rule(edition, *stated)
    type(edition).objects.filter(pk=edition.pk).update(
        decisions_locked_at=instant("2019-04-15T21:00"), released_at=RELEASE
    )
    edition.refresh_from_db()
    return edition


def called():
    return list(
        Offer.objects.filter(from_waitlist=True).values_list("application__code", flat=True)
    )


def test_a_freed_seat_goes_to_like_and_the_chain_is_logged():
    edition = a_ruled_edition(Rule("gender", "woman", FLOOR, number=1), capacity=2)
    an_offer(edition, gender="man")
    leaves = an_offer(edition, gender="woman")
    somebody_waiting(edition, 1, gender="man", code="FIRST")
    somebody_waiting(edition, 2, gender="woman", code="SECOND")
    decline_offer(leaves, by=leaves.application.person, at=TUESDAY)
    call_waitlist(edition, TUESDAY)
    assert called() == ["SECOND"]
    entry = journal.history(Offer.objects.get(from_waitlist=True)).get(
        action="enrollment.call_waitlist"
    )
    assert entry.data["reason"] == "FIRST (gender=woman ≥ 1)"


def test_rank_decides_where_the_floor_is_kept_without():
    edition = a_ruled_edition(Rule("gender", "woman", FLOOR, number=1), capacity=2)
    an_offer(edition, gender="woman")
    somebody_waiting(edition, 1, gender="man", code="FIRST")
    somebody_waiting(edition, 2, gender="woman", code="SECOND")
    assert call_waitlist(edition, TUESDAY) == 1
    assert called() == ["FIRST"]
    offer = Offer.objects.get(from_waitlist=True)
    assert "reason" not in journal.history(offer).get().data


def test_a_seat_that_would_pass_a_ceiling_stays_free():
    edition = a_ruled_edition(Rule("country", "PE", CEILING, number=1), capacity=3)
    an_offer(edition, country="PE")
    somebody_waiting(edition, 1, country="PE", code="FIRST")
    somebody_waiting(edition, 2, country="UY", code="SECOND")
    assert call_waitlist(edition, TUESDAY) == 1
    assert called() == ["SECOND"]
    assert call_waitlist(edition, TUESDAY) == 0


def test_a_floor_that_nobody_waiting_meets_keeps_no_seat_free():
    edition = a_ruled_edition(Rule("gender", "woman", FLOOR, number=2), capacity=2)
    somebody_waiting(edition, 1, gender="man", code="FIRST")
    somebody_waiting(edition, 2, gender="man", code="SECOND")
    assert call_waitlist(edition, TUESDAY) == 2


def test_an_edition_without_rules_calls_by_rank_alone():
    edition = a_released_edition(capacity=1)
    somebody_waiting(edition, 1, gender="man", code="FIRST")
    somebody_waiting(edition, 2, gender="woman", code="SECOND")
    call_waitlist(edition, TUESDAY)
    assert called() == ["FIRST"]


def test_the_outcomes_of_a_draw_are_those_of_the_model():
    assert {*drawing.BY_HAND, "ineligible"} == set(Outcome.values)
