"""What happens at once, or is killed: how often it is tried (`make soak` tries it far more often),
and how several acts begin together."""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection, connections

from lms.decisions import DomainError

RACES = int(os.environ.get("RACES", "20"))
KILLS = int(os.environ.get("KILLS", "5"))


def at_once(*acts) -> list:
    """What each act gives, or the code with which it refused. Each has a thread and a connection
    of its own, and none begins before all can."""
    barrier = Barrier(len(acts))

    def one(act):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return act()
        except DomainError as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))
