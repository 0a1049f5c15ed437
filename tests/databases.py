"""Databases for the tests: migrated once for each state of the migrations, then copied.

The migrated one is kept between runs: for SQLite a file in `.pytest_cache/`, for PostgreSQL a
database of the server that is tested on, one for each checkout. A copy takes a moment where
migrating takes most of a minute."""

from __future__ import annotations

import fcntl
import hashlib
import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".pytest_cache" / "databases"
APPS = ("lms", "enrollment", "content", "certificates")


def digest() -> str:
    """What the migrated database depends on: our migrations, and everybody else's versions."""
    whole = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for app in APPS:
        for path in sorted((ROOT / app).rglob("migrations/*.py")):
            whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()[:16]


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"


@contextmanager
def at(name: str):
    """The connection points to the database `name` meanwhile."""
    before = connection.settings_dict["NAME"]
    point_to(name)
    try:
        yield
    finally:
        point_to(before)


def make(name: str) -> None:
    """A migrated, empty database of that name: on SQLite a file's path, or a shared memory's."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with open(KEPT / f"{connection.vendor}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _make_sqlite(name) if is_sqlite() else _make_postgresql(name)


def drop(name: str) -> None:
    connection.close()
    if is_sqlite():
        for path in Path(name).parent.glob(Path(name).name + "*"):
            path.unlink()
    else:
        _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def own_name(suffix: str) -> str:
    """A name that no other checkout and no other process uses."""
    place = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    return f"lms_{place}_{suffix}"


def url() -> str:
    """The present database, as `DATABASE_URL` says it."""
    of = connection.settings_dict
    if is_sqlite():
        return f"sqlite:///{of['NAME']}"
    user = f"{of['USER']}:{of['PASSWORD']}@" if of["PASSWORD"] else f"{of['USER']}@"
    return f"postgres://{user}{of['HOST']}:{of['PORT'] or 5432}/{of['NAME']}"


def point_to(name: str) -> None:
    """From here on the connection is one to that database."""
    BaseDatabaseWrapper.close(connection)  # SQLite's own leaves a database in memory open
    connection.settings_dict["NAME"] = name


def _make_sqlite(name: str) -> None:
    kept = KEPT / f"{digest()}.sqlite3"
    if not kept.exists():
        for old in KEPT.glob("*.sqlite3"):
            old.unlink()
        making = kept.with_suffix(f".{os.getpid()}")
        with at(str(making)):
            call_command("migrate", verbosity=0)
            connection.cursor().execute("PRAGMA journal_mode=DELETE")
        making.rename(kept)
    with at(name):
        connection.ensure_connection()
        source = sqlite3.connect(kept)
        source.backup(connection.connection)
        source.close()
        if "mode=memory" in name:
            # The memory lives as long as a connection to it: this one outlives the change of name.
            _alive.append(sqlite3.connect(name, uri=True))


def _make_postgresql(name: str) -> None:
    kept = own_name("kept")
    marked = _on_server(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", kept
    )
    if not marked or marked[0][0] != digest():
        _on_server(f'DROP DATABASE IF EXISTS "{kept}" WITH (FORCE)')
        _on_server(f'CREATE DATABASE "{kept}"')
        with at(kept):
            call_command("migrate", verbosity=0)
        _on_server(f"COMMENT ON DATABASE \"{kept}\" IS '{digest()}'")
    _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{kept}"')


def _on_server(statement: str, *parameters) -> list[tuple]:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []


_alive: list[sqlite3.Connection] = []
