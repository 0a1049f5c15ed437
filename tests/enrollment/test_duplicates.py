"""Two applications that look alike: kept, merged, and taken back."""

from datetime import timedelta

import pytest

from enrollment.models import Application, ApplicationVersion
from enrollment.services.duplicates import keep_both, merge_application, pair_seen, take_back
from enrollment.services.eligibility import assess_edition
from enrollment.services.information import ask_information
from lms import journal
from lms.decisions import DomainError
from tests.builders import a_staff_member, a_submitted_application, an_edition, instant

pytestmark = pytest.mark.django_db
AT = instant("2019-04-13T09:00")
SENT = instant("2019-04-02T15:00")
LATER = SENT + timedelta(days=3)


@pytest.fixture
def edition():
    return an_edition()


@pytest.fixture
def how(edition):
    return {"by": a_staff_member(edition.program), "at": AT, "reason": "Same identity card"}


def alike(edition, count=2) -> list[Application]:
    """So many who seem to be one person, a day between them, the earliest first."""
    rows = []
    for day in range(count):
        at = SENT + timedelta(days=day)
        row = a_submitted_application(edition, at=at, answers={"basic_module_edition": "2017"})
        ApplicationVersion.objects.create(application=row, number=1, answers={}, at=at)
        rows.append(row)
    assess_edition(edition, at=AT)
    return afresh(*rows)


def afresh(*rows) -> list[Application]:
    return [Application.objects.get(pk=row.pk) for row in rows]


def done_to(row) -> list[str]:
    entries = journal.history(row).exclude(action="enrollment.assess_application")
    return [one.action.partition(".")[2] for one in entries.order_by("pk")]


@pytest.mark.parametrize("leaves", [0, 1])
def test_whoever_counts_counts_since_the_earliest(edition, how, leaves):
    pair = alike(edition)
    merge_application(pair[leaves], **how)
    pair = afresh(*pair)
    assert pair[leaves].status == "merged" and pair[1 - leaves].is_in_selection
    assert pair[1 - leaves].submitted_at == SENT


@pytest.mark.parametrize("leaves", [0, 1])
def test_a_merge_is_taken_back_whole(edition, how, leaves):
    before = alike(edition)
    merge_application(before[leaves], **how)
    take_back(before[leaves], **how | {"reason": "Wrong key"})
    after = afresh(*before)
    for one, other in zip(before, after, strict=True):
        assert (one.status, one.submitted_at) == (other.status, other.submitted_at)
        assert (one.duplicate_of, one.duplicate_settled_at) == (other.duplicate_of, None)
    assert done_to(after[leaves]) == ["merge_application", "take_back_duplicate"]
    assert done_to(after[1 - leaves]) == ["note_duplicate", "take_back_duplicate"]


def test_of_three_the_time_of_who_is_still_merged_stays(edition, how):
    first, second, third = alike(edition, 3)
    merge_application(first, **how)
    second, third = afresh(second, third)
    assert (second.submitted_at, second.duplicate_of) == (SENT, third)
    merge_application(third, **how)
    take_back(third, **how)
    assert [row.submitted_at for row in afresh(second)] == [SENT]


def test_who_was_asked_for_information_is_asked_again_once_it_is_taken_back(edition, how):
    first, second = alike(edition)
    ask_information(second, "Which court?", by=how["by"], at=AT)
    merge_application(second, **how)
    take_back(second, **how)
    assert afresh(second)[0].status == "info_requested"


def test_two_people_are_open_again_when_it_is_taken_back(edition, how):
    pair = alike(edition)
    keep_both(pair[0], **how)
    assert all(row.duplicate_settled_at == AT for row in afresh(*pair))
    take_back(pair[1], **how)
    for row in afresh(*pair):
        assert row.duplicate_settled_at is None
        assert done_to(row) == ["note_duplicate", "take_back_duplicate"]


@pytest.mark.parametrize("what", ["kept", "merged", "edited"])
@pytest.mark.parametrize("act", [keep_both, merge_application, take_back])
def test_what_is_not_as_it_was_seen_is_left_alone(edition, how, what, act):
    pair = alike(edition)
    seen = pair_seen(*pair)
    if what == "kept":
        keep_both(pair[1], **how)
    elif what == "merged":
        merge_application(pair[1], **how)
    else:
        Application.objects.filter(pk=pair[0].pk).update(version=2)
    before = afresh(*pair)
    with pytest.raises(DomainError) as refusal:
        act(pair[1], **how, seen=seen)
    assert refusal.value.code == "changed"
    assert [pair_seen(*before)] == [pair_seen(*afresh(*pair))]


def test_nothing_is_taken_back_that_was_not_settled_nor_by_others_nor_after_the_lock(edition, how):
    pair = alike(edition)
    refused = []

    def press(**changes):
        with pytest.raises(DomainError) as refusal:
            take_back(pair[1], **how | changes)
        refused.append(refusal.value.code)

    press()
    merge_application(pair[1], **how)
    press(reason=" ")
    press(by=a_staff_member(an_edition().program))
    edition.decisions_locked_at = AT
    edition.save()
    press()
    edition.released_at = AT
    edition.save()
    press()
    assert refused == ["not_settled", "reason_missing", "not_coordinator", "locked", "released"]
    assert afresh(pair[1])[0].status == "merged"
