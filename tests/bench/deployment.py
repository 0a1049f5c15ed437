"""The site as docs/operations.md runs it on several machines, all of it on two cores of this one:
gunicorn, the worker, and a mail server that takes everything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from tests.bench.arrivals import arrive
from tests.bench.server import ROOT, Browser, Server, free_port, wait_for

CORES = 2
WORKERS = THREADS = 4
AT_REST = 0.1  # CPU seconds in one
ROUSED = 200  # requests, of which every process answers some


@contextmanager
def deployed(database: str) -> Iterator[Server]:
    environment = dict(os.environ)
    mail = free_port()
    environment["TRUSTED_PROXY_COUNT"] = "1"
    environment["EMAIL_URL"] = f"smtp://127.0.0.1:{mail}"
    every_core = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(every_core)[:CORES])
    running = []
    try:
        running.append(_begin("-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{mail}", "-c", SINK))
        wait_for(mail)
        subprocess.run(
            [sys.executable, "manage.py", "schedules"],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        running.append(_begin("manage.py", "work", environment=environment))
        web = Server(database, free_port(), environment, workers=WORKERS, threads=THREADS)
        running.append(web.process)
        _warm_up(web)
        yield web
    finally:
        os.sched_setaffinity(0, every_core)
        for process in reversed(running):
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.wait(30)


def _warm_up(web: Server) -> None:
    """Until every process of the web server has loaded the site, rests, and has answered."""
    for _second in range(60):
        before = web.used()
        time.sleep(1)
        if web.used() - before < AT_REST:
            break
    asked = [(0, "bare", partial(Browser(web).get, "/bare/")) for _one in range(ROUSED)]
    arrive(asked, time.monotonic(), hands=WORKERS * THREADS)


SINK = "aiosmtpd.handlers.Sink"


def _begin(*words: str, environment: dict[str, str] | None = None) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, *words], cwd=ROOT, env=environment)
