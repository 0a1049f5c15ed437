"""A coordinator settles likely duplicates: one key, one pair; those that are sure all at once."""

from datetime import timedelta

import pytest

from enrollment.models import Application, StaffRole
from enrollment.services.duplicates import keep_both, merge_application
from enrollment.services.eligibility import assess_edition
from enrollment.staff.figures import figures_of
from lms import journal
from tests.builders import a_staff_member, an_edition, instant
from tests.builders import a_submitted_application as a_submitted
from tests.enrollment.staff.visits import enter, outsiders, page, press, queries_of, said, visit

pytestmark = pytest.mark.django_db
AT = instant("2019-04-14T12:00")
SENT = instant("2019-04-02T15:00")
TO_BE_SURE = {"given_names": "Rosa María"}


@pytest.fixture(autouse=True)
def _now(clock):
    clock(AT)


@pytest.fixture
def edition():
    return an_edition()


@pytest.fixture
def coordinator(edition):
    return a_staff_member(edition.program, language="en")


def a_pair(edition, course="2017", count=2, **fields) -> list[Application]:
    """Applications that look alike, a day between them; the later ones of another role."""
    judge, other = edition.program.applicant_roles.order_by("-key")[:2]
    rows = [
        a_submitted(
            edition,
            at=SENT + timedelta(days=day),
            answers={"basic_module_edition": course},
            **{"role": other if day else judge, **fields},
        )
        for day in range(count)
    ]
    assess_edition(edition, at=AT)
    return afresh(*rows)


def a_sure_pair(edition, course="2017", count=2, **fields) -> list[Application]:
    role = edition.program.applicant_roles.first()
    return a_pair(edition, course, count, **{"role": role, **TO_BE_SURE, **fields})


def afresh(*rows) -> list[Application]:
    return [Application.objects.get(pk=row.pk) for row in rows]


def as_shown(client, edition, leaves, query="", **changes) -> dict:
    context = client.get(page("duplicates", edition.pk) + query).context
    return {
        "application": context["row"].pk,
        "seen": context["seen"],
        "reason": context["reason"],
        "leaves": leaves,
        **changes,
    }


def post(client, edition, data):
    return client.post(page("duplicates", edition.pk), data)


def test_both_stand_side_by_side_with_what_differs_first(client, edition, coordinator):
    earlier, later = a_pair(edition)
    shown = visit(client, coordinator, "duplicates", edition.pk)
    assert (shown.context["earlier"], shown.context["later"]) == (earlier, later)
    lines = shown.context["lines"]
    assert [line.is_same for line in lines] == sorted(line.is_same for line in lines)
    differ = {tuple(line.texts) for line in lines if not line.is_same}
    assert (earlier.person.email, later.person.email) in differ
    assert (str(earlier.role), str(later.role)) in {tuple(map(str, texts)) for texts in differ}
    matched = [line.texts[0] for line in lines if line.is_matched]
    assert matched == ["Rosa", "Medina Quispe", "Peru", "2017"]
    assert "1 of 1: Rosa Medina Quispe" in shown.text
    assert shown.context["reason"].startswith("Same: name, country, institution")
    assert "Different: e-mail, role." in shown.context["reason"]


def test_two_people_are_kept_with_the_reason_that_was_filled_in(client, edition, coordinator):
    pair = a_pair(edition)
    enter(client, coordinator)
    data = as_shown(client, edition, "nobody")
    answer = post(client, edition, data)
    assert answer.status_code == 302 and "two people" in said(answer)
    for row in afresh(*pair):
        assert row.is_in_selection and row.duplicate_settled_at == AT
        entry = journal.history(row).get(action="enrollment.note_duplicate")
        assert (entry.user, entry.data["reason"]) == (coordinator, data["reason"])
    assert "No likely duplicate is open" in client.get(answer.url).text


@pytest.mark.parametrize("leaves", [0, 1])
def test_of_one_person_either_leaves_and_the_other_counts_since_the_earliest(
    client, edition, coordinator, leaves
):
    pair = a_pair(edition)
    enter(client, coordinator)
    post(client, edition, as_shown(client, edition, pair[leaves].pk))
    pair = afresh(*pair)
    assert pair[leaves].status == "merged"
    assert (pair[1 - leaves].status, pair[1 - leaves].submitted_at) == ("submitted", SENT)


@pytest.mark.parametrize("leaves", ["nobody", "later"])
def test_what_was_settled_last_is_taken_back_and_shown_again(client, edition, coordinator, leaves):
    first, second = a_pair(edition, "2016"), a_pair(edition, "2017")
    enter(client, coordinator)
    key = first[1].pk if leaves == "later" else leaves
    there = post(client, edition, as_shown(client, edition, key)).url
    shown = client.get(there)
    assert "2 of 2" in shown.text and shown.context["later"] == second[1]
    last = shown.context["last"]
    data = {"application": last["application"].pk, "seen": last["seen"], "back": "1"}
    answer = post(client, edition, data)
    assert "taken back" in said(answer)
    shown = client.get(answer.url)
    assert "1 of 2" in shown.text and shown.context["later"] == first[1]
    assert "this pair is not open" in said(post(client, edition, data))
    assert [row.duplicate_settled_at for row in afresh(*first)] == [None, None]


def test_after_the_lock_nothing_is_taken_back(client, edition, coordinator):
    _earlier, later = a_pair(edition)
    enter(client, coordinator)
    there = post(client, edition, as_shown(client, edition, later.pk)).url
    last = client.get(there).context["last"]
    edition.decisions_locked_at = AT
    edition.save()
    assert client.get(there).context["last"] is None
    data = {"application": later.pk, "seen": last["seen"], "back": "1"}
    assert "The decisions are locked." in said(post(client, edition, data))
    assert afresh(later)[0].status == "merged"


def test_a_pair_is_passed_over_and_gone_back_to(client, edition, coordinator):
    pairs = [a_pair(edition, course) for course in ("2015", "2016", "2017")]
    enter(client, coordinator)
    seen, url = [], page("duplicates", edition.pk)
    for _one in range(4):
        shown = client.get(url)
        seen.append(pairs.index([shown.context["earlier"], shown.context["later"]]))
        url = shown.context["pass_url"]
    assert seen == [0, 1, 2, 0]
    back = client.get(shown.context["previous_url"]).context
    assert back["later"] == pairs[2][1] and back["number"] == 3


def test_what_another_tab_settled_is_told_and_passed_over(client, edition, coordinator):
    (_, first), (_, second) = a_pair(edition, "2016"), a_pair(edition, "2017")
    enter(client, coordinator)
    data = as_shown(client, edition, "nobody")
    merge_application(first, by=coordinator, at=AT, reason="x")
    answer = post(client, edition, data)
    assert f"{first.code} has left as a duplicate" in said(answer)
    assert client.get(answer.url).context["later"] == second
    data = as_shown(client, edition, second.pk)
    keep_both(second, by=coordinator, at=AT, reason="x")
    assert "are two people" in said(post(client, edition, data))
    assert afresh(second)[0].is_in_selection


def test_what_was_edited_meanwhile_is_shown_again_with_what_was_typed(client, edition, coordinator):
    _earlier, later = a_pair(edition)
    enter(client, coordinator)
    data = as_shown(client, edition, later.pk, reason="Both sent by her secretary")
    Application.objects.filter(pk=later.pk).update(version=2)
    answer = post(client, edition, data)
    assert answer.status_code == 200 and "look again" in answer.text
    assert answer.context["reason"] == "Both sent by her secretary"
    data["seen"] = answer.context["seen"]
    assert post(client, edition, data).status_code == 302
    assert afresh(later)[0].status == "merged"


def test_without_a_reason_nothing_is_settled(client, edition, coordinator):
    _earlier, later = a_pair(edition)
    enter(client, coordinator)
    answer = post(client, edition, as_shown(client, edition, later.pk, reason=" "))
    assert "Write what you found" in answer.text and afresh(later)[0].is_in_selection


def test_of_three_each_is_settled_with_the_first(client, edition, coordinator):
    first, second, third = a_pair(edition, count=3)
    enter(client, coordinator)
    shown = client.get(page("duplicates", edition.pk)).context
    assert (shown["earlier"], shown["later"], shown["left"]) == (first, second, 2)
    post(client, edition, as_shown(client, edition, "nobody"))
    shown = client.get(page("duplicates", edition.pk)).context
    assert (shown["earlier"], shown["later"], shown["left"]) == (first, third, 1)
    assert shown["later_may_leave"] and not shown["earlier_may_leave"]
    assert figures_of(edition, AT).duplicates == 1
    answer = post(client, edition, as_shown(client, edition, first.pk))
    assert "merged" not in {row.status for row in afresh(second, third)}, said(answer)


def test_after_the_lock_and_the_release_the_page_says_why_nothing_can_be_done(
    client, edition, coordinator
):
    _earlier, later = a_pair(edition)
    enter(client, coordinator)
    data = as_shown(client, edition, later.pk)
    edition.decisions_locked_at = AT
    edition.save()
    shown = client.get(page("duplicates", edition.pk))
    assert "The decisions are locked." in shown.text and 'name="leaves"' not in shown.text
    assert "The decisions are locked." in post(client, edition, data).text
    edition.released_at = AT
    edition.save()
    shown = client.get(page("duplicates", edition.pk))
    assert (
        'value="nobody"' in shown.text
        and f'value="{later.pk}"' not in shown.text.partition("leaves")[2]
    )
    assert "The decisions are released." in post(client, edition, data).text
    assert afresh(later)[0].is_in_selection


def test_the_second_approver_reads_and_settles_nothing(client, edition, coordinator):
    _earlier, later = a_pair(edition)
    enter(client, coordinator)
    data = as_shown(client, edition, later.pk)
    approver = a_staff_member(edition.program, StaffRole.SECOND_APPROVER, language="en")
    shown = visit(client, approver, "duplicates", edition.pk)
    assert "Only a coordinator" in shown.text and 'name="leaves"' not in shown.text
    assert "Only a coordinator" in post(client, edition, data).text
    assert client.get(page("sure_duplicates", edition.pk)).status_code == 404
    assert afresh(later)[0].is_in_selection


def test_nobody_else_settles(client, edition, coordinator):
    _earlier, later = a_pair(edition)
    allowed = (StaffRole.COORDINATOR, StaffRole.SECOND_APPROVER)
    for other in outsiders(edition.program, *allowed):
        assert visit(client, other, "duplicates", edition.pk).status_code == 404
        data = {"application": later.pk, "leaves": later.pk, "reason": "x"}
        assert press(client, other, "duplicates", edition.pk, **data).status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"application": ""},
        {"application": "9" * 5000},
        {"application": "0"},
        {"leaves": ""},
        {"leaves": "x\x00"},
        {"leaves": "9" * 5000},
        {"leaves": "another"},
    ],
)
def test_strange_input_changes_nothing(client, edition, coordinator, changes):
    pair = a_pair(edition)
    another = a_submitted(edition, given_names="Otra")
    enter(client, coordinator)
    if changes.get("leaves") == "another":
        changes = {"leaves": another.pk}
    assert post(client, edition, as_shown(client, edition, "nobody") | changes).status_code == 404
    url = page("duplicates", edition.pk) + "?after=" + "9" * 5000 + "&last=x"
    assert client.get(url).context["later"] == pair[1]
    assert all(row.duplicate_settled_at is None for row in afresh(*pair))
    assert post(client, edition, {**as_shown(client, edition, "nobody"), "seen": ""}).context


def test_a_page_costs_the_same_with_many_pairs(client, edition, coordinator):
    a_pair(edition)
    enter(client, coordinator)
    url = page("duplicates", edition.pk)
    client.get(url)
    few = queries_of(client, url)
    for course in ("2013", "2014", "2015"):
        a_pair(edition, course)
    assert queries_of(client, url) == few


# -- those that are sure, all at once --------------------------------------------------------


@pytest.mark.parametrize(
    "differs",
    [
        {"given_names": "Rosa", "family_names": "Medina"},
        {"institution": ""},
        {"role": None},
        {"gender": ""},
        {"count": 3},
    ],
)
def test_what_leaves_a_doubt_is_looked_at_one_by_one(client, edition, coordinator, differs):
    a_sure_pair(edition, **differs)
    enter(client, coordinator)
    assert client.get(page("duplicates", edition.pk)).context["sure"] == 0
    answer = client.get(page("sure_duplicates", edition.pk))
    assert answer.status_code == 302 and "look at each" in said(answer)


@pytest.mark.parametrize(
    "differs",
    [
        {"gender": "man"},
        {"institution": "Ministerio Público"},
        {"certificate_name": "Rosa M. Medina"},
        {"answers": {"basic_module_edition": "2017", "subdivision": "Cusco"}},
    ],
)
def test_an_answer_that_differs_leaves_a_doubt(client, edition, coordinator, differs):
    answers = {"basic_module_edition": "2017", "subdivision": "Lima"}
    earlier, later = a_sure_pair(edition)
    Application.objects.filter(pk=earlier.pk).update(answers=answers)
    Application.objects.filter(pk=later.pk).update(**{"answers": answers, **differs})
    enter(client, coordinator)
    assert client.get(page("duplicates", edition.pk)).context["sure"] == 0


def test_the_sure_pairs_are_shown_and_merged_at_once(client, edition, coordinator):
    pairs = [a_sure_pair(edition, course) for course in ("2016", "2017")]
    doubtful = a_pair(edition, "2015")
    enter(client, coordinator)
    assert "2 pairs agree" in client.get(page("duplicates", edition.pk)).text
    shown = client.get(page("sure_duplicates", edition.pk))
    assert shown.context["pairs"] == [tuple(pair) for pair in pairs]
    assert "Merge these 2 pairs" in shown.text
    data = {"chosen": shown.context["chosen"], "reason": shown.context["reason"]}
    answer = client.post(page("sure_duplicates", edition.pk), data)
    assert "2 pairs are merged." in said(answer)
    for earlier, later in pairs:
        assert [row.status for row in afresh(earlier, later)] == ["submitted", "merged"]
    assert all(row.is_in_selection for row in afresh(*doubtful))


def test_exactly_the_pairs_that_were_shown_are_merged_or_none(client, edition, coordinator):
    pairs = [a_sure_pair(edition, course) for course in ("2016", "2017")]
    enter(client, coordinator)
    url = page("sure_duplicates", edition.pk)
    data = {"chosen": client.get(url).context["chosen"], "reason": "One person"}
    a_sure_pair(edition, "2014")
    keep_both(pairs[0][1], by=coordinator, at=AT, reason="x")
    answer = client.post(url, data)
    assert "Nothing was changed" in answer.text and "Merge this 1 pair" in answer.text
    assert answer.context["pairs"] == [tuple(pairs[1])]
    assert not Application.objects.filter(status="merged").exists()
    client.post(url, {"chosen": answer.context["chosen"], "reason": "One person"})
    assert list(Application.objects.filter(status="merged")) == [pairs[1][1]]


def test_the_list_of_another_person_or_of_another_edition_merges_nothing(
    client, edition, coordinator
):
    a_sure_pair(edition)
    enter(client, coordinator)
    url = page("sure_duplicates", edition.pk)
    chosen = client.get(url).context["chosen"]
    other = an_edition(edition.program)
    there = client.post(page("sure_duplicates", other.pk), {"chosen": chosen, "reason": "x"})
    assert "gone" in said(there)
    enter(client, a_staff_member(edition.program))
    assert client.post(url, {"chosen": chosen, "reason": "x"}).status_code == 404
    assert not Application.objects.filter(status="merged").exists()


# -- where they are found --------------------------------------------------------------------


@pytest.mark.parametrize("is_locked", [False, True])
def test_the_desk_and_the_selection_lead_there(client, edition, coordinator, is_locked):
    a_pair(edition)
    edition.decisions_locked_at = AT if is_locked else None
    edition.save()
    enter(client, coordinator)
    text = client.get("/admin/").text
    assert f'<a href="{page("duplicates", edition.pk)}">1 likely duplicate</a>' in text
    text = visit(client, coordinator, "selection", edition.pk).text
    assert (page("duplicates", edition.pk) in text) is not is_locked
