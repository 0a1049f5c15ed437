"""gunicorn as a deployment runs it, on a database and files of its own, and its clients."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.bench import cpu

ROOT = Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    for _try in range(200):
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server does not answer")


@dataclass
class Server:
    """One web worker where nothing else is said, so that what it uses is what one request costs."""

    database: str
    port: int
    environment: dict[str, str]
    workers: int = 1
    threads: int = 1
    process: subprocess.Popen = field(init=False)

    def __post_init__(self):
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "lms.wsgi", "--workers", str(self.workers)),
                *("--threads", str(self.threads)),
                *("--bind", f"127.0.0.1:{self.port}", "--timeout", "120", "--log-level", "warning"),
            ],
            cwd=ROOT,
            env=self.environment,
        )
        wait_for(self.port)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(20)

    def used(self) -> float:
        """CPU seconds of the web worker and of the database's processes that are alive now."""
        web = sum(cpu.of_process(pid) for pid in cpu.children(self.process.pid))
        return web + sum(
            seconds
            for pid, seconds in cpu.of_database(self.database).items()
            if pid != _own_backend()
        )


def _own_backend() -> int | None:
    from django.db import connection

    if connection.vendor != "postgresql":
        return None
    connection.ensure_connection()
    return connection.connection.info.backend_pid


class Browser:
    """Just enough of one: a kept connection, cookies, forms."""

    def __init__(self, server: Server, cookies: dict[str, str] | None = None, **headers: str):
        self.server, self.cookies, self.headers = server, dict(cookies or {}), headers
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)

    def leave(self) -> None:
        """Hang up; the next request calls anew."""
        self.connection.close()

    def get(self, path: str, **headers):
        return self._ask("GET", path, None, headers)

    def post(self, path: str, data: dict, **headers):
        from urllib.parse import urlencode

        data = {**data, "csrfmiddlewaretoken": self.cookies["csrftoken"]}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        headers |= {"Referer": f"http://localhost:{self.server.port}{path}"}
        return self._ask("POST", path, urlencode(data, doseq=True), headers)

    def _ask(self, method, path, body, headers):
        headers = {
            **{name.replace("_", "-"): value for name, value in (self.headers | headers).items()},
            "Host": f"localhost:{self.server.port}",
            "Accept-Encoding": "gzip",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        response.content = response.read()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response


def cost(server: Server, act, times: int) -> float:
    """CPU seconds of one `act`, over `times` of them."""
    before = server.used()
    for _time in range(times):
        act()
    return (server.used() - before) / times


def ratio(server: Server, act, reference, *, times: int = 20, rounds: int = 7) -> float:
    """How many references one `act` costs: the median of rounds that alternate both."""
    for _warm in range(3):
        act(), reference()
    return median(cost(server, act, times) / cost(server, reference, times) for _r in range(rounds))


def prepare(database_url: str) -> dict[str, str]:
    """An environment like a deployment's, with the demonstration's data in that database."""
    var = Path(tempfile.mkdtemp(prefix="lms-bench-"))
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "VAR": str(var),
        "SECRET_KEY": "only-for-the-bench-" + "x" * 50,
        "SITE_URL": f"http://localhost:{port}",
        "BENCH_PORT": str(port),
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
    }
    for name in ("DEMO", "DEBUG", "REDIS_URL", "S3_BUCKET", "EMAIL_URL"):
        environment.pop(name, None)
    commands = [
        ({}, "migrate", "--verbosity", "0"),
        ({}, "createcachetable"),
        ({}, "collectstatic", "--noinput", "--verbosity", "0"),
        ({"DEMO": "1"}, "demo"),
    ]
    for more, *command in commands:
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env={**environment, **more},
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return environment


def clean_up(environment: dict[str, str]) -> None:
    shutil.rmtree(environment["VAR"], ignore_errors=True)
