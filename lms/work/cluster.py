"""django-q's cluster, in a process group of its own, that ends rather than hang."""

from __future__ import annotations

import multiprocessing
import os
import signal
import uuid

from django_q.cluster import Sentinel
from django_q.conf import Conf
from django_q.worker import worker as django_q_worker

from lms.work.claims import ClaimingBroker
from lms.work.models import Worker
from lms.work.processes import Flag, end_with

FORK = multiprocessing.get_context("fork")
A_PROCESS_DIED = 70


class Guard(Sentinel):
    """A killed process takes the lock of its queue with it, and whoever replaces it waits for
    ever: so a sudden death ends the whole cluster, and the supervisor starts another."""

    def spawn_process(self, target, *args):
        process = FORK.Process(target=_child, args=(os.getpid(), target, args), daemon=True)
        if target is django_q_worker:
            process.timer = args[2]
            self.pool.append(process)
        process.start()
        return process

    def reincarnate(self, process):
        if process.exitcode is not None and process.exitcode != 0:
            os._exit(A_PROCESS_DIED)
        super().reincarnate(process)


def run(parent: int, worker: Worker, stop: Flag) -> None:
    """The body of the cluster's process: until `stop`, or until one of its own dies."""
    os.setsid()
    end_with(parent)
    broker = ClaimingBroker(worker, list_key=Conf.CLUSTER_NAME)
    Guard(stop, Flag(), uuid.uuid4(), broker)


def _child(parent: int, target, args) -> None:
    end_with(parent)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    target(*args)
