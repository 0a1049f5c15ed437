"""A site is carried to an empty machine in one file, by real processes."""

import sqlite3
import tarfile
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from lms import kept
from lms.accounts.models import User
from lms.backup import archive
from lms.backup.sealed import Damaged, Sealer
from tests import databases
from tests.builders import a_person
from tests.work.processes import manage

pytestmark = pytest.mark.slow

KEY = "correct horse battery staple"


@pytest.fixture
def here(real_database, tmp_path):
    """A site with one person and two files, and how its commands are called."""
    a_person("rosa@correo.example", first_name="María José")
    var = tmp_path / "here"
    (var / "media" / "deep").mkdir(parents=True)
    (var / "media" / "seal.svg").write_bytes(b"<svg/>")
    (var / "media" / "deep" / "ñandú.pdf").write_bytes(b"%PDF" * 600_000)
    return {"DATABASE_URL": real_database, "VAR": str(var), "BACKUP_KEY": KEY}


@pytest.fixture
def elsewhere(tmp_path, django_db_blocker):
    """An empty machine: a new folder, a new database without a table."""
    var = tmp_path / "elsewhere"
    if databases.is_sqlite():
        yield {"DATABASE_URL": f"sqlite:///{var}/db.sqlite3", "VAR": str(var), "BACKUP_KEY": KEY}
        return
    name = databases.own_name("elsewhere")
    with django_db_blocker.unblock():
        databases._on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        databases._on_server(f'CREATE DATABASE "{name}"')
        url = databases.url().rpartition("/")[0] + f"/{name}"
        yield {"DATABASE_URL": url, "VAR": str(var), "BACKUP_KEY": KEY}
        databases._on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def people(machine) -> list:
    """The addresses in a machine's database; empty where it has no table."""
    query = "SELECT email FROM accounts_user ORDER BY email"
    try:
        if databases.is_sqlite():
            connect = sqlite3.connect(machine["DATABASE_URL"].removeprefix("sqlite:///"))
        else:
            connect = psycopg.connect(machine["DATABASE_URL"])
        try:
            return [email for (email,) in connect.execute(query).fetchall()]
        finally:
            connect.close()
    except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
        return []


def files(machine) -> dict:
    media = Path(machine["VAR"], "media")
    return {
        str(path.relative_to(media)): path.read_bytes()
        for path in media.rglob("*")
        if path.is_file()
    }


def a_backup(here, tmp_path):
    run = manage("backup", str(tmp_path / "backup"), **here)
    assert run.returncode == 0, run.stderr
    return tmp_path / "backup", run.stdout


def test_a_backup_restores_on_an_empty_machine(here, elsewhere, tmp_path):
    backup, said = a_backup(here, tmp_path)
    assert "2 files" in said and ", encrypted" in said
    assert b"rosa@" not in backup.read_bytes()
    assert backup.stat().st_mode & 0o077 == 0
    run = manage("restore", str(backup), **elsewhere)
    assert run.returncode == 0, run.stderr
    assert people(elsewhere) == ["rosa@correo.example"]
    assert files(elsewhere) == files(here)
    assert manage("migrate", "--check", **elsewhere).returncode == 0


@pytest.mark.once
def test_what_does_not_fit_changes_nothing(here, elsewhere, tmp_path):
    backup, _said = a_backup(here, tmp_path)
    whole = backup.read_bytes()
    middle = len(whole) // 2
    cases = {
        "is not the key": (whole, {"BACKUP_KEY": "wrong"}),
        "set BACKUP_KEY": (whole, {"BACKUP_KEY": ""}),
        "cut off": (whole[:-200], {}),
        "not what was written": (
            whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            {},
        ),
        "added to its end": (whole + b"x", {}),
        "no backup of this site": (b"hello", {}),
    }
    for words, (content, changed) in cases.items():
        backup.write_bytes(content)
        run = manage("restore", str(backup), **{**elsewhere, **changed})
        assert run.returncode == 1 and words in run.stderr, run.stderr
        assert len(run.stderr.strip().splitlines()) == 1, run.stderr
        assert people(elsewhere) == [] and files(elsewhere) == {}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../outside", tarfile.REGTYPE),
        ("/tmp/outside", tarfile.REGTYPE),  # noqa: S108
        ("media/link", tarfile.SYMTYPE),
        ("media/device", tarfile.CHRTYPE),
    ],
)
def test_a_backup_puts_nothing_but_files_in_its_folder(tmp_path, name, kind):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, "/etc"
    with (
        open(tmp_path / "backup", "wb") as file,
        Sealer(file, KEY) as sealer,
        tarfile.open(fileobj=sealer, mode="w|") as tar,
    ):
        tar.addfile(member)
    (tmp_path / "folder").mkdir()
    with pytest.raises(Damaged, match="does not belong"):
        archive.open_into(tmp_path / "folder", tmp_path / "backup", KEY)
    assert {path.name for path in tmp_path.rglob("*")} == {"backup", "folder"}


def test_a_site_in_use_is_replaced_only_when_told(here, tmp_path):
    manage("createcachetable", **here)
    backup, _said = a_backup(here, tmp_path)
    a_person("later@correo.example")
    Path(here["VAR"], "media", "later.txt").write_text("later")
    run = manage("restore", str(backup), **here)
    assert run.returncode == 1 and "--replace" in run.stderr
    assert "later@correo.example" in people(here) and "later.txt" in files(here)
    run = manage("restore", str(backup), "--replace", **here)
    assert run.returncode == 0, run.stderr
    assert people(here) == ["rosa@correo.example"]
    assert set(files(here)) == {"seal.svg", "deep/ñandú.pdf"}
    connection.close()
    assert User.objects.get().first_name == "María José"
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM django_cache")
        assert (f":1:{kept.MARK}",) in cursor.fetchall(), "what was kept is shown no more"


def test_a_backup_of_a_newer_version_is_refused(here, elsewhere, tmp_path):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('work', '9999_later', '2030-01-01')"
        )
    backup, _said = a_backup(here, tmp_path)
    run = manage("restore", str(backup), **elsewhere)
    assert run.returncode == 1 and "work.9999_later" in run.stderr
    assert people(elsewhere) == []


def test_a_backup_without_a_key_says_so(here, elsewhere, tmp_path):
    backup, said = a_backup({**here, "BACKUP_KEY": ""}, tmp_path)
    assert "not encrypted" in said
    assert manage("restore", str(backup), **elsewhere).returncode == 0
    assert people(elsewhere) == ["rosa@correo.example"]
    assert settings.BACKUP_KEY == ""
