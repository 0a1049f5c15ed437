"""Database and media in one file, encrypted where BACKUP_KEY is set. The site may run meanwhile."""

import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lms import clock
from lms.backup import archive
from lms.backup.databases import CannotBackUp


class Command(BaseCommand):
    help = "Writes database and media into FILE."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        at = clock.now()
        if file.exists():
            raise CommandError(f"{file} exists already.")
        try:
            count = archive.make(file.absolute(), settings.BACKUP_KEY, at)
        except (CannotBackUp, OSError) as error:
            raise CommandError(str(error)) from error
        memory = settings.VAR / "backup.json"
        memory.parent.mkdir(parents=True, exist_ok=True)
        memory.write_text(json.dumps({"made_at": at.isoformat()}))
        megabytes = file.stat().st_size / 1_000_000
        sealed = "encrypted" if settings.BACKUP_KEY else "not encrypted: BACKUP_KEY is not set"
        self.stdout.write(f"{file}: the database and {count} files, {megabytes:.1f} MB, {sealed}")
