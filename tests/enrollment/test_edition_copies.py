"""An edition begun from an earlier one: the same calendar on other days, and nobody in it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from enrollment.models import Edition
from enrollment.services.copying import Shift, first_day, start_edition_from
from lms import journal
from lms.decisions import DomainError
from tests.builders import (
    RELEASE,
    WINDOW_OPENS,
    a_program,
    a_staff_member,
    a_submitted_application,
    an_edition,
    instant,
)

pytestmark = pytest.mark.django_db
AT = instant("2019-09-02T12:00")
TIJUANA = ZoneInfo("America/Tijuana")


@pytest.fixture
def source():
    edition = an_edition(capacity=321, languages=["es", "en"])
    edition.windows.update(form=[{"id": "given_names"}], form_frozen_at=WINDOW_OPENS)
    a_submitted_application(edition)
    return edition


def begun_from(source, *, first=date(2020, 3, 19), by=None) -> Edition:
    by = by or a_staff_member(source.program)
    made = Edition(program=source.program, slug="2020", title={"es": "Segunda"})
    return start_edition_from(source, made, first=first, by=by, at=AT)


def test_every_date_moves_by_as_many_days_and_keeps_its_hour(source):
    copy = begun_from(source)
    assert first_day(copy) == date(2020, 3, 19)
    days = timedelta(days=364)
    assert copy.release_planned_at == RELEASE + days
    window, earlier = copy.windows.get(), source.windows.get()
    assert window.opens_at == earlier.opens_at + days
    assert [(one.order, str(one.title), one.hours) for one in copy.phases.all()] == [
        (one.order, str(one.title), one.hours) for one in source.phases.all()
    ]
    assert window.phase == copy.phases.get(order=1)


def test_a_deadline_ends_with_its_day_also_where_the_clocks_have_changed(source):
    copy = begun_from(source, first=date(2020, 1, 16))
    closes = copy.windows.get().closes_at
    assert closes == instant("2020-02-08T08:00")  # winter: an hour later by UTC
    for end in (closes, copy.offers_respond_by, copy.last_entry_at):
        assert (end.astimezone(TIJUANA).hour, end.astimezone(TIJUANA).minute) == (0, 0)


def test_an_hour_that_the_clocks_skip_becomes_the_next():
    shift = Shift(7, ZoneInfo("UTC"), TIJUANA)
    before = datetime(2019, 3, 3, 2, 30, tzinfo=TIJUANA).astimezone(UTC)
    assert shift.end(before).astimezone(TIJUANA) == datetime(2019, 3, 10, 3, 30, tzinfo=TIJUANA)


def test_the_form_is_copied_and_open_to_change(source):
    window = begun_from(source).windows.get()
    assert window.form == [{"id": "given_names"}]
    assert window.form_frozen_at is None


def test_what_people_did_stays_where_it_was(source):
    source.decisions_locked_at, source.released_at = RELEASE, RELEASE
    source.save()
    copy = begun_from(source)
    assert (copy.status, copy.capacity, copy.languages) == ("draft", 321, ["es", "en"])
    assert copy.released_at is None and copy.decisions_locked_at is None
    assert not copy.applications.exists()
    assert source.applications.count() == 1
    assert journal.history(copy).get().data["days"] == "364"


def test_only_its_coordinators_begin_an_edition_and_only_from_one_with_dates(source):
    with pytest.raises(DomainError):
        begun_from(source, by=a_staff_member(a_program(slug="another")))
    source.applications.all().delete()
    source.windows.all().delete()
    source.phases.all().delete()
    with pytest.raises(DomainError) as refusal:
        begun_from(source)
    assert refusal.value.code == "no_calendar"
    assert Edition.objects.count() == 1
