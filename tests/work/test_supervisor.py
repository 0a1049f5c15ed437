"""The worker as a real process, killed in every way: nothing is lost, nothing stays behind."""

import os
import signal

import pytest
from django_q.models import OrmQ, Task
from django_q.tasks import async_task

from lms.work.models import Claim, Worker
from tests.work.processes import alive, family, running, until

pytestmark = pytest.mark.slow

RECOVERED_WITHIN = 30


@pytest.fixture
def work(real_database, tmp_path):
    """`manage.py work`, up and beating."""
    environment = {"DATABASE_URL": real_database, "VAR": str(tmp_path)}
    with running("work", "--grace", "3", log=tmp_path / "log", **environment) as process:
        until(Worker.objects.exists)
        yield process
        kin = family(process.pid)
        process.send_signal(signal.SIGTERM)
        process.wait(15)
        until(lambda: not alive(kin), 5)
    assert process.returncode == 0
    assert not Worker.objects.exists() and not Claim.objects.filter(worker__isnull=False).exists()


def pids(path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def test_a_killed_idle_worker_is_replaced(work, tmp_path):
    note = tmp_path / "note"
    async_task("tests.work.tasks.write_pid", str(note))
    until(lambda: pids(note))
    until(lambda: not OrmQ.objects.exists())
    os.kill(pids(note)[0], signal.SIGKILL)
    async_task("tests.work.tasks.write_pid", str(note))
    assert until(lambda: len(pids(note)) == 2) < RECOVERED_WITHIN


def test_a_killed_busy_worker_loses_no_task(work, tmp_path):
    busy, waiting = tmp_path / "busy", tmp_path / "waiting"
    async_task("tests.work.tasks.write_pid_and_sleep", str(busy), 100)
    until(lambda: pids(busy))
    async_task("tests.work.tasks.write_pid", str(waiting))
    os.kill(pids(busy)[0], signal.SIGKILL)
    assert until(lambda: len(pids(busy)) == 2 and pids(waiting)) < RECOVERED_WITHIN
    until(lambda: not OrmQ.objects.exists())
    assert not Claim.objects.exists() and Task.objects.filter(success=True).count() == 2


def test_a_task_that_kills_its_worker_is_given_up(work, tmp_path):
    note, after = tmp_path / "note", tmp_path / "after"
    async_task("tests.work.tasks.die", str(note))
    async_task("tests.work.tasks.write_pid", str(after))
    until(lambda: pids(after), 60)
    assert len(pids(note)) == 3
    task = Task.objects.get(func="tests.work.tasks.die")
    assert not task.success and "3 workers died" in task.result


@pytest.mark.parametrize("which", ["whole family", "supervisor alone"])
def test_a_killed_supervisor_leaves_no_orphan(real_database, tmp_path, which):
    environment = {"DATABASE_URL": real_database, "VAR": str(tmp_path)}
    with running("work", log=tmp_path / "log", **environment) as process:
        until(Worker.objects.exists)
        until(lambda: len(family(process.pid)) >= 5)
        kin = family(process.pid)
        for pid in [process.pid, *(kin if which == "whole family" else [])]:
            os.kill(pid, signal.SIGKILL)
        until(lambda: not alive(kin), 10)


def test_a_task_that_hangs_beyond_all_time_is_ended(real_database, tmp_path):
    """Stopped, not dead: what a supervisor that only asks for deaths would never see."""
    note = tmp_path / "note"
    environment = {"DATABASE_URL": real_database, "VAR": str(tmp_path)}
    with running("work", "--stuck", "4", log=tmp_path / "log", **environment):
        async_task("tests.work.tasks.write_pid", str(note))
        until(lambda: pids(note))
        until(lambda: not OrmQ.objects.exists())
        os.kill(pids(note)[0], signal.SIGSTOP)
        async_task("tests.work.tasks.write_pid", str(note))
        assert until(lambda: len(pids(note)) == 2) < RECOVERED_WITHIN


def test_a_stop_does_not_wait_for_a_long_task(work, tmp_path):
    """The fixture ends the worker within its grace; the task waits for the next one."""
    busy = tmp_path / "busy"
    async_task("tests.work.tasks.write_pid_and_sleep", str(busy), 100)
    until(lambda: pids(busy))
