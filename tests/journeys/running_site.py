"""The site as it runs: a clock that moves on, a worker that wakes, a mail server that keeps."""

from datetime import UTC, datetime, timedelta

from django.utils.module_loading import import_string
from django_q.models import OrmQ

from lms.mail.delivery import Courier
from lms.work.schedules import wanted
from tests.builders import instant

DAY = timedelta(days=1)
HOURS = (7, 13, 19)  # UTC: every deadline and reminder falls on one of them


class RunningSite:
    """`now` is the clock's instant; `sink` the mail server. Nothing but the worker sends mail."""

    def __init__(self, clock, sink):
        self._clock, self.sink, self.now = clock, sink, None

    def stands_at(self, when: str) -> None:
        """Set the clock (UTC) without waking the worker."""
        self.now = instant(when)
        self._clock(self.now)

    def moves_to(self, when: str) -> None:
        """Let the time pass; the worker wakes at every hour of `HOURS` and at the last instant."""
        until = instant(when)
        for hour in self._hours_until(until):
            self._clock(hour)
            self.works()
        self.now = until
        self._clock(until)
        self.works()

    def _hours_until(self, until: datetime):
        day = datetime.combine(self.now.date(), datetime.min.time(), UTC)
        while day <= until:
            yield from (
                day.replace(hour=hour)
                for hour in HOURS
                if self.now < day.replace(hour=hour) < until
            )
            day += DAY

    def works(self) -> None:
        """What the worker does: what is scheduled every few minutes, what was asked of it, mail."""
        for schedule in wanted().values():
            if schedule.minutes:
                import_string(schedule.func)()
        for row in OrmQ.objects.order_by("pk"):
            task = row.task
            import_string(task["func"])(*task["args"], **task["kwargs"])
            row.delete()
        self.delivers()

    def delivers(self) -> None:
        courier = Courier()
        try:
            courier.deliver_due()
        finally:
            courier.close()
