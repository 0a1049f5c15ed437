"""`python -m tests.bench [NAME]`: each figure on PostgreSQL, beside it on SQLite. Exits 1 when one
falls short. `DATABASE_URL` may name another PostgreSQL server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from tests.bench import server

POSTGRESQL = "postgres://postgres@127.0.0.1:5432/postgres"
NAME = "lms_bench"
LINE = "{name:<44} {measured:>12} {at_most:>12}  {verdict:<6} {beside}"


@contextmanager
def postgresql(url: str):
    """A database of the bench's own on that server."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{NAME}"')
        yield url.rpartition("/")[0] + "/" + NAME
        admin.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')


@contextmanager
def sqlite(_url: str):
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/bench.sqlite3"


def measure(url: str, only: str) -> dict[str, dict]:
    """The figures of one database, by name, measured in a process of their own."""
    environment = server.prepare(url)
    try:
        run = subprocess.run(
            [sys.executable, "-m", "tests.bench.figures", only],
            cwd=server.ROOT,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    finally:
        server.clean_up(environment)
    return {row["name"]: row for row in map(json.loads, run.stdout.splitlines())}


def shown(row: dict | None) -> str:
    return f"{row['measured']:.2f} {row['unit']}".strip() if row else "–"


def main(only: str = "") -> int:
    url = os.environ.get("DATABASE_URL", "")
    found = {}
    for kind in (postgresql, sqlite):
        with kind(url if url.startswith("postgres") else POSTGRESQL) as database:
            found[kind.__name__] = measure(database, only)
    if not found["postgresql"]:
        names = Path(__file__).with_name("figures.py")
        print(f"No figure is named {only}: see {names}")
        return 2
    print(LINE.format(name="", measured="measured", at_most="at most", verdict="", beside="SQLite"))
    short = 0
    for name, row in found["postgresql"].items():
        is_short = row["measured"] > row["at_most"]
        short += is_short
        print(
            LINE.format(
                name=name,
                measured=shown(row),
                at_most=f"{row['at_most']:g} {row['unit']}".strip(),
                verdict="short" if is_short else "ok",
                beside=shown(found["sqlite"].get(name)),
            )
        )
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
