"""The clockwork in the database is what the apps want, however often it is written."""

import pytest
from django_q.models import Schedule as Row

from lms.hooks import Schedule
from lms.work import schedules
from tests.builders import instant

AT = instant("2019-04-16T13:07:30")
MINUTELY = Schedule("minutely", "tests.work.tasks.write_pid", minutes=1)
HOURLY = Schedule("hourly", "tests.work.tasks.write_pid", cron="5 * * * *")
NIGHTLY = Schedule("nightly", "tests.work.tasks.write_pid", cron="30 3 * * *")


@pytest.fixture
def planned(monkeypatch):
    """The answers of the hook, to be changed by the test."""
    answers = [MINUTELY, HOURLY, NIGHTLY]
    monkeypatch.setattr(schedules, "ask", lambda name: [answers])
    return answers


@pytest.mark.django_db
def test_schedules_are_added_at_their_times(planned):
    assert schedules.keep(AT) == (["minutely", "hourly", "nightly"], [], [])
    runs = dict(Row.objects.values_list("name", "next_run"))
    assert runs["minutely"] == AT
    assert runs["hourly"] == instant("2019-04-16T14:05")
    assert runs["nightly"] == instant("2019-04-17T03:30")


@pytest.mark.django_db
def test_a_second_time_changes_nothing(planned):
    schedules.keep(AT)
    before = list(Row.objects.order_by("pk").values())
    assert schedules.keep(instant("2019-04-18T00:00")) == ([], [], [])
    assert list(Row.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_a_changed_time_is_corrected_and_a_stale_one_removed(planned):
    schedules.keep(AT)
    Row.objects.create(name="of an older version", func="gone")
    planned[:] = [MINUTELY, Schedule("nightly", NIGHTLY.func, cron="0 4 * * *")]
    added, changed, removed = schedules.keep(AT)
    assert (added, changed) == ([], ["nightly"])
    assert sorted(removed) == ["hourly", "of an older version"]
    assert Row.objects.get(name="nightly").next_run == instant("2019-04-17T04:00")


@pytest.mark.django_db
def test_a_cron_that_is_not_kept_is_refused(planned):
    planned[:] = [Schedule("weekly", NIGHTLY.func, cron="0 4 * * 1")]
    with pytest.raises(ValueError, match="weekly"):
        schedules.keep(AT)


@pytest.mark.django_db
def test_every_schedule_of_the_apps_can_be_called():
    from django.utils.module_loading import import_string

    for schedule in schedules.wanted().values():
        assert callable(import_string(schedule.func))
