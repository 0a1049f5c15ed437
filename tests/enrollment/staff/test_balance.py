"""The staff's pages of the balance: rules in one form, what would be decided, draws."""

import json

import pytest
from django.utils import translation
from django.utils.html import escape

from enrollment.balance import draw as drawing
from enrollment.balance.problem import CEILING, FLOOR, Rule
from enrollment.models import AlumniMatch, BalanceRule, Decision, Draw, ReadingPlan, StaffRole
from enrollment.rules.balance import rules_of
from enrollment.services.balancing import save_rules
from enrollment.services.decisions import change_decision, propose_decisions
from enrollment.staff.balance_words import Words
from lms import journal
from tests.builders import WINDOW_CLOSES, WINDOW_OPENS, a_submitted_application, an_edition
from tests.enrollment.staff.desk import AFTER_THE_CLOSE, a_member, address, at_the_desk
from tests.enrollment.staff.visits import queries_of, said

pytestmark = pytest.mark.django_db
WOMEN = Rule("gender", "woman", FLOOR, percent=50, order=1)
PERU = Rule("country", "PE", CEILING, number=2)


@pytest.fixture
def edition(clock):
    clock(AFTER_THE_CLOSE)
    edition = an_edition(capacity=2, waitlist_percent=100)
    for code, score, gender in (("A", 90, "man"), ("B", 80, "man"), ("C", 70, "woman")):
        a_submitted_application(edition, code=code, score=score, gender=gender)
    return edition


@pytest.fixture
def coordinator(client, edition):
    return at_the_desk(client, edition.program)


@pytest.fixture
def ruled(edition, coordinator):
    save_rules(edition, [WOMEN, PERU], reason="x", by=coordinator, at=AFTER_THE_CLOSE)
    return edition


def typed(*rows, reason="The board asks for it", shown="", total=None, **more) -> dict:
    """`(who, kind, amount, unit, order)` as the form posts them."""
    data = {
        "rules-TOTAL_FORMS": len(rows) if total is None else total,
        "rules-INITIAL_FORMS": 0,
        "reason": reason,
        "shown": shown,
        **more,
    }
    for place, row in enumerate(rows):
        for name, value in zip(("who", "kind", "amount", "unit", "order"), row, strict=False):
            data[f"rules-{place}-{name}"] = value
    return data


def save(client, edition, *rows, **options):
    return client.post(address("balance_rules", edition.pk), typed(*rows, **options))


# -- the form --------------------------------------------------------------------------


def test_rules_are_edited_in_one_form(client, edition, coordinator):
    page = client.get(address("balance_rules", edition.pk)).content.decode()
    assert "Gender: Woman" in page and "Country: Peru" in page and "Gender: each answer" in page
    answer = save(
        client,
        edition,
        ("gender=woman", "floor", "50", "percent", "1"),
        ("", "floor", "7", "seats", ""),
        ("country=PE", "ceiling", "2", "seats", "9"),
    )
    assert answer.url == address("balance", edition.pk)
    assert rules_of(edition) == [WOMEN, PERU]


def test_what_is_stored_stands_in_the_form(client, ruled):
    form = client.get(address("balance_rules", ruled.pk)).context["formset"]
    assert form.forms[0].initial == {
        "who": "gender=woman",
        "kind": "floor",
        "amount": 50,
        "unit": "percent",
        "order": 1,
    }
    assert len(form.forms) == 2 + 4


def test_a_contradiction_is_said_beside_both_rules_and_all_that_was_typed_stays(
    client, edition, coordinator
):
    answer = save(
        client,
        edition,
        ("gender=woman", "floor", "60", "percent", "3"),
        ("country=UY", "ceiling", "1", "seats", ""),
        ("gender=man", "floor", "1", "seats", ""),
    )
    form = answer.context["formset"]
    shown = "What is asked for adds up to more than the seats: 2 + 1 = 3 > 2"
    assert [row.errors.get("amount", []) for row in form.forms] == [[shown], [], [shown]]
    page = answer.content.decode()
    assert escape(shown) in page and "The board asks for it" in page
    assert form.forms[1]["amount"].value() == "1" and form.forms[0]["order"].value() == "3"
    assert not BalanceRule.objects.exists()


HUGE = "9" * 6000
HOSTILE = [
    ("gender=woman", "floor", HUGE, "seats", "1"),
    ("gender=woman", "floor", "1", "seats", HUGE),
    ("gender=woman", "floor", "-1", "seats", "1"),
    ("gender=woman", "floor", "1.5", "seats", "1"),
    ("gender=woman", "floor", "١٢", "seats", "99999"),
    ("gender=woman", "floor", "\x00", "seats", "1"),
    ("gender=woman", "ceiling", "101", "percent", ""),
    ("gender=woman", "floor", "", "percent", "1"),
    ("gender=woman\x00", "floor", "1", "seats", "1"),
    ("gender", "floor", "1", "seats", "1"),
    ("nothing=x", "floor", "1", "seats", "1"),
    ("gender=woman", "roof", "1", "seats", "1"),
    ("gender=woman", "floor", "1", "chairs", "1"),
    ("gender=woman", ["floor", "x"], "1", "seats", "1"),
]


@pytest.mark.parametrize("row", HOSTILE)
def test_a_row_that_says_nothing_sensible_is_refused_where_it_was_typed(
    client, edition, coordinator, row
):
    answer = save(client, edition, row)
    assert answer.status_code == 200
    assert answer.context["formset"].forms[0].errors
    assert not BalanceRule.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"rules-TOTAL_FORMS": "x"},
        {"rules-TOTAL_FORMS": HUGE},
        {"rules-TOTAL_FORMS": ""},
        {"rules-TOTAL_FORMS": "1000"},
        {"reason": "\x00" * 10},
        {"reason": "x" * 3000},
        {"shown": "\x00"},
    ],
)
def test_a_form_that_was_tampered_with_saves_nothing(client, edition, coordinator, changes):
    answer = save(client, edition, ("gender=woman", "floor", "1", "seats", "1"), **changes)
    assert answer.status_code == 200
    assert not BalanceRule.objects.exists()


def test_after_the_opening_a_reason_is_asked_before_not(client, edition, coordinator, clock):
    row = ("gender=woman", "floor", "1", "seats", "1")
    answer = save(client, edition, row, reason="")
    assert answer.context["reason"].errors["reason"]
    clock(WINDOW_OPENS.replace(day=1))
    assert save(client, edition, row, reason="").status_code == 302


def test_the_other_tab_is_not_overwritten(client, ruled):
    answer = save(client, ruled, ("gender=man", "floor", "1", "seats", "1"), shown="")
    assert "Somebody else has changed the rules" in answer.content.decode()
    assert rules_of(ruled) == [WOMEN, PERU]


def test_only_coordinators_edit_rules_and_approvers_read(client, ruled):
    approver = a_member(ruled.program, StaffRole.SECOND_APPROVER)
    client.force_login(approver)
    assert client.get(address("balance_rules", ruled.pk)).status_code == 404
    assert save(client, ruled).status_code == 404
    page = client.get(address("balance", ruled.pk))
    assert page.status_code == 200 and "Edit the rules" not in page.content.decode()
    assert client.post(address("balance", ruled.pk), {"digest": ""}).status_code == 404
    assert len(rules_of(ruled)) == 2


# -- what would be ---------------------------------------------------------------------


def test_the_page_shows_what_would_be_decided_and_stores_nothing(client, ruled):
    page = client.get(address("balance", ruled.pk))
    text = page.content.decode()
    assert page.context["outcomes"][0] == ("selected", 2)
    assert (page.context["lowest_in"], page.context["highest_out"]) == ("70", "80")
    assert [(one.taken, one.limit.seats) for _whom, one in page.context["limits"]["rows"]] == [
        (1, 1),
        (2, 2),
    ]
    assert "Proven in whole numbers" in text
    assert "Write the draw: 3 decisions change" in text
    assert "2 selected, 1 waitlisted, 0 not selected, 0 ineligible" in text
    assert not Draw.objects.exists() and not Decision.objects.exists()


def test_answers_that_a_rule_for_each_does_not_bind_stand_apart(client, edition, coordinator):
    each = Rule("gender", "", CEILING, number=1)
    save_rules(edition, [each], reason="x", by=coordinator, at=AFTER_THE_CLOSE)
    a_submitted_application(edition, gender="another", score=1)
    limits = client.get(address("balance", edition.pk)).context["limits"]
    assert [whom for whom, _one in limits["rows"]] == ["Gender: Man", "Gender: Woman"]
    assert [whom for whom, _one in limits["others"]] == ["Gender: Another"]


def test_the_page_names_who_is_in_and_out_because_of_each_rule(client, ruled):
    women, peru = client.get(address("balance", ruled.pk)).context["because"]
    assert [one.code for one in women.inside.named] == ["C"]
    assert [one.code for one in women.outside.named] == ["B"]
    assert women.cost == "10"
    assert not peru.changes


def test_what_if_shows_who_would_gain_and_lose_and_stores_nothing(client, ruled):
    url = address("balance", ruled.pk, rule=0, amount=0, unit="percent")
    page = client.get(url)
    assert [one.code for one in page.context["if_out"].named] == ["C"]
    assert [one.code for one in page.context["if_in"].named] == ["B"]
    assert "at least 0 % of the seats" in page.content.decode()
    assert rules_of(ruled) == [WOMEN, PERU]


@pytest.mark.parametrize(
    "query",
    [
        {"rule": "7", "amount": "1", "unit": "percent"},
        {"rule": "", "amount": "1", "unit": "percent"},
        {"rule": HUGE[:3000], "amount": "1", "unit": "percent"},
        {"rule": "0", "amount": "\x00", "unit": "percent"},
        {"rule": "0", "amount": "3", "unit": "seats"},
        {"rule": "0", "amount": "101", "unit": "percent"},
        {"rule": "0"},
        {"rule": "-1", "amount": "1", "unit": "x"},
    ],
)
def test_a_what_if_that_cannot_be_says_why(client, ruled, query):
    page = client.get(address("balance", ruled.pk, **query))
    assert page.status_code == 200
    assert page.context["what_if"].errors
    assert "if_rule" not in page.context


def test_while_the_window_is_open_nothing_can_be_written(client, ruled, clock):
    clock(WINDOW_CLOSES.replace(day=1))
    page = client.get(address("balance", ruled.pk)).content.decode()
    assert "Applications are still accepted." in page and "Write the draw" not in page


def test_rules_that_came_to_contradict_are_said_on_both_pages(client, edition, coordinator):
    each = Rule("gender", "", FLOOR, percent=50)
    save_rules(edition, [each], reason="x", by=coordinator, at=AFTER_THE_CLOSE)
    a_submitted_application(edition, gender="another")
    for name in ("balance", "selection"):
        page = client.get(address(name, edition.pk))
        assert page.status_code == 200
        assert "= 3 &gt; 2" in page.content.decode()


def test_an_edition_without_rules_says_so(client, edition, coordinator):
    assert "No rules yet" in client.get(address("balance", edition.pk)).content.decode()
    assert (
        "by the instant of submission"
        in client.get(address("selection", edition.pk)).content.decode()
    )


def test_the_page_costs_the_same_for_few_and_for_many(client, ruled):
    few = queries_of(client, address("balance", ruled.pk))
    for number in range(12):
        a_submitted_application(ruled, score=50 + number, gender="woman")
    assert queries_of(client, address("balance", ruled.pk)) <= few + 2


# -- draws -----------------------------------------------------------------------------


def write(client, edition):
    digest = client.get(address("balance", edition.pk)).context["proposal"].digest()
    return client.post(address("balance", edition.pk), {"digest": digest})


def test_the_draw_that_was_shown_is_written(client, ruled, coordinator):
    answer = write(client, ruled)
    draw = Draw.objects.get()
    assert answer.url == address("draw", draw.pk)
    assert draw.by == coordinator
    page = client.get(address("balance", ruled.pk)).content.decode()
    assert "This is the last draw written" in page


def test_who_is_kept_out_by_what_is_open_is_counted_with_links_and_in_the_statement(
    client, ruled, coordinator
):
    ruled.program.needs_alumni = True
    ruled.program.save()
    ruled.applications.update(alumni_match=AlumniMatch.CONFIRMED)
    a_submitted_application(ruled, alumni_match="self_declared", eligibility="needs_proof")
    a_submitted_application(ruled, alumni_match=AlumniMatch.REVIEW)
    a_submitted_application(ruled, alumni_match="auto", eligibility="needs_proof")
    a_submitted_application(ruled, alumni_match="rejected", eligibility="ineligible")
    found = client.get(address("balance", ruled.pk)).context["kept_out"]
    assert [(one.count, str(one.label)) for one in found] == [
        (2, "alumni matches open"),
        (1, "eligibility to be proved"),
    ]
    for one in found:
        assert len(client.get(one.url).context["object_list"]) == one.count
    write(client, ruled)
    statement = client.get(address("draw", Draw.objects.get().pk))
    assert statement.context["kept_out"] == 3
    assert "alumni match or eligibility still open</dt><dd>3</dd>" in statement.content.decode()


def test_unfinished_readings_are_told_before_the_draw_and_in_its_statement(client, ruled):
    ReadingPlan.objects.create(edition=ruled, readers=1)
    applications = ruled.applications.count()
    page = client.get(address("balance", ruled.pk))
    assert [one.count for one in page.context["not_read"]] == [applications, applications]
    assert "Whoever is read later may change places" in page.content.decode()
    write(client, ruled)
    statement = client.get(address("draw", Draw.objects.get().pk)).content.decode()
    assert f"Of these read by nobody</dt><dd>{applications}</dd>" in statement
    assert "the mean of the readings that there were" in statement


def test_where_nobody_reads_the_statement_speaks_of_no_readings(client, ruled):
    assert client.get(address("balance", ruled.pk)).context["not_read"] == []
    write(client, ruled)
    statement = client.get(address("draw", Draw.objects.get().pk)).content.decode()
    assert "read by nobody" not in statement and "readings" not in statement


def test_scores_at_the_edge_are_those_of_the_draw_and_who_was_decided_by_hand_stands_beside_them(
    client, ruled, coordinator
):
    rows = {one.code: one for one in ruled.applications.all()}
    propose_decisions(ruled, by=coordinator, at=AFTER_THE_CLOSE)
    current = dict(
        ruled.decisions.filter(is_current=True).values_list("application__code", "outcome")
    )
    seated = next(code for code, outcome in current.items() if outcome == "selected")
    change_decision(
        rows[seated], "not_selected", reason="Board", by=coordinator, at=AFTER_THE_CLOSE
    )
    page = client.get(address("balance", ruled.pk))
    assert page.context["by_hand"] == (0, 1)
    assert "0 in, 1 out" in page.content.decode()
    write(client, ruled)
    statement = client.get(address("draw", ruled.draws.first().pk)).content.decode()
    assert "Decided by hand, not drawn</dt><dd>0 in, 1 out</dd>" in statement


def test_where_nothing_is_open_nobody_is_said_to_be_kept_out(client, ruled):
    page = client.get(address("balance", ruled.pk))
    assert page.context["kept_out"] == []
    assert "Kept out" not in page.content.decode()


def test_seats_that_a_ceiling_leaves_empty_are_shown(client, ruled):
    page = client.get(address("balance", ruled.pk, rule="1", amount="1", unit="seats"))
    assert (page.context["empty"], page.context["if_empty"]) == (0, 1)
    assert "Seats left empty: 1." in page.content.decode()
    one_seat = Rule("country", "", CEILING, number=1)
    by = ruled.program.staff.get().user
    save_rules(ruled, [one_seat], reason="x", by=by, at=AFTER_THE_CLOSE)
    write(client, ruled)
    statement = client.get(address("draw", Draw.objects.get().pk)).content.decode()
    assert "Seats left empty</dt><dd>1</dd>" in statement


def test_what_was_logged_and_does_not_read_as_a_rule_stays_as_it_stands(ruled, english):
    words = Words(ruled)
    assert words.logged("country ≤ 150") == "Country: each answer, at most 150 seats"
    assert words.logged("a; b ≥ many") == "a; b ≥ many"
    assert words.logged("") == ""


def test_what_changed_since_it_was_shown_is_not_written(client, ruled):
    client.get(address("balance", ruled.pk))
    answer = client.post(address("balance", ruled.pk), {"digest": "\x00old"})
    assert "have changed since the proposal was shown" in said(answer)
    assert not Draw.objects.exists()


def test_the_statement_tells_rules_seed_counts_and_how_to_repeat(client, ruled):
    write(client, ruled)
    draw = Draw.objects.get()
    page = client.get(address("draw", draw.pk)).content.decode()
    for text in (
        draw.seed,
        draw.checksum,
        "Gender: Woman, at least 50 % of the seats (gives way: 1)",
        "Country: Peru, at most 2 seats",
        f"python manage.py draw {ruled.slug}-{draw.checksum[:12]}.json",
        "Gender: Woman, at least 50 % of the seats; Country: Peru, at most 2 seats",
    ):
        assert text in page
    assert "gender=woman" not in page
    assert "Nobody." in page


def test_the_statement_names_what_was_by_hand_until_then_and_nothing_later(
    client, ruled, coordinator
):
    application = ruled.applications.get(code="B")
    at = AFTER_THE_CLOSE
    propose_decisions(ruled, by=coordinator, at=at)
    for hour, outcome, reason in ((11, "not_selected", "Second one"), (13, "waitlisted", "Third")):
        then = at.replace(hour=hour)
        change_decision(application, outcome, reason=reason, by=coordinator, at=then)
        if hour == 11:
            propose_decisions(ruled, by=coordinator, at=at.replace(hour=12))
    last, first = Draw.objects.all()
    assert "Second one" not in client.get(address("draw", first.pk)).content.decode()
    page = client.get(address("draw", last.pk)).content.decode()
    assert "Second one" in page and "Third" not in page


def test_the_checksum_of_the_locked_decisions_is_named_on_the_last_draw_alone(
    client, ruled, coordinator
):
    propose_decisions(ruled, by=coordinator, at=AFTER_THE_CLOSE)
    ruled.applications.filter(code="A").update(score=91)
    propose_decisions(ruled, by=coordinator, at=AFTER_THE_CLOSE.replace(hour=12))
    type(ruled).objects.filter(pk=ruled.pk).update(decisions_checksum="f" * 64)
    last, first = Draw.objects.all()
    assert "f" * 64 in client.get(address("draw", last.pk)).content.decode()
    page = client.get(address("draw", first.pk)).content.decode()
    assert "f" * 64 not in page and "A later draw was written" in page


@pytest.mark.parametrize("language", ["en", "es", "pt-br"])
def test_the_statement_is_a_pdf_too(client, ruled, coordinator, language):
    propose_decisions(ruled, by=coordinator, at=AFTER_THE_CLOSE)
    with translation.override(language):
        answer = client.get(address("draw_paper", Draw.objects.get().pk))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert "no-store" in answer["Cache-Control"]


def test_a_reason_is_no_markup_on_paper_or_on_the_page(client, ruled, coordinator):
    application = ruled.applications.get(code="B")
    reason = '<img src="file:///etc/passwd"><b>x</b>'
    at = AFTER_THE_CLOSE
    change_decision(application, "not_selected", reason=reason, by=coordinator, at=at)
    propose_decisions(ruled, by=coordinator, at=at.replace(hour=12))
    draw = Draw.objects.get()
    assert "&lt;img src" in client.get(address("draw", draw.pk)).content.decode()
    assert client.get(address("draw_paper", draw.pk)).status_code == 200


def test_the_document_repeats_the_draw_and_its_download_is_logged(client, ruled, coordinator):
    propose_decisions(ruled, by=coordinator, at=AFTER_THE_CLOSE)
    draw = Draw.objects.get()
    answer = client.get(address("draw_document", draw.pk))
    given, checksum = drawing.read(answer.content.decode())
    assert drawing.run(given).checksum == checksum == draw.checksum
    assert json.loads(answer.content)["input"]["seed"] == draw.seed
    assert "attachment" in answer["Content-Disposition"]
    entry = journal.history(ruled).get(action="enrollment.export_draw")
    assert entry.user == coordinator


def test_those_who_do_not_read_people_find_no_draw(client, ruled, coordinator):
    propose_decisions(ruled, by=coordinator, at=AFTER_THE_CLOSE)
    key = Draw.objects.get().pk
    at_the_desk(client, ruled.program, StaffRole.OBSERVER)
    for name in ("draw", "draw_paper", "draw_document"):
        assert client.get(address(name, key)).status_code == 404
    assert client.get(address("balance", ruled.pk)).status_code == 404
