"""Puts a backup in place. It is read whole before anything is changed."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from lms import clock, kept
from lms.backup import archive
from lms.backup.databases import CannotBackUp
from lms.backup.sealed import Damaged
from lms.mail.models import OutgoingMessage
from lms.work.health import LONGEST_SILENCE
from lms.work.models import Worker


class Command(BaseCommand):
    help = "Restores database and media from FILE. Stop the site before."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="erase what is there: database and media"
        )

    def handle(self, *, file, replace, **options):
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        settings.VAR.mkdir(parents=True, exist_ok=True)
        try:
            self.refuse_what_is_in_use(replace)
            with tempfile.TemporaryDirectory(dir=settings.VAR, prefix="restore-") as folder:
                manifest = archive.open_into(Path(folder), file, settings.BACKUP_KEY)
                archive.fits(manifest)
                count = archive.put_in_place(Path(folder))
        except (Damaged, CannotBackUp) as error:
            raise CommandError(str(error)) from error
        Worker.objects.all().delete()
        call_command("createcachetable", verbosity=0)
        kept.drop()
        self.stdout.write(f"Restored: the database and {count} files, of {manifest['made_at']}.")
        self.warn_of_mail()

    def refuse_what_is_in_use(self, replace) -> None:
        occupied = archive.occupied()
        if occupied and not replace:
            raise CommandError(
                f"Nothing was changed: {occupied}. To erase all of it, add --replace."
            )
        if occupied and works_now():
            raise CommandError("Nothing was changed: the site runs. Stop web and worker first.")

    def warn_of_mail(self) -> None:
        waiting = OutgoingMessage.objects.letters().due(clock.now()).count()
        if waiting:
            self.stdout.write(
                f"{waiting} messages were waiting when the backup was made: they may have left "
                "since, and leave again when the worker starts."
            )


def works_now() -> bool:
    try:
        return Worker.objects.filter(beaten_at__gt=clock.now() - LONGEST_SILENCE).exists()
    except DatabaseError:
        return False
