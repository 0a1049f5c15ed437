"""`manage.py work`: keeps the task cluster and the post running, whatever happens to them.

1. Each runs in a process of its own; the cluster leads a group. They end with the supervisor.
2. When one ends by itself it is started again, after a growing pause.
3. When a task waits or is in work and nothing has moved for the longest task and 15 seconds
   more, the cluster is killed with its whole group and started again.
4. What a dead cluster had taken out of the queue goes back at once.
5. SIGTERM: both are asked to finish; after the grace the group is killed.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connections
from django_q.models import OrmQ

from lms import clock
from lms.work import claims, cluster, post
from lms.work.models import Claim, Worker
from lms.work.processes import Flag, flag_on_signal, is_alive, kill_group

log = logging.getLogger("lms.work")

LOOK_SECONDS = 0.5
BEAT_SECONDS = 10
GRACE_SECONDS = 8
STUCK_SECONDS = settings.Q_CLUSTER["timeout"] + 15
LONGEST_PAUSE = 30
SHORT_LIFE = 30  # who lived for so long starts again without a pause
LOST_AFTER = timedelta(minutes=2)


class Keeper:
    """One kind of process, started again when it ends."""

    def __init__(self, name: str, target, *args):
        self.name, self.target, self.args = name, target, args
        self.process = None
        self.pause = self.starts_at = self.started_at = 0.0

    def start(self) -> None:
        connections.close_all()  # no two processes may share a connection
        self.process = cluster.FORK.Process(target=self.target, args=(os.getpid(), *self.args))
        self.process.start()
        self.started_at = time.monotonic()

    def has_ended(self) -> bool:
        """Whether it ended since the last look; plans the next start."""
        if self.process is None or self.process.is_alive():
            return False
        log.error("%s ended (exit code %s): starting it again", self.name, self.process.exitcode)
        lived = time.monotonic() - self.started_at
        self.pause = 0 if lived > SHORT_LIFE else min(max(2 * self.pause, 1), LONGEST_PAUSE)
        self.starts_at = time.monotonic() + self.pause
        self.process = None
        return True

    def is_due(self) -> bool:
        return self.process is None and time.monotonic() >= self.starts_at

    def join(self, until: float) -> None:
        if self.process is not None:
            self.process.join(max(until - time.monotonic(), 0))


class Supervisor:
    def __init__(self, *, grace: float = GRACE_SECONDS, stuck: float = STUCK_SECONDS):
        self.grace, self.stuck = grace, stuck
        self.worker = None
        self.stop_tasks = Flag()
        self.tasks = None
        self.mails = Keeper("the post", post.run)
        self._last_beat = self._moved_at = 0.0
        self._seen = None

    def run(self) -> None:
        """Until SIGTERM or SIGINT."""
        stop = flag_on_signal()
        self.worker = enlist(clock.now())
        self.tasks = Keeper("the task cluster", cluster.run, self.worker, self.stop_tasks)
        try:
            while not stop.wait(LOOK_SECONDS):
                self.look_after()
        finally:
            self.stop()

    def look_after(self) -> None:
        """One round: who ended is started again, who hangs is ended, the heart beats."""
        group = self.tasks.process and self.tasks.process.pid
        if self.tasks.has_ended():
            self._clear_after(group)
        self.mails.has_ended()
        for keeper in (self.mails, self.tasks):
            if keeper.is_due():
                keeper.start()
        try:
            if time.monotonic() - self._last_beat >= BEAT_SECONDS:
                self._beat()
            if self.tasks.process and self._is_stuck():
                log.error("the task cluster has not moved for %s s: ending it", self.stuck)
                kill_group(self.tasks.process.pid)
                self._seen = None
        except DatabaseError as error:
            log.warning("the database is away: %s", error)
            connections.close_all()

    def stop(self) -> None:
        """Let both finish what they hold, within the grace; then leave nothing behind."""
        until = time.monotonic() + self.grace
        self.stop_tasks.set()
        if self.mails.process:
            self.mails.process.terminate()
        for keeper in (self.tasks, self.mails):
            keeper.join(until)
        if self.tasks.process:
            kill_group(self.tasks.process.pid)
        if self.mails.process:
            self.mails.process.kill()
        try:
            claims.release(self.worker, clock.now())
            self.worker.delete()
        except DatabaseError as error:
            log.warning("the database is away, another worker will clear up: %s", error)

    def _clear_after(self, group: int) -> None:
        kill_group(group)
        try:
            back = claims.release(self.worker, clock.now())
            self.worker.restarts += 1
            self._beat()
            if back:
                log.warning("%s tasks of the ended cluster wait again", back)
        except DatabaseError as error:
            log.warning("the database is away: %s", error)
            connections.close_all()

    def _beat(self) -> None:
        self._last_beat = time.monotonic()
        self.worker.beaten_at = clock.now()
        self.worker.save()
        clear_lost(clock.now())

    def _is_stuck(self) -> bool:
        now, seen = time.monotonic(), self._in_hand()
        if not seen or seen != self._seen:
            self._moved_at, self._seen = now, seen
            return False
        return now - self._moved_at > self.stuck

    def _in_hand(self) -> list:
        """What tells whether it moves: the tasks in its hands, or the first that waits."""
        held = Claim.objects.filter(worker=self.worker).order_by("queued_id")
        waiting = OrmQ.objects.filter(lock__lt=clock.now()).order_by("pk")[:1]
        return [*held.values_list("queued_id", "started_at"), *waiting.values_list("pk")]


def enlist(at) -> Worker:
    """This process as a worker, after clearing up behind those of this host that are gone."""
    host = socket.gethostname()
    for other in Worker.objects.filter(host=host):
        if other.pid == os.getpid() or not is_alive(other.pid):
            claims.release(other, at)
            other.delete()
    clear_lost(at)
    return Worker.objects.create(host=host, pid=os.getpid(), started_at=at, beaten_at=at)


def clear_lost(at) -> None:
    """Give back what the workers of lost machines had taken."""
    for lost in Worker.objects.filter(beaten_at__lt=at - LOST_AFTER):
        log.warning("worker %s has not been heard of since %s", lost, lost.beaten_at)
        claims.release(lost, at)
        lost.delete()
