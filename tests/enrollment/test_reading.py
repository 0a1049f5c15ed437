"""Reviewers read applications evenly and by lot, blind to their own house, until the lock."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from enrollment.models import Criterion, Edition, ReadingPlan, Review, StaffRole
from enrollment.privacy import forget_applications
from enrollment.reading import Measure, is_same_institution, mean_of, total_of
from enrollment.services import reviews as services
from enrollment.services.copying import start_edition_from
from enrollment.services.eligibility import assess
from lms.decisions import DomainError
from tests.builders import (
    WINDOW_CLOSES,
    WINDOW_OPENS,
    a_person,
    a_staff_member,
    an_edition,
    instant,
)
from tests.builders import a_submitted_application as a_submitted
from tests.enrollment.deciding import MONDAY, decide

AT = instant("2019-04-05T12:00")
DAY = timedelta(days=1)


def an_edition_read(readers=2, **fields):
    """Read by two criteria: the motivation, of 0 to 4 and thrice the weight, and the use."""
    edition = an_edition()
    plan = ReadingPlan.objects.create(edition=edition, readers=readers, **fields)
    for order, (title, weight) in enumerate([("Motivación", 3), ("Uso", 1)]):
        Criterion.objects.create(plan=plan, order=order, title={"es": title}, weight=weight)
    return edition


def a_reviewer(edition, institution="", languages=()):
    person = a_staff_member(edition.program, StaffRole.REVIEWER)
    if institution or languages:
        services.save_reader(
            person,
            edition.program,
            institution=institution,
            languages=list(languages),
            by=person,
            at=AT,
        )
    return person


def points(edition, *given) -> dict:
    criteria = edition.reading_plan.criteria.all()
    return {one.key: value for one, value in zip(criteria, given, strict=True)}


def read(reader, edition, *given, at=AT, remark=""):
    """The reader's next application, read at once."""
    review = services.next_to_read(reader, edition, at=at)
    return services.score_review(
        review,
        points(edition, *given),
        remark=remark,
        version=review.application.version,
        by=reader,
        at=at,
    )


# -- what a reading is worth -------------------------------------------------------------


def test_a_reading_is_worth_its_share_of_the_weighted_points():
    measures = [Measure("a", 3, 4), Measure("b", 1, 10)]
    assert total_of({"a": 4, "b": 10}, measures) == 100
    assert total_of({"a": 0, "b": 0}, measures) == 0
    assert total_of({"a": 2, "b": 0}, measures) == Decimal("37.50")
    assert total_of({"a": 1, "b": 1}, measures) == Decimal("21.25")
    assert mean_of([Decimal("10.01"), Decimal("10.02")]) == Decimal("10.02")
    assert mean_of([]) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Corte Superior de Justicia de Puno", "CORTE SUPERIOR DE JUSTICIA DE PUNO", True),
        (
            "Corte Superior de Justicia de Puno",
            "3.er Juzgado, Corte superior de justicia de Puno",
            True,
        ),
        ("Corte Superior de Justicia de Puno", "Corte Superior de Justicia de Cusco", False),
        ("Defensoría", "Defensoria", True),
        ("TSJ", "TSJ", True),
        ("TSJ", "TSJ de Córdoba", False),
        ("", "", False),
        ("", "Corte Suprema", False),
    ],
)
def test_a_reader_s_own_house_is_known_as_people_write_it(one, other, same):
    assert is_same_institution(one, other) is same
    assert is_same_institution(other, one) is same


# -- giving to read ----------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def test_applications_are_given_evenly_and_by_lot():
    edition = an_edition_read(readers=3)
    rows = [a_submitted(edition) for _one in range(10)]
    firsts = set()
    for _reader in range(3):
        reader = a_reviewer(edition)
        order = [read(reader, edition, 2, 2).application_id for _one in range(5)]
        firsts.add(tuple(order))
        assert len(set(order)) == 5
    counts = Counter(Review.objects.values_list("application", flat=True))
    assert [counts[row.pk] for row in rows].count(1) + [counts[row.pk] for row in rows].count(
        2
    ) == 10
    assert len(firsts) > 1


def test_who_holds_one_unread_gets_the_same_and_no_second():
    edition = an_edition_read()
    for _one in range(3):
        a_submitted(edition)
    reader = a_reviewer(edition)
    first = services.next_to_read(reader, edition, at=AT)
    assert services.next_to_read(reader, edition, at=AT + DAY) == first
    assert Review.objects.count() == 1


def test_nobody_reads_their_own_house_their_own_application_or_what_they_cannot():
    edition = an_edition_read()
    house = "Corte Superior de Justicia de Puno"
    reader = a_reviewer(edition, institution=house, languages=["es", "en"])
    a_submitted(edition, institution=house.upper())
    a_submitted(edition, language="pt-br")
    a_submitted(edition, reader)
    a_submitted(edition, eligibility="ineligible")
    a_submitted(edition, status="withdrawn")
    assert services.next_to_read(reader, edition, at=AT) is None
    other = a_submitted(edition, institution="Corte Superior de Justicia de Cusco")
    assert services.next_to_read(reader, edition, at=AT).application == other


def test_two_read_and_a_third_where_they_differ():
    edition = an_edition_read(differ_by=30)
    alike, disputed = a_submitted(edition), a_submitted(edition)
    gives = {alike.pk: [(4, 4), (3, 3)], disputed.pk: [(4, 4), (1, 1)]}
    for turn in range(2):
        reader = a_reviewer(edition)
        for _one in range(2):
            review = services.next_to_read(reader, edition, at=AT)
            given = gives[review.application_id][turn]
            services.score_review(
                review, points(edition, *given), remark="", version=1, by=reader, at=AT
            )
    third = a_reviewer(edition)
    assert read(third, edition, 2, 2).application == disputed
    assert services.next_to_read(third, edition, at=AT) is None
    assert services.next_to_read(a_reviewer(edition), edition, at=AT) is None


def test_what_is_not_read_in_time_goes_to_others_and_may_still_be_read():
    edition = an_edition_read(readers=1, given_back_after=4)
    a_submitted(edition)
    slow, quick = a_reviewer(edition), a_reviewer(edition)
    held = services.next_to_read(slow, edition, at=AT)
    assert services.next_to_read(quick, edition, at=AT + 4 * DAY - timedelta(seconds=1)) is None
    assert read(quick, edition, 4, 4, at=AT + 4 * DAY).application == held.application
    services.score_review(
        held, points(edition, 2, 2), remark="", version=1, by=slow, at=AT + 5 * DAY
    )
    held.application.refresh_from_db()
    assert held.application.reading == Decimal("75.00")


def test_a_recused_reader_is_replaced_and_never_asked_again():
    edition = an_edition_read(readers=1)
    row = a_submitted(edition)
    first, second = a_reviewer(edition), a_reviewer(edition)
    review = read(first, edition, 4, 4)
    services.recuse_review(review, reason="We shared an office.", by=first, at=AT)
    row.refresh_from_db()
    assert row.reading is None
    assert services.next_to_read(first, edition, at=AT) is None
    assert read(second, edition, 1, 1).application == row
    with pytest.raises(DomainError) as refused:
        services.score_review(review, points(edition, 4, 4), remark="", version=1, by=first, at=AT)
    assert refused.value.code == "recused"


# -- what was read -----------------------------------------------------------------------


def test_the_readings_count_in_the_score():
    edition = an_edition_read()
    row = a_submitted(edition, alumni_match="confirmed")
    assess(row, at=AT)
    row.refresh_from_db()
    before = row.score
    read(a_reviewer(edition), edition, 4, 4)
    read(a_reviewer(edition), edition, 2, 0)
    row.refresh_from_db()
    assert row.reading == Decimal("68.75")
    assert row.score == before + Decimal("20.63")
    assess(row, at=AT)
    row.refresh_from_db()
    assert row.score == before + Decimal("20.63")


def test_a_changed_application_comes_back_to_its_readers():
    edition = an_edition_read()
    row = a_submitted(edition)
    reader = a_reviewer(edition)
    review = read(reader, edition, 4, 4)
    assert not review.is_outdated
    type(row).objects.filter(pk=row.pk).update(version=2)
    review = Review.objects.select_related("application").get()
    assert review.is_outdated
    with pytest.raises(DomainError) as refused:
        services.score_review(review, points(edition, 1, 1), remark="", version=1, by=reader, at=AT)
    assert refused.value.code == "changed"
    review = services.score_review(
        review, points(edition, 1, 1), remark="", version=2, by=reader, at=AT
    )
    assert not review.is_outdated and review.total == 25


@pytest.mark.parametrize("given", [(5, 0), (-1, 0), (10**30, 0)])
def test_points_beyond_the_criterion_are_refused(given):
    edition = an_edition_read()
    a_submitted(edition)
    with pytest.raises(DomainError) as refused:
        read(a_reviewer(edition), edition, *given)
    assert refused.value.code == "out_of_range"


def test_points_to_some_criteria_only_or_to_unknown_ones_are_refused():
    edition = an_edition_read()
    a_submitted(edition)
    reader = a_reviewer(edition)
    review = services.next_to_read(reader, edition, at=AT)
    whole = points(edition, 1, 1)
    for wrong in ({}, dict(list(whole.items())[:1]), {**whole, "x": 1}):
        with pytest.raises(DomainError) as refused:
            services.score_review(review, wrong, remark="", version=1, by=reader, at=AT)
        assert refused.value.code == "incomplete"


# -- when, and who -----------------------------------------------------------------------


def test_reading_begins_with_the_window_and_ends_with_the_lock():
    edition = an_edition_read()
    a_submitted(edition, alumni_match="confirmed")
    reader = a_reviewer(edition)
    second = timedelta(seconds=1)
    with pytest.raises(DomainError) as refused:
        services.next_to_read(reader, edition, at=WINDOW_OPENS - second)
    assert refused.value.code == "not_open_yet"
    services.next_to_read(reader, edition, at=WINDOW_OPENS)
    read(reader, edition, 3, 3, at=WINDOW_CLOSES)
    decide(edition, "lock", at=MONDAY)
    review = Review.objects.get()
    with pytest.raises(DomainError) as refused:
        services.score_review(
            review, points(edition, 1, 1), remark="", version=1, by=reader, at=MONDAY
        )
    assert refused.value.code == "locked"


@pytest.mark.parametrize("role", [StaffRole.COORDINATOR, StaffRole.AUTHOR, None])
def test_only_reviewers_read_and_each_their_own(role):
    edition = an_edition_read()
    a_submitted(edition)
    own = services.next_to_read(a_reviewer(edition), edition, at=AT)
    other = a_staff_member(edition.program, role) if role else a_person()
    with pytest.raises(DomainError) as refused:
        services.next_to_read(other, edition, at=AT)
    assert refused.value.code == "not_reviewer"
    with pytest.raises(DomainError) as refused:
        services.score_review(own, points(edition, 1, 1), remark="", version=1, by=other, at=AT)
    assert refused.value.code == "not_yours"


def test_criteria_stand_once_somebody_was_measured_by_them():
    edition = an_edition_read()
    a_submitted(edition)
    coordinator, plan = a_staff_member(edition.program), edition.reading_plan
    criteria = list(plan.criteria.all())
    new = Criterion(title={"es": "Alcance"}, weight=2, highest=3, order=3)
    services.save_plan(plan, [*criteria, new], by=coordinator, at=AT)
    assert plan.criteria.count() == 3
    services.save_plan(plan, criteria, by=coordinator, at=AT)
    read(a_reviewer(edition), edition, 1, 1)
    criteria[0].title = {"es": "Motivación del postulante"}
    services.save_plan(plan, criteria, by=coordinator, at=AT)
    criteria[0].weight = 9
    for wrong in (criteria, criteria[1:], [*plan.criteria.all(), Criterion(title={"es": "x"})]):
        with pytest.raises(DomainError) as refused:
            services.save_plan(plan, wrong, by=coordinator, at=AT)
        assert refused.value.code == "criteria_used"


def test_a_coordinator_takes_back_what_was_not_read():
    edition = an_edition_read(readers=1)
    a_submitted(edition)
    coordinator = a_staff_member(edition.program)
    first, second = a_reviewer(edition), a_reviewer(edition)
    held = services.next_to_read(first, edition, at=AT)
    with pytest.raises(DomainError):
        services.give_back_review(held, by=second, at=AT)
    services.give_back_review(held, by=coordinator, at=AT)
    review = read(second, edition, 1, 1)
    with pytest.raises(DomainError) as refused:
        services.give_back_review(review, by=coordinator, at=AT)
    assert refused.value.code == "was_read"


def test_an_edition_begun_from_this_one_is_read_by_the_same_plan():
    edition = an_edition_read(readers=3, is_blind=False)
    coordinator = a_staff_member(edition.program)
    new = Edition(program=edition.program, slug="next", title={"es": "Otra"})
    copy = start_edition_from(edition, new, first=date(2020, 3, 21), by=coordinator, at=AT)
    assert (copy.reading_plan.readers, copy.reading_plan.is_blind) == (3, False)
    assert [one.weight for one in copy.reading_plan.criteria.all()] == [3, 1]
    assert edition.reading_plan.criteria.count() == 2


def test_what_readers_remarked_goes_with_the_person():
    edition = an_edition_read()
    row = a_submitted(edition)
    review = read(a_reviewer(edition), edition, 1, 1, remark="Rosa Medina writes well.")
    forget_applications([row], by=None, at=AT)
    review.refresh_from_db()
    assert (review.remark, review.total) == ("", 25)
