"""CPU time (user and system) of processes, in seconds, to the nanosecond the kernel counts."""

from __future__ import annotations

from pathlib import Path

from django.db import connection


def of_process(pid: int) -> float:
    """What the process has used so far, all its threads."""
    used = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        used += int((task / "schedstat").read_text().split()[0])
    return used / 1e9


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


def of_database(name: str) -> dict[int, float]:
    """CPU of each server process that serves the database, by pid; none for SQLite."""
    if connection.vendor != "postgresql":
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [name])
        pids = [pid for (pid,) in cursor.fetchall()]
    return {pid: of_process(pid) for pid in pids if Path(f"/proc/{pid}").exists()}
