"""Who works in the background, and on what: so that nothing is lost when a worker dies."""

from django.db import models


class Worker(models.Model):
    """One running `manage.py work`. Its supervisor alone writes the row, and beats it."""

    host = models.CharField(max_length=100)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    beaten_at = models.DateTimeField(db_index=True)
    restarts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "pid"], name="one_worker_a_process")]

    def __str__(self):
        return f"{self.host}:{self.pid}"


class Claim(models.Model):
    """A task that a worker has taken out of the queue. `lms.work.claims` alone writes it.

    `queued_id` is the row of django-q's queue, `started_at` tells that the task began, `deaths`
    how many workers died of it. Without a worker the task waits again."""

    queued_id = models.BigIntegerField(unique=True)
    worker = models.ForeignKey(Worker, null=True, on_delete=models.SET_NULL, related_name="claims")
    started_at = models.DateTimeField(null=True)
    deaths = models.PositiveSmallIntegerField(default=0)

    def __str__(self):
        return f"task {self.queued_id}"
