"""The site's clockwork: the `schedules` hook's answers as rows of django-q."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django_q.models import Schedule

from lms.hooks import ask


def wanted() -> dict:
    """Every schedule of the apps, by name."""
    return {schedule.name: schedule for answer in ask("schedules") for schedule in answer}


@transaction.atomic
def keep(at: datetime) -> tuple[list, list, list]:
    """Make the rows as the apps want them: `(added, changed, removed)` names. One that is right
    already keeps its next run."""
    planned, added, changed = wanted(), [], []
    for name, schedule in planned.items():
        row = Schedule.objects.filter(name=name).order_by("pk").first()
        fields = {**_fields(schedule), "next_run": _first_run(schedule, at)}
        if row is None:
            Schedule.objects.create(name=name, **fields)
            added.append(name)
        elif not _is_right(row, schedule):
            Schedule.objects.filter(pk=row.pk).update(**fields)
            changed.append(name)
    stale = Schedule.objects.exclude(name__in=planned)
    removed = list(stale.values_list("name", flat=True))
    stale.delete()
    return added, changed, removed


def missing() -> set:
    return set(wanted()) - set(Schedule.objects.values_list("name", flat=True))


def _fields(schedule) -> dict:
    kind, minutes = _kind(schedule)
    return {"func": schedule.func, "schedule_type": kind, "minutes": minutes, "repeats": -1}


def _kind(schedule) -> tuple[str, int | None]:
    """django-q's own words: `minutes`, or a `cron` of one minute a day or an hour."""
    if schedule.minutes:
        return Schedule.MINUTES, schedule.minutes
    _minute, hour, *rest = schedule.cron.split()
    if rest != ["*", "*", "*"]:
        raise ValueError(f"{schedule.name}: only `minute hour * * *` is a cron we keep")
    return (Schedule.HOURLY if hour == "*" else Schedule.DAILY), None


def _first_run(schedule, at: datetime) -> datetime:
    """At once, or the next time its cron names."""
    if schedule.minutes:
        return at
    minute, hour, *_rest = schedule.cron.split()
    step = timedelta(hours=1) if hour == "*" else timedelta(days=1)
    first = at.replace(minute=int(minute), second=0, microsecond=0)
    if hour != "*":
        first = first.replace(hour=int(hour))
    return first if first > at else first + step


def _is_right(row: Schedule, schedule) -> bool:
    """The row does what is wanted, at the minute that is wanted."""
    if any(getattr(row, key) != value for key, value in _fields(schedule).items()):
        return False
    if schedule.minutes:
        return True
    planned = _first_run(schedule, row.next_run)
    return (planned.hour, planned.minute) == (row.next_run.hour, row.next_run.minute) or (
        schedule.cron.split()[1] == "*" and planned.minute == row.next_run.minute
    )
