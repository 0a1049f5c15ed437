"""The whole site in one command, as a newcomer starts it."""

import os
import signal
import socket
import urllib.request
from datetime import timedelta
from pathlib import Path
from urllib.error import URLError

import pytest
from django.db import connection
from wagtail.models import Site

from lms import clock, journal
from lms.demo import standing
from lms.work.models import Worker
from tests.work.processes import alive, family, manage, running, until

pytestmark = pytest.mark.slow


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture
def site(real_database, tmp_path, port):
    environment = {"DATABASE_URL": real_database, "VAR": str(tmp_path)}
    with running("site", "--port", str(port), log=tmp_path / "log", **environment) as process:
        until(lambda: "Ctrl-C" in (tmp_path / "log").read_text())
        until(Worker.objects.exists)
        yield process


def health(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            return answer.status
    except URLError as error:
        return getattr(error, "code", 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_site_answers_and_ends_within_seconds(site, port, tmp_path, number):
    assert health(port) == 200
    assert f"http://localhost:{port}/" in (tmp_path / "log").read_text()
    until(lambda: len(family(site.pid)) >= 7)  # web, supervisor, cluster, its own, the post
    kin = family(site.pid)
    site.send_signal(number)
    assert site.wait(10) == 0
    assert not alive(kin)
    assert not Worker.objects.exists()
    assert "Traceback" not in (tmp_path / "log").read_text()


@pytest.mark.parametrize("name", ["web server", "task worker"])
def test_when_one_dies_the_other_is_ended_with_a_clear_line(site, tmp_path, name):
    children = [pid for pid in family(site.pid) if parent_of(pid) == site.pid]
    web, work = sorted(children)
    kin = family(site.pid)
    os.kill(web if name == "web server" else work, signal.SIGKILL)
    assert site.wait(20) == 1
    assert f"The {name} ended by itself" in (tmp_path / "log").read_text()
    until(lambda: not alive(kin), 5)


def test_a_stale_demonstration_is_moved_before_the_worker_starts(real_database, tmp_path, port):
    """Else the worker lets offers expire and ends phases, and no stage is left to show."""
    ago = clock.now() - timedelta(days=20)
    journal.record(Site.objects.get(), standing.BUILT, by=None, at=ago, today=ago.date())
    connection.close()
    environment = {"DATABASE_URL": real_database, "VAR": str(tmp_path), "DEMO": "1"}
    manage("createcachetable", **environment)
    with running("site", "--port", str(port), log=tmp_path / "log", **environment):
        until(lambda: "Ctrl-C" in (tmp_path / "log").read_text())
    said = (tmp_path / "log").read_text()
    assert said.startswith("The demonstration was moved by 20 days, to today.\n")
    assert standing.placed_on() == clock.now().date()


def test_a_taken_port_is_one_clear_line(real_database, tmp_path, port):
    with socket.create_server(("127.0.0.1", port)):
        run = manage("site", "--port", str(port), DATABASE_URL=real_database, VAR=str(tmp_path))
    assert run.returncode == 1
    assert run.stderr.strip() == f"CommandError: Port {port} is taken. Choose another with --port."


def parent_of(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
