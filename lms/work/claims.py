"""Which worker has which task, so that the tasks of a dead one are done again at once.

django-q gives a task back only when its lock ends, minutes later, and does not count the death
of a worker as an attempt: a task that kills its worker would do so for ever.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.dispatch import receiver
from django_q.brokers.orm import ORM
from django_q.models import OrmQ, Task
from django_q.signals import post_execute_in_worker, pre_execute

from lms import clock
from lms.work.models import Claim, Worker

log = logging.getLogger("lms.work")

MOST_DEATHS = 3


class ClaimingBroker(ORM):
    """django-q's broker on the database, which also notes who took what."""

    def __init__(self, worker: Worker, list_key: str):
        super().__init__(list_key=list_key)
        self.worker = worker

    def dequeue(self):
        taken = super().dequeue()
        for queued_id, _payload in taken or []:
            Claim.objects.update_or_create(
                queued_id=queued_id, defaults={"worker": self.worker, "started_at": None}
            )
        return taken

    def delete(self, task_id):
        super().delete(task_id)
        Claim.objects.filter(queued_id=task_id).delete()

    def set_stat(self, key, value, timeout):
        """Nothing: the supervisor's beat tells more, and this would write twice a second."""


@receiver(pre_execute)
def note_start(sender, task, **_signal):
    if task.get("ack_id"):
        Claim.objects.filter(queued_id=task["ack_id"]).update(started_at=clock.now())


@receiver(post_execute_in_worker)
def note_failure(sender, task, **_signal):
    """A task that failed waits for its next try, in nobody's hands."""
    if task.get("ack_id") and not task["success"]:
        Claim.objects.filter(queued_id=task["ack_id"]).update(worker=None, started_at=None)


@transaction.atomic
def release(worker: Worker, at: datetime) -> int:
    """Give back what a dead worker had taken; what has killed too many is given up, as a failed
    task. Returns how many tasks wait again."""
    waiting = 0
    for claim in Claim.objects.select_for_update().filter(worker=worker):
        claim.deaths += claim.started_at is not None
        claim.worker = claim.started_at = None
        queued = OrmQ.objects.filter(pk=claim.queued_id).first()
        if queued is None:
            claim.delete()
        elif claim.deaths >= MOST_DEATHS:
            _give_up(queued, claim, at)
        else:
            claim.save()
            waiting += OrmQ.objects.filter(pk=queued.pk).update(lock=at - timedelta(seconds=1))
    return waiting


def _give_up(queued: OrmQ, claim: Claim, at: datetime) -> None:
    task = queued.task
    log.error("task %s (%s) killed %s workers: given up", task["id"], task["func"], claim.deaths)
    Task.objects.update_or_create(
        id=task["id"],
        defaults={
            "name": task["name"],
            "func": str(task["func"]),
            "args": task["args"],
            "kwargs": task["kwargs"],
            "group": task.get("group"),
            "started": at,
            "stopped": at,
            "success": False,
            "result": f"{claim.deaths} workers died of it",
            "attempt_count": claim.deaths,
        },
    )
    queued.delete()
    claim.delete()
