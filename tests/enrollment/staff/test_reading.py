"""A reviewer reads at a desk of their own; coordinators plan the reading and see how far it is."""

import pytest

from enrollment.models import ApplicationVersion, Criterion, Reader, ReadingPlan, Review, StaffRole
from enrollment.services.reviews import next_to_read, recuse_review
from tests.builders import a_staff_member, an_edition
from tests.builders import a_submitted_application as a_submitted
from tests.enrollment.staff.visits import enter, outsiders, page, press, queries_of, said, visit
from tests.enrollment.test_reading import AT, a_reviewer, an_edition_read, points, read

pytestmark = pytest.mark.django_db
NAMES = {"given_names": "Zafira", "family_names": "Quillahuamán", "institution": "Sala Cuarta"}


@pytest.fixture(autouse=True)
def _now(clock):
    clock(AT)


def scores(edition, *given, **more) -> dict:
    return {**points(edition, *given), "version": 1, "remark": "", **more}


def test_a_reviewer_reads_the_next_application_and_gives_points(client):
    edition = an_edition_read(is_blind=False)
    row = a_submitted(edition, **NAMES, answers={"motivation": "Para resolver mejor."})
    reader = a_reviewer(edition)
    desk = visit(client, reader, "reading").content.decode()
    assert page("read_next", edition.pk) in desk and "Zafira" not in desk
    answer = press(client, reader, "read_next", edition.pk)
    review = Review.objects.get()
    assert answer.url == page("review", review.pk)
    shown = client.get(answer.url).content.decode()
    assert "Zafira" in shown and "Para resolver mejor." in shown
    done = client.post(answer.url, scores(edition, 4, 2, remark="Claro."))
    assert done.url == page("reading")
    review.refresh_from_db()
    assert (review.status, float(review.total), review.remark) == ("scored", 87.5, "Claro.")
    row.refresh_from_db()
    assert row.reading == review.total
    again = press(client, reader, "read_next", edition.pk)
    assert again.url == page("reading")
    assert "No queda nada para que usted lea. Gracias." in said(again)


def test_blind_reading_shows_neither_name_nor_address_nor_house(client):
    edition = an_edition_read()
    row = a_submitted(
        edition, **NAMES, answers={"backup_email": "zafira@correo.example", "motivation": "Porque"}
    )
    reader = a_reviewer(edition)
    review = next_to_read(reader, edition, at=AT)
    shown = visit(client, reader, "review", review.pk).content.decode()
    for word in ("Zafira", "Quillahuam", "zafira@", row.person.email, "Sala Cuarta"):
        assert word not in shown
    assert "Porque" in shown


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"version": ""},
        {"version": "9" * 400},
        {"version": "1", "remark": "x" * 5000},
        {"version": "1\x00"},
        {"version": "1", "points": "9"},
    ],
)
def test_what_is_missing_or_strange_is_said_where_it_was_typed(client, typed):
    edition = an_edition_read()
    a_submitted(edition)
    reader = a_reviewer(edition)
    review = next_to_read(reader, edition, at=AT)
    answer = press(client, reader, "review", review.pk, **typed)
    assert answer.status_code == 200 and answer.context["form"].errors
    for given in ("5", "-1", "x", "9" * 400):
        whole = dict.fromkeys(points(edition, 1, 1), given)
        answer = press(client, reader, "review", review.pk, version=1, **whole)
        assert answer.status_code == 200 and len(answer.context["form"].errors) == 2
    review.refresh_from_db()
    assert not review.is_scored


def test_an_application_changed_while_it_is_read_is_shown_again_with_what_is_new(client):
    edition = an_edition_read()
    row = a_submitted(edition, answers={"motivation": "Antes"})
    ApplicationVersion.objects.create(
        application=row, number=1, answers={"motivation": "Antes"}, at=AT
    )
    reader = a_reviewer(edition)
    review = read(reader, edition, 1, 1)
    type(row).objects.filter(pk=row.pk).update(version=2, answers={"motivation": "Ahora"})
    desk = visit(client, reader, "reading").content.decode()
    assert row.code in desk
    stale = press(client, reader, "review", review.pk, **scores(edition, 3, 3))
    shown = stale.content.decode()
    assert stale.status_code == 200 and "<ins>Ahora\n</ins>" in shown
    assert stale.context["form"].data["version"] == 2
    assert (
        press(client, reader, "review", review.pk, **scores(edition, 3, 3, version=2)).status_code
        == 302
    )


def test_who_is_recused_sees_it_no_more(client):
    edition = an_edition_read()
    a_submitted(edition)
    reader = a_reviewer(edition)
    review = next_to_read(reader, edition, at=AT)
    press(client, reader, "review_recuse", review.pk, reason="Fuimos colegas.")
    review.refresh_from_db()
    assert (review.status, review.remark) == ("recused", "Fuimos colegas.")
    assert visit(client, reader, "review", review.pk).status_code == 404
    assert press(client, reader, "review_recuse", review.pk).status_code == 302


def test_a_reason_that_is_too_long_is_refused_and_not_cut(client):
    edition = an_edition_read()
    a_submitted(edition)
    reader = a_reviewer(edition)
    review = next_to_read(reader, edition, at=AT)
    answer = press(client, reader, "review_recuse", review.pk, reason="x" * 301)
    assert "300 caracteres" in said(answer)
    review.refresh_from_db()
    assert (review.status, review.remark) == ("assigned", "")


def test_nobody_else_finds_a_review(client):
    edition = an_edition_read()
    a_submitted(edition)
    review = next_to_read(a_reviewer(edition), edition, at=AT)
    others = [a_reviewer(edition), *outsiders(edition.program, StaffRole.REVIEWER)]
    for other in others:
        assert visit(client, other, "review", review.pk).status_code == 404
        assert press(client, other, "review_recuse", review.pk).status_code == 404


def plan_data(*criteria, **changes) -> dict:
    data = {
        "readers": 2,
        "differ_by": 25,
        "is_blind": "on",
        "given_back_after": 4,
        "criteria-TOTAL_FORMS": len(criteria),
        "criteria-INITIAL_FORMS": 0,
        **changes,
    }
    for number, one in enumerate(criteria):
        data |= {f"criteria-{number}-{name}": value for name, value in one.items()}
    return data


CRITERION = {"title_es": "Motivación", "title_pt-br": "Motivação", "title_en": "Motivation"}
CRITERION |= {"weight": 3, "highest": 4, "order": 1}


def test_a_coordinator_plans_the_reading(client):
    edition = an_edition()
    coordinator = a_staff_member(edition.program)
    assert "reading" in visit(client, coordinator, "edition_reading", edition.pk).content.decode()
    blank = {"order": 1, "weight": 1, "highest": 4}
    answer = press(client, coordinator, "reading_plan", edition.pk, **plan_data(CRITERION, blank))
    assert answer.url == page("edition_reading", edition.pk)
    plan = ReadingPlan.objects.get()
    assert (plan.differ_by, plan.is_blind) == (25, True)
    assert [(str(one.title), one.weight) for one in plan.criteria.all()] == [("Motivación", 3)]
    wrong = plan_data({**CRITERION, "weight": 0, "highest": 99}, readers=0, differ_by=101)
    answer = press(client, coordinator, "reading_plan", edition.pk, **wrong)
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"readers", "differ_by"}
    assert answer.context["criteria"].forms[0].errors.keys() == {"weight", "highest"}
    assert Criterion.objects.get().weight == 3


def test_a_criterion_is_taken_off_again(client):
    edition = an_edition_read()
    first, second = edition.reading_plan.criteria.all()
    rows = [{**CRITERION, "id": one.pk} for one in (first, second)]
    rows[1]["DELETE"] = "on"
    data = plan_data(*rows, **{"criteria-INITIAL_FORMS": 2})
    press(client, a_staff_member(edition.program), "reading_plan", edition.pk, **data)
    assert list(edition.reading_plan.criteria.all()) == [first]


def test_the_progress_counts_what_is_read_and_what_differs(client):
    edition = an_edition_read(differ_by=30)
    for _one in range(3):
        a_submitted(edition)
    coordinator = a_staff_member(edition.program)
    one, other = a_reviewer(edition, institution="Sala Cuarta"), a_reviewer(edition)
    for _each in range(3):
        read(one, edition, 4, 4)
    read(other, edition, 0, 0)
    held = next_to_read(other, edition, at=AT)
    answer = visit(client, coordinator, "edition_reading", edition.pk)
    assert [count for _label, count in answer.context["figures"]] == [3, 0, 3, 0, 1]
    assert [row.code for row in answer.context["disputed"]] == [
        Review.objects.get(reader=other, status="scored").application.code
    ]
    assert "Sala Cuarta" in answer.content.decode()
    press(client, coordinator, "review_give_back", edition.pk, held.pk)
    assert not Review.objects.filter(pk=held.pk).exists()
    recuse_review(Review.objects.filter(reader=one)[0], reason="", by=one, at=AT)


def test_the_progress_costs_as_much_with_many_as_with_few(client):
    edition = an_edition_read()
    a_submitted(edition)
    enter(client, a_staff_member(edition.program))
    read(a_reviewer(edition), edition, 1, 1)
    url = page("edition_reading", edition.pk)
    client.get(url)
    few = queries_of(client, url)
    for _one in range(5):
        a_submitted(edition)
        reader = a_reviewer(edition, institution="x")
        read(reader, edition, 1, 1)
        next_to_read(reader, edition, at=AT)
    assert queries_of(client, url) == few


def test_a_reviewer_says_where_they_work_and_of_nobody_else(client):
    edition = an_edition_read()
    reader, other = a_reviewer(edition), a_reviewer(edition)
    program = edition.program.pk
    said_so = {"institution": "Sala Cuarta", "languages": ["es"]}
    press(client, reader, "reader", program, reader.pk, **said_so)
    assert Reader.objects.get().institution == "Sala Cuarta"
    assert press(client, reader, "reader", program, other.pk, **said_so).status_code == 404
    coordinator = a_staff_member(edition.program)
    press(client, coordinator, "reader", program, other.pk, institution="Corte Suprema")
    assert Reader.objects.get(user=other).institution == "Corte Suprema"
    assert press(client, coordinator, "reader", program, coordinator.pk).status_code == 404
