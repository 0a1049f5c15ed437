"""The plots of the desk: each figure is a link to exactly the rows that it counts."""

import re
from datetime import timedelta

import pytest
from django.utils.html import strip_tags

from enrollment.models import (
    AlumniMatch,
    ApplicationStatus,
    BalanceRule,
    Criterion,
    EnrollmentStatus,
    Offer,
    Outcome,
    ReadingPlan,
    Review,
    StaffRole,
)
from tests.builders import (
    OFFERS_EXPIRE,
    RELEASE,
    WINDOW_CLOSES,
    a_person,
    a_program,
    a_submitted_application,
    an_edition,
    an_enrollment,
    instant,
)
from tests.enrollment.seats import a_decision, a_released_edition
from tests.enrollment.staff.desk import AFTER_THE_CLOSE, a_member, address, at_the_desk
from tests.enrollment.staff.visits import queries_of
from tests.lms.builders import a_message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(clock):
    clock(AFTER_THE_CLOSE)


@pytest.fixture
def edition():
    return an_edition(a_program(needs_alumni=True), capacity=10)


def desk(client, **query):
    page = client.get("/admin/", query)
    assert page.status_code == 200
    return page.content.decode()


def charts(client, **query):
    """The charts of the page, by key: their rows as `(texts, addresses)`."""
    found = {}
    for part in desk(client, **query).split('<section class="desk-chart"')[1:]:
        key = re.search(r'id="chart-(\w+)"', part)[1]
        body = part.partition("<tbody>")[2].partition("</tbody>")[0]
        rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
        cells = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in rows]
        found[key] = {strip_tags(row[0]): [_cell(one) for one in row[1:]] for row in cells}
    return found


def _cell(html):
    address = re.search(r'href="([^"]+)"', html)
    return strip_tags(html), address[1].replace("&amp;", "&") if address else ""


def test_every_figure_leads_to_exactly_its_rows(client, edition):
    at_the_desk(client, edition.program)
    a_crowd(edition)
    seen = 0
    for key, rows in charts(client).items():
        for name, cells in rows.items():
            for text, url in cells:
                if not url:
                    continue
                page = client.get(url)
                listed = page.context["paginator"].count
                assert listed == int(text), (key, name, url)
                seen += bool(listed)
    assert seen > 30


def offered(edition, status="pending", **application):
    return Offer.objects.create(
        application=a_decision(edition, **application).application,
        edition=edition,
        status=status,
        visible_at=RELEASE,
        respond_by=OFFERS_EXPIRE,
    )


def a_year_before(program, **fields):
    """An edition whose window closed on 10 April 2018."""
    last = an_edition(program, status="closed", **fields)
    span = {"opens_at": instant("2018-04-01T12:00"), "closes_at": instant("2018-04-10T07:00")}
    last.windows.update(**span)
    return last


def a_crowd(edition):
    """Applications of every kind, readings, decisions, offers, places and messages."""
    a_submitted_application(edition, status=ApplicationStatus.DRAFT, submitted_at=None)
    a_submitted_application(edition, status=ApplicationStatus.WITHDRAWN)
    a_submitted_application(edition, status=ApplicationStatus.MERGED)
    a_submitted_application(edition, status=ApplicationStatus.INFO_REQUESTED, gender="man")
    a_submitted_application(edition, eligibility="ineligible", country="AR")
    a_submitted_application(edition, eligibility="needs_proof", country="", role=None)
    a_submitted_application(edition, gender="", workplace="", language="")
    a_submitted_application(edition, alumni_match=AlumniMatch.REVIEW, country="BR")
    a_submitted_application(edition, at=instant("2019-04-13T06:59"))
    a_submitted_application(edition, at=instant("2019-04-12T06:59"))
    read = a_decision(edition, country="UY", gender="man", alumni_match="auto").application
    a_decision(edition, Outcome.WAITLISTED, rank=1)
    offered(edition)
    offered(edition, "accepted")
    an_enrollment(edition)
    an_enrollment(edition, status=EnrollmentStatus.WITHDRAWN)
    last = a_year_before(edition.program)
    a_submitted_application(last, at=instant("2018-04-09T12:00"))
    plan = ReadingPlan.objects.create(edition=edition, readers=1)
    Criterion.objects.create(plan=plan, title={"en": "Reasons"})
    Review.objects.create(
        application=read,
        reader=a_person(),
        status="scored",
        assigned_at=AFTER_THE_CLOSE,
        total=50,
        version=1,
    )
    a_message(scope=edition.program.slug)
    a_message(scope=edition.program.slug, status="bounced")
    a_message(scope=edition.program.slug, is_code=True)


def test_funnel_has_the_steps_that_there_are_yet(client, edition):
    at_the_desk(client, edition.program)
    a_submitted_application(edition)
    assert list(charts(client)["funnel"]) == ["Drafts", "In the selection", "Eligible"]
    a_decision(edition)
    assert "Selected" in charts(client)["funnel"]
    assert "Offers accepted" not in charts(client)["funnel"]


def test_figures_that_count_differently_have_different_names(client, edition):
    at_the_desk(client, edition.program)
    a_submitted_application(edition)
    a_submitted_application(edition, eligibility="needs_proof")
    a_submitted_application(edition, status="withdrawn")
    steps = charts(client)["funnel"]
    counts = {name: cells[0][0] for name, cells in steps.items()}
    assert counts == {"Drafts": "0", "In the selection": "2", "Eligible": "1"}
    page = strip_tags(desk(client))
    assert "3 submitted until now, also those withdrawn since." in page
    assert "Eligible or to be proved" in page
    totals = client.get(address("totals", edition=edition.pk)).context["figures"]
    named = {str(heading): count for heading, count in totals}
    assert (named["Applied, also who withdrew"], named["Eligible"]) == (3, 1)
    assert "Applied" not in named


def test_open_admission_selects_nobody(client):
    edition = an_edition(admission_mode="open")
    at_the_desk(client, edition.program)
    a_submitted_application(edition, eligibility="ineligible", country="BR")
    found = charts(client)
    assert "Selected" not in found["funnel"]
    assert found["country"]["Brazil"][0][0] == "1"


def test_days_are_those_of_the_deadline_and_aligned_with_the_last_edition(client, edition):
    at_the_desk(client, edition.program)
    for at in ("2019-04-13T06:59", "2019-04-13T06:30", "2019-04-12T06:59"):
        a_submitted_application(edition, at=instant(at))
    last = a_year_before(edition.program)
    a_submitted_application(last, at=instant("2018-04-10T05:00"))
    a_year_before(a_program())
    days = charts(client, edition=edition.pk)["days"]
    texts = {day: [text for text, _url in cells] for day, cells in days.items()}
    assert texts["0"] == ["04/12/2019", "2", "1"]
    assert texts["1"] == ["04/11/2019", "1", "0"]
    assert texts["22"][2] == "–"


def test_what_came_is_compared_at_the_same_distance_from_the_close(client, edition, clock):
    clock(WINDOW_CLOSES - timedelta(days=3))
    last = a_year_before(edition.program, title={"en": "Last"})
    same = instant("2018-04-10T07:00") - timedelta(days=3)
    for at in (same - timedelta(hours=1), same, same + timedelta(seconds=1)):
        a_submitted_application(last, at=at)
    a_submitted_application(edition, at=WINDOW_CLOSES - timedelta(days=400))
    a_submitted_application(edition, at=WINDOW_CLOSES - timedelta(days=3))
    at_the_desk(client, edition.program)
    said = "2 submitted until now, also those withdrawn since; 2 at this point of “Last”."
    assert said in strip_tags(desk(client))


def test_days_still_to_come_are_not_counted(client, edition, clock):
    clock(instant("2019-04-02T20:00"))
    at_the_desk(client, edition.program)
    a_submitted_application(edition)
    days = charts(client)["days"]
    assert min(map(int, days)) == 10
    assert days["10"][1][0] == "1"


def rule(edition, **fields):
    place = edition.balance_rules.count()
    BalanceRule.objects.create(edition=edition, place=place, kind="floor", **fields)


def test_short_floors_are_named_in_words(client, edition):
    at_the_desk(client, edition.program)
    rule(edition, factor="gender", value="woman", percent=40)
    rule(edition, factor="country", value="", number=1)
    rule(edition, factor="role", value="judge", number=3)
    for _one in range(3):
        a_submitted_application(edition, gender="woman")
    page = desk(client)
    assert "Woman: only 3 could be selected, at least 4 should be." in page
    assert 'class="floor"' in page
    assert page.count("should be.") == 1
    a_submitted_application(edition, gender="woman")
    assert "should be." not in desk(client)


def test_what_is_selected_against_the_rules_is_named(client, edition):
    at_the_desk(client, edition.program)
    rule(edition, factor="gender", value="woman", number=2)
    BalanceRule.objects.create(
        edition=edition, place=9, factor="country", value="PE", kind="ceiling", number=1
    )
    a_submitted_application(edition, gender="woman", country="BR")
    a_decision(edition, gender="man", country="PE")
    a_decision(edition, gender="woman", country="PE")
    page = desk(client)
    assert "Woman: 1 are selected, at least 2 should be." in page
    assert "Peru: 2 are selected, at most 1 may be." in page


def test_rules_of_other_questions_lead_to_the_balance(client, edition):
    at_the_desk(client, edition.program)
    rule(edition, factor="connection", value="office_broadband", number=2)
    a_submitted_application(edition)
    assert f"/selection/{edition.pk}/balance/" in desk(client)


def test_the_edition_at_hand_is_the_one_whose_deadline_is_nearest(client, edition):
    at_the_desk(client, edition.program)
    later = an_edition(edition.program, title={"en": "Later"}, release_planned_at=None)
    dates = dict.fromkeys(
        ("selection_locks_at", "offers_respond_by", "last_entry_at", "certificates_planned_at")
    )
    type(later).objects.filter(pk=later.pk).update(**dates)
    page = desk(client)
    assert re.search(rf'edition={edition.pk}" aria-current', page)
    assert re.search(rf'edition={later.pk}" aria-current', desk(client, edition=later.pk))
    assert re.search(rf'edition={edition.pk}" aria-current', desk(client, edition="nonsense"))


def test_what_the_staff_have_to_do_comes_before_what_participants_have_to(client, edition, clock):
    """A window that closes sooner asks nothing of the staff, unless it is today."""
    at_the_desk(client, edition.program)
    clock(WINDOW_CLOSES - timedelta(days=2))
    other = an_edition(edition.program, slug="other", selection_locks_at=None)
    dates = {"release_planned_at": None, "certificates_planned_at": None}
    type(other).objects.filter(pk=other.pk).update(**dates)
    moved = WINDOW_CLOSES - timedelta(days=1)
    other.windows.update(closes_at=moved)
    assert re.search(rf'edition={edition.pk}" aria-current', desk(client))
    clock(moved - timedelta(minutes=1))
    assert re.search(rf'edition={other.pk}" aria-current', desk(client))


def test_what_is_due_today_is_by_the_clock_of_the_edition(client, edition, clock):
    at_the_desk(client, edition.program)
    facts = desk(client).partition("Due today")[2]
    assert "nothing" in facts.partition("Then")[0]
    clock(instant("2019-04-15T03:01"))  # 00:01 in Montevideo
    assert "Decisions are locked" in desk(client).partition("Due today")[2].partition("Then")[0]
    clock(instant("2019-04-15T02:59"))
    assert "Decisions are locked" not in desk(client).partition("Due today")[2].partition("Then")[0]


def test_nothing_of_another_program_is_counted(client, edition):
    other = a_released_edition()
    a_submitted_application(other, country="JM")
    a_message(scope=other.program.slug)
    at_the_desk(client, edition.program)
    page = desk(client, edition=other.pk)
    assert f"edition={other.pk}" not in page
    assert "Jamaica" not in page and "Messages of the program" not in page


def test_the_last_edition_is_of_the_same_program(client, edition):
    at_the_desk(client, edition.program)
    a_year_before(a_program(), title={"en": "Of others"})
    a_submitted_application(edition)
    assert "Of others" not in desk(client)


def test_a_reviewer_sees_her_own_reading_alone(client, edition):
    plan = ReadingPlan.objects.create(edition=edition, readers=2)
    reviewer = at_the_desk(client, edition.program, StaffRole.REVIEWER)
    others = a_member(edition.program, StaffRole.REVIEWER)
    for number, reader in enumerate([reviewer, others, others]):
        Review.objects.create(
            application=a_submitted_application(edition, version=2),
            reader=reader,
            assigned_at=AFTER_THE_CLOSE,
            **({} if number else {"status": "scored", "total": 5, "version": 1}),
        )
    page = desk(client)
    facts = re.findall(r"<dt>(.*?)</dt><dd>(\d+)</dd>", page)
    assert facts == [
        ("You hold, to be read", "0"),
        ("Changed since you read them", "1"),
        ("You have read", "1"),
    ]
    assert "desk-chart" not in page and "The desk" not in page
    plan.delete()
    assert "Nothing is to be read now." in desk(client)


def test_an_observer_has_no_desk(client, edition):
    at_the_desk(client, edition.program, StaffRole.OBSERVER)
    a_submitted_application(edition)
    assert "desk-chart" not in desk(client)


def test_many_take_no_more_queries_than_a_few(client, edition):
    at_the_desk(client, edition.program)
    a_crowd(edition)
    desk(client)
    few = queries_of(client, "/admin/")
    a_crowd_again(edition)
    for _one in range(3):
        an_edition(edition.program)
    assert queries_of(client, f"/admin/?edition={edition.pk}") == few


def a_crowd_again(edition):
    for country in ("PE", "BR", "MX", "JM", "UY"):
        a_submitted_application(edition, country=country, alumni_match="review")
        a_decision(edition, country=country)
        offered(edition, country=country)
        a_message(scope=edition.program.slug, status="failed")


def test_plots_are_told_to_screen_readers_and_carry_no_style(client, edition):
    at_the_desk(client, edition.program)
    a_crowd(edition)
    page = desk(client)
    panel = page[page.index('class="desk-charts"') :]
    drawn = re.findall(
        r'<svg class="plot"[^>]*role="img" aria-labelledby="([\w-]+) ([\w-]+)"', panel
    )
    assert len(drawn) == panel.count('<section class="desk-chart"')
    for title, said in drawn:
        assert f'<title id="{title}">' in panel and f'<desc id="{said}">' in panel
    assert "style=" not in panel


def test_days_of_the_filter_are_those_of_the_deadline(client, edition):
    at_the_desk(client, edition.program)
    in_time = a_submitted_application(edition, at=WINDOW_CLOSES - timedelta(seconds=1))
    late = a_submitted_application(edition, at=WINDOW_CLOSES)

    def found(day):
        query = {"edition": edition.pk, "submitted_from": day, "submitted_to": day}
        page = client.get("/admin/enrollment/applications/", query)
        return [one.code for one in page.context["object_list"]]

    assert found("2019-04-12") == [in_time.code]
    assert found("2019-04-13") == [late.code]
