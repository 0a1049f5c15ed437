"""The web server: gunicorn, told by the settings and the environment alone."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

from gunicorn.app.base import BaseApplication

from lms.env import env
from lms.work.processes import end_with

QUICK = "/dev/shm"  # noqa: S108  a worker's heartbeat must not wait for a disk


class WebServer(BaseApplication):
    """The site on one address of this machine; what is outside it comes through a proxy."""

    def __init__(self, port: int, host: str = "127.0.0.1"):
        self.address = f"{host}:{port}"
        super().__init__()

    def load_config(self):
        options = {
            "bind": [self.address],
            "workers": env.int("WEB_WORKERS", default=2),
            "threads": env.int("WEB_THREADS", default=4),
            "worker_class": "gthread",
            "timeout": 60,
            "graceful_timeout": 5,
            "max_requests": 10_000,
            "max_requests_jitter": 1_000,
            "preload_app": True,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        if Path(QUICK).is_dir():
            options["worker_tmp_dir"] = QUICK
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self):
        from lms.wsgi import application

        return application


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((host, port))
        except OSError:
            return False
    return True


def answers(port: int, host: str = "127.0.0.1") -> bool:
    try:
        socket.create_connection((host, port), timeout=0.2).close()
    except OSError:
        return False
    return True


def run(parent: int, port: int) -> None:
    """The body of the web server's process."""
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    end_with(parent, signal.SIGTERM)
    WebServer(port).run()
