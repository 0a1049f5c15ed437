"""The whole database as one file, and back: SQLite's online backup, PostgreSQL's own tools."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from django.db import connection


class CannotBackUp(Exception):
    """One clear line for the operator."""


def kind() -> str:
    return connection.vendor


def dump(target: Path) -> None:
    """A consistent copy, taken while the site runs."""
    if kind() == "sqlite":
        _copy_sqlite(connection.settings_dict["NAME"], target)
    else:
        _run("pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--file={target}")


def load(source: Path) -> None:
    """Put the copy in the place of everything that is there, or change nothing."""
    connection.close()
    if kind() == "sqlite":
        _copy_sqlite(source, connection.settings_dict["NAME"])
        return
    script = source.with_suffix(".sql")
    _run("pg_restore", "--no-owner", "--no-acl", f"--file={script}", str(source), connect=False)
    empty = source.with_suffix(".empty.sql")
    empty.write_text("DROP SCHEMA public CASCADE;\n")
    text = script.read_text()
    if "CREATE SCHEMA public" not in text:
        empty.write_text("DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n")
    _run(
        "psql",
        "--quiet",
        "--no-psqlrc",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        f"--file={empty}",
        f"--file={script}",
        "--output=/dev/null",
    )


def _copy_sqlite(source, target) -> None:
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    one, other = sqlite3.connect(str(source), timeout=20), sqlite3.connect(str(target), timeout=20)
    try:
        one.backup(other)
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        other.close()
        one.close()


def _run(tool: str, *arguments: str, connect=True) -> None:
    if not shutil.which(tool):
        raise CannotBackUp(
            f"{tool} is missing: install PostgreSQL's client programs (postgresql-client)."
        )
    settings = connection.settings_dict
    places = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    given = {name: str(settings[key]) for name, key in places.items() if settings.get(key)}
    command = [tool, *arguments, *([f"--dbname={settings['NAME']}"] if connect else [])]
    run = subprocess.run(  # noqa: S603
        command, env={**os.environ, **given}, capture_output=True, text=True, check=False
    )
    if run.returncode:
        words = run.stderr.strip().splitlines() or ["no word of why"]
        raise CannotBackUp(f"{tool}: {words[0]}")
