"""The whole site in one command: web server and task worker, which live and end together."""

import logging
import os
import signal
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from lms import clock, operators, web
from lms.demo import accounts as demo_accounts
from lms.demo import standing
from lms.work import watch
from lms.work.cluster import FORK
from lms.work.processes import end_with, flag_on_signal, kill_group
from lms.work.supervisor import GRACE_SECONDS, Supervisor

log = logging.getLogger("lms.site")

LOOK_SECONDS = 0.2
START_SECONDS = 60
END_SECONDS = GRACE_SECONDS + 4
WATCH_SECONDS = 60


class Command(BaseCommand):
    help = "Starts the web server on localhost and the task worker; Ctrl-C ends both."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port, **options):
        if not web.is_free(port):
            raise CommandError(f"Port {port} is taken. Choose another with --port.")
        stop = flag_on_signal()
        if settings.DEMO and (days := standing.freshen(clock.now())):
            self.stdout.write(f"The demonstration was moved by {days} days, to today.")
        connections.close_all()
        processes = {
            "web server": FORK.Process(target=web.run, args=(os.getpid(), port)),
            "task worker": FORK.Process(target=work, args=(os.getpid(),)),
        }
        for process in processes.values():
            process.start()
        try:
            ended = self.until_one_ends(stop, processes, port)
        finally:
            end(processes.values())
        if ended:
            code = processes[ended].exitcode
            raise CommandError(f"The {ended} ended by itself (exit code {code}): all is ended.")
        self.stdout.write("Ended.")

    def until_one_ends(self, stop, processes, port) -> str:
        """The name of the process that ended by itself; empty when the flag was set."""
        told, watched = False, time.monotonic()
        while not stop.wait(LOOK_SECONDS):
            for name, process in processes.items():
                if not process.is_alive():
                    return name
            if not told and web.answers(port):
                self.tell(port)
                told = True
            if settings.OPERATORS and time.monotonic() - watched > WATCH_SECONDS:
                FORK.Process(target=watch.once, args=(os.getpid(),), daemon=True).start()
                watched = time.monotonic()
        return ""

    def tell(self, port) -> None:
        address = settings.SITE_URL if settings.DEMO else f"http://localhost:{port}"
        self.stdout.write(f"\n  {address}/    (Ctrl-C ends it)\n")
        if settings.DEMO:
            self.stdout.write("\n" + demo_accounts.table(operators.language()) + "\n")
            connections.close_all()  # before the next fork
        self.stdout.flush()


def work(parent: int) -> None:
    """The body of the worker's process: as `manage.py work`, in a session of its own."""
    os.setsid()
    end_with(parent, signal.SIGTERM)
    Supervisor().run()


def end(processes) -> None:
    """Ask each to end, then leave nothing behind."""
    for process in processes:
        if process.is_alive():
            process.terminate()
    until = time.monotonic() + END_SECONDS
    for process in processes:
        process.join(max(until - time.monotonic(), 0))
        kill_group(process.pid)
