"""A backup: what it was made of, the database and every file of media, in one sealed tar."""

from __future__ import annotations

import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath

import django
import wagtail
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from lms.backup import databases
from lms.backup.databases import CannotBackUp
from lms.backup.sealed import Damaged, Opener, Sealer

DATABASE, MANIFEST, MEDIA = "database", "manifest.json", "media"


def make(path: Path, secret: str, at: datetime) -> int:
    """Write a backup to `path`, which appears when it is whole. Returns how many files of media
    are in it."""
    unfinished = path.with_name(path.name + ".unfinished")
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        copy = Path(folder, DATABASE)
        databases.dump(copy)
        try:
            with open(unfinished, "wb") as file:
                unfinished.chmod(0o600)
                with Sealer(file, secret) as sealer:
                    count = _write(sealer, copy, at)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    return count


def _write(sealer, copy: Path, at: datetime) -> int:
    count = 0
    with tarfile.open(fileobj=sealer, mode="w|") as tar:
        (note := copy.with_name(MANIFEST)).write_text(json.dumps(_manifest(at)))
        tar.add(note, MANIFEST)
        tar.add(copy, DATABASE)
        for name in media_names():
            with default_storage.open(name) as file:
                info = tarfile.TarInfo(f"{MEDIA}/{name}")
                info.size = file.size
                tar.addfile(info, file)
            count += 1
    return count


def open_into(folder: Path, path: Path, secret: str) -> dict:
    """Unpack a backup into `folder` and read it whole; raises `Damaged` where it is not whole."""
    try:
        with open(path, "rb") as file:
            opener = Opener(file, secret)
            with tarfile.open(fileobj=opener, mode="r|") as tar:
                _unpack(tar, folder.resolve())
            while opener.read(1024 * 1024):
                pass
        return json.loads((folder / MANIFEST).read_text())
    except (tarfile.TarError, ValueError, OSError) as error:
        raise Damaged(f"The backup cannot be read: {error}") from error


def _unpack(tar: tarfile.TarFile, folder: Path) -> None:
    """Only plain files below `folder`, whatever the tar holds. Python's own filter for this is
    not in the 3.11 of Debian 12."""
    for member in tar:
        path = (folder / member.name).resolve()
        if not member.isreg() or not path.is_relative_to(folder):
            raise tarfile.TarError(f"{member.name} does not belong in a backup")
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "wb") as file:
            shutil.copyfileobj(tar.extractfile(member), file)


def fits(manifest: dict) -> None:
    """Raise where this site cannot take that backup."""
    if manifest["database"] != databases.kind():
        raise CannotBackUp(
            f"The backup is of a {manifest['database']} database, this site has "
            f"{databases.kind()}: set DATABASE_URL to one of the same kind."
        )
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    unknown = {tuple(one) for one in manifest["migrations"]} - known
    if unknown:
        raise CannotBackUp(
            "The backup was made by a newer version of this site ("
            + ", ".join(sorted(".".join(one) for one in unknown)[:3])
            + "): install that version first."
        )


def occupied() -> str:
    """What is in the way of a restore; empty where the target is empty."""
    tables = connection.introspection.table_names()
    if "accounts_user" in tables:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM accounts_user")
            [people] = cursor.fetchone()
        if people:
            return f"there are accounts in the database ({people})"
    if next(media_names(), None):
        return "there are files of media"
    return ""


def put_in_place(folder: Path) -> int:
    """Replace database and media by what was unpacked, then migrate. How many files of media."""
    databases.load(folder / DATABASE)
    call_command("migrate", verbosity=0)
    kept = {
        str(PurePosixPath(path.relative_to(folder / MEDIA))): path
        for path in (folder / MEDIA).rglob("*")
        if path.is_file()
    }
    for name in set(media_names()) - set(kept):
        default_storage.delete(name)
    for name, path in kept.items():
        _put(name, path)
    return len(kept)


def _put(name: str, path: Path) -> None:
    if default_storage.exists(name):
        default_storage.delete(name)
    with open(path, "rb") as file:
        stored = default_storage.save(name, File(file))
    if stored != name:
        raise CannotBackUp(f"{name} could only be stored as {stored}.")


def media_names(folder: str = "") -> Iterator[str]:
    """Every file of the media storage, wherever it is: a folder of this machine, or S3."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        if name:
            yield f"{folder}/{name}" if folder else name
    for name in folders:
        yield from media_names(f"{folder}/{name}" if folder else name)


def _manifest(at: datetime) -> dict:
    applied = MigrationLoader(connection).applied_migrations
    return {
        "made_at": at.isoformat(),
        "site": settings.SITE_URL,
        "database": databases.kind(),
        "migrations": sorted(map(list, applied)),
        "django": django.__version__,
        "wagtail": wagtail.__version__,
    }
