"""A released outcome is corrected by two people, and never to take a place away."""

from contextlib import suppress
from datetime import timedelta

import pytest

from enrollment.models import Decision, Eligibility, Enrollment, JointAct, Offer, StaffRole
from enrollment.rules.decisions import can_correct, visible_outcome
from enrollment.services import joint
from enrollment.services.decisions import change_decision
from enrollment.services.due import sweep_editions
from enrollment.services.duplicates import merge_application
from enrollment.services.eligibility import override_eligibility
from enrollment.services.offers import accept_offer
from lms import journal
from lms.decisions import DomainError
from lms.mail.models import OutgoingMessage
from tests.builders import LAST_ENTRY, OFFERS_EXPIRE, RELEASE, a_staff_member
from tests.enrollment.deciding import decide, four_applicants
from tests.enrollment.staff.desk import a_member, address

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
AFTER = RELEASE + timedelta(hours=1)


def a_released(capacity=2):
    """Four who know their outcome; one seat more than they were told of may be free."""
    edition, people = four_applicants(capacity=1)
    decide(edition, "lock", "arm")
    edition.capacity = capacity
    edition.save()
    return edition, {name: person.applications.get() for name, person in people.items()}


def ask(application, outcome, at=AFTER):
    program = application.edition.program
    current = application.decisions.get(is_current=True)
    by = a_staff_member(program)
    return joint.ask("correct_outcome", current, by=by, at=at, reason="Misread", outcome=outcome)


def confirm(act, at=AFTER):
    approver = a_staff_member(act.program, StaffRole.SECOND_APPROVER)
    return joint.confirm(act, by=approver, at=at)


def test_a_wrong_refusal_becomes_a_place_by_two_people():
    edition, applications = a_released(capacity=3)
    sweep_editions(RELEASE)
    rosa = applications["not_selected"]
    act = ask(rosa, "selected")
    assert not Offer.objects.filter(application=rosa).exists()
    confirm(act)
    confirm(act)
    first, second = rosa.decisions.order_by("version")
    assert (first.outcome, first.is_current, first.reason) == ("not_selected", False, "")
    assert (second.outcome, second.is_current, second.reason) == ("selected", True, "Misread")
    offer = Offer.objects.get(application=rosa)
    assert (offer.visible_at, offer.respond_by) == (AFTER, OFFERS_EXPIRE)
    done = journal.history(rosa).filter(action="enrollment.decide").first().data
    assert (done["before"], done["after"], done["reason"]) == (
        "not_selected",
        "selected",
        "Misread",
    )
    for _sweep in range(2):
        sweep_editions(AFTER)
    told = OutgoingMessage.objects.filter(person=rosa.person).order_by("pk")
    assert [mail.template.rpartition("/")[2] for mail in told] == [
        "decision_not_selected",
        "decision_corrected",
    ]
    accept_offer(offer, by=rosa.person, at=AFTER)
    assert Enrollment.objects.get().application == rosa


def test_an_error_of_ours_takes_no_accepted_place_away():
    edition, applications = a_released()
    rosa = applications["selected"]
    accept_offer(rosa.offer, by=rosa.person, at=RELEASE)
    for outcome in ("waitlisted", "not_selected"):
        with pytest.raises(DomainError) as refusal:
            ask(rosa, outcome)
        assert refusal.value.code == "accepted"
    assert not JointAct.objects.filter(act="correct_outcome").exists()
    assert Enrollment.objects.get().holds_seat


def test_an_error_of_ours_takes_no_offer_back_by_any_way():
    edition, applications = a_released()
    rosa, by = applications["selected"], a_staff_member(edition.program)
    for outcome in ("waitlisted", "not_selected", "ineligible"):
        assert can_correct(rosa, outcome, AFTER).code == "offered"
        with pytest.raises(DomainError) as refusal:
            ask(rosa, outcome)
        assert refusal.value.code == "offered"
    for act in ("disarm", "unlock"):
        with pytest.raises(DomainError) as refusal:
            joint.ask(act, edition, by=by, at=AFTER)
        assert refusal.value.code == "released"
    with pytest.raises(DomainError) as refusal:
        change_decision(rosa, "not_selected", reason="Misread", by=by, at=AFTER)
    assert refusal.value.code == "released"
    rosa.duplicate_of = applications["not_selected"]
    rosa.save()
    with pytest.raises(DomainError):
        merge_application(rosa, reason="The same person", by=by, at=AFTER)
    with suppress(DomainError):
        override_eligibility(rosa, "ineligible", by=by, at=AFTER, reason="Not a judge after all")
    for _sweep in range(2):
        sweep_editions(AFTER)
    assert accept_offer(rosa.offer, by=rosa.person, at=AFTER).holds_seat
    rosa.refresh_from_db()
    assert rosa.status == "submitted" and visible_outcome(rosa, AFTER).outcome == "selected"


def test_a_place_accepted_between_asking_and_confirming_is_kept():
    edition, applications = a_released()
    rosa = applications["waitlisted"]
    act = ask(rosa, "not_selected")
    sweep_editions(AFTER)
    accept_offer(Offer.objects.get(application=rosa), by=rosa.person, at=AFTER)
    with pytest.raises(DomainError) as refusal:
        confirm(act)
    assert refusal.value.code == "accepted"
    assert Enrollment.objects.get().application == rosa


def test_a_correction_needs_a_free_seat_an_open_entry_and_the_release():
    edition, applications = a_released(capacity=1)
    rosa = applications["not_selected"]
    assert can_correct(rosa, "selected", AFTER).code == "no_seat"
    assert can_correct(rosa, "waitlisted", AFTER)
    assert can_correct(rosa, "not_selected", AFTER).code == "same"
    rosa.edition.capacity = 2
    assert can_correct(rosa, "selected", LAST_ENTRY - SECOND)
    assert can_correct(rosa, "selected", LAST_ENTRY).code == "entry_over"
    assert can_correct(rosa, "waitlisted", RELEASE - SECOND).code == "not_released"
    assert can_correct(rosa, "waitlisted", RELEASE)
    rosa.edition.status = "closed"
    assert can_correct(rosa, "waitlisted", AFTER).code == "edition_over"


def test_a_corrected_outcome_is_not_corrected_on_its_old_version():
    edition, applications = a_released()
    first = Decision.objects.get(application=applications["not_selected"])
    confirm(ask(applications["not_selected"], "waitlisted"))
    with pytest.raises(DomainError) as refusal:
        joint.ask(
            "correct_outcome",
            first,
            by=a_staff_member(edition.program),
            at=AFTER,
            reason="Again",
            outcome="selected",
        )
    assert refusal.value.code == "not_current"


def test_who_was_wrongly_found_ineligible_is_settled_then_corrected():
    edition, applications = a_released()
    rosa = applications["ineligible"]
    assert can_correct(rosa, "waitlisted", AFTER).code == "eligibility_differs"
    by = a_staff_member(edition.program)
    with pytest.raises(DomainError):
        override_eligibility(rosa, "eligible", by=by, at=RELEASE - SECOND, reason="A diplomat")
    override_eligibility(rosa, "eligible", by=by, at=RELEASE, reason="A diplomat")
    rosa.refresh_from_db()
    assert rosa.eligibility == Eligibility.ELIGIBLE
    confirm(ask(rosa, "selected"))
    assert Offer.objects.get(application=rosa).is_answerable(AFTER)


def test_the_page_of_an_application_leads_to_its_correction(client, clock):
    edition, applications = a_released()
    rosa = applications["not_selected"]
    clock(RELEASE - SECOND)
    client.force_login(a_member(edition.program))
    page = address("application", rosa.pk)
    url = address("ask", "correct_outcome", f"decision:{rosa.decisions.get().pk}")
    assert url not in client.get(page).content.decode()
    clock(AFTER)
    assert url in client.get(page).content.decode()
    assert client.get(url).context["first_form"]
    shown = client.get(url, {"outcome": "selected"})
    terms = shown.context["raw_terms"]
    client.post(f"{url}?outcome=selected", {"terms": terms, "reason": "Misread"})
    client.force_login(a_member(edition.program, StaffRole.SECOND_APPROVER))
    assert rosa.code in client.get(address("joint_acts")).content.decode()
    client.post(address("confirm_act", JointAct.objects.get(act="correct_outcome").pk))
    assert Offer.objects.filter(application=rosa).exists()
    assert "Misread" in client.get(page).content.decode()
