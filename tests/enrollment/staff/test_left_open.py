"""Both who lock the decisions read what is still open, with its links; nobody is held up by it."""

import pytest
from django.utils.html import escape

from enrollment.balance.problem import FLOOR, Rule
from enrollment.models import AlumniMatch, JointAct, ReadingPlan, Review, StaffRole
from enrollment.services import joint
from enrollment.services.balancing import save_rules
from enrollment.services.decisions import change_decision, propose_decisions
from tests.builders import a_program, a_submitted_application, an_edition
from tests.enrollment.staff.desk import AFTER_THE_CLOSE as AT
from tests.enrollment.staff.desk import a_member, address, at_the_desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
MATCHED = {"alumni_match": AlumniMatch.CONFIRMED}
WARNINGS = {
    "match": "1 alumni match is not settled: nobody is selected while theirs is open",
    "proof": "1 application needs proof of eligibility",
    "twice": "1 pair of applications may be of one person",
    "asked": "1 request for information has no answer yet",
    "older": "1 decision by hand is older than the last draw, which left it as it was",
    "later": "1 decision by hand is later than the last draw: its method statement does not name",
}


@pytest.fixture
def edition(clock):
    clock(AT)
    return an_edition(a_program(needs_alumni=True), capacity=5, waitlist_percent=100)


@pytest.fixture
def coordinator(client, edition):
    return at_the_desk(client, edition.program)


@pytest.fixture
def approver(edition):
    return a_member(edition.program, StaffRole.SECOND_APPROVER)


@pytest.fixture
def with_cases(edition, coordinator):
    """One of each thing that may be left open."""
    a_submitted_application(edition, alumni_match=AlumniMatch.NOT_LISTED)
    a_submitted_application(edition, eligibility="needs_proof", **MATCHED)
    first = a_submitted_application(edition, likeness="x", **MATCHED)
    second = a_submitted_application(edition, likeness="x", duplicate_of=first, **MATCHED)
    a_submitted_application(edition, status="info_requested", **MATCHED)
    save_rules(edition, [Rule("gender", "woman", FLOOR, 1)], reason="x", by=coordinator, at=AT)
    for hour, one in ((10, first), (12, second)):
        propose_decisions(edition, by=coordinator, at=AT.replace(hour=hour - 1))
        at = AT.replace(hour=hour)
        change_decision(one, "not_selected", reason="Board", by=coordinator, at=at)
    return edition


def page_to_lock(edition):
    return address("ask", "lock", f"edition:{edition.pk}")


def test_whoever_asks_reads_what_is_left_open_and_may_still_ask(client, with_cases):
    answer = client.get(page_to_lock(with_cases))
    page = answer.content.decode()
    assert [name for name, text in WARNINGS.items() if text not in page] == []
    assert {"", None}.isdisjoint(one.url for one in answer.context["left_open"])
    terms = {"terms": answer.context["raw_terms"]}
    assert client.post(page_to_lock(with_cases), terms).status_code == 302
    assert JointAct.objects.get().act == "lock"


def test_the_second_person_reads_the_same_and_may_still_confirm(
    client, with_cases, coordinator, approver
):
    act = joint.ask("lock", with_cases, by=coordinator, at=AT)
    client.force_login(approver)
    for url in (address("joint_acts"), address("selection", with_cases.pk)):
        page = client.get(url).content.decode()
        assert [name for name, text in WARNINGS.items() if text not in page] == []
    client.post(address("confirm_act", act.pk))
    with_cases.refresh_from_db()
    assert with_cases.is_locked


def test_every_link_of_a_list_leads_to_exactly_what_is_counted(client, with_cases):
    found = client.get(page_to_lock(with_cases)).context["left_open"]
    lists = [one for one in found if "/applications/" in one.url]
    assert len(lists) == 3
    for one in lists:
        assert len(client.get(one.url).context["object_list"]) == one.count, one.label


def test_what_was_not_read_as_planned_is_told_before_it_is_locked(client, edition, coordinator):
    plan = ReadingPlan.objects.create(edition=edition, readers=2)
    first, second, _third = [a_submitted_application(edition, **MATCHED) for _one in range(3)]
    for application, readings in ((first, 2), (second, 1)):
        for _one in range(readings):
            Review.objects.create(
                application=application,
                reader=a_member(edition.program, StaffRole.REVIEWER),
                status="scored",
                assigned_at=AT,
                scored_at=AT,
                version=1,
                total=50,
            )
    propose_decisions(edition, by=coordinator, at=AT)
    for url in (page_to_lock(edition), address("selection", edition.pk)):
        answer = client.get(url)
        figures = answer.context.get("left_open") or answer.context["still_open"]
        assert [one.count for one in figures] == [2, 1], "two not read as planned, one by nobody"
        assert "2 applications are read by fewer than are needed" in answer.content.decode()
        for one in figures:
            assert len(client.get(one.url).context["object_list"]) == one.count, one.label
    plan.readers = 1
    plan.save()
    assert [one.count for one in client.get(page_to_lock(edition)).context["left_open"]] == [1, 1]


def test_where_nothing_is_open_nothing_is_said(client, edition, coordinator):
    a_submitted_application(edition, **MATCHED)
    propose_decisions(edition, by=coordinator, at=AT)
    answer = client.get(page_to_lock(edition))
    assert answer.context["terms"] and answer.context["left_open"] == []
    assert "Still open" not in answer.content.decode()


def test_what_waits_stands_on_the_selection_page_in_place_of_its_button(
    client, edition, coordinator
):
    a_submitted_application(edition, **MATCHED)
    propose_decisions(edition, by=coordinator, at=AT)
    page = client.get(address("selection", edition.pk)).content.decode()
    assert page_to_lock(edition) in page
    act = joint.ask("lock", edition, by=coordinator, at=AT)
    page = client.get(address("selection", edition.pk)).content.decode()
    assert page_to_lock(edition) not in page
    assert f'href="#act-{act.pk}"' in page and f'id="act-{act.pk}"' in page
    assert escape(f"asked by {coordinator}, ") in page


def test_what_waits_on_a_window_of_the_edition_stands_there_and_that_of_another_does_not(
    client, edition, coordinator
):
    other = an_edition(edition.program, slug="other")
    for one in (edition, other):
        window = one.windows.get()
        closes_at = window.closes_at.replace(year=window.closes_at.year + 1).isoformat()
        joint.ask("extend", window, by=coordinator, at=AT, reason="Flood", new_closes_at=closes_at)
    [waiting] = client.get(address("selection", edition.pk)).context["waiting"]
    assert waiting.act.subject == f"registrationwindow:{edition.windows.get().pk}"
