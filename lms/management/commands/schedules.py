"""Writes the clockwork of the site into the database; done again, it changes nothing."""

from django.core.management.base import BaseCommand

from lms import clock
from lms.work import schedules


class Command(BaseCommand):
    help = "Creates, corrects and removes the rows of what the worker does by the clock."

    def handle(self, **options):
        kinds = ("added", "changed", "removed")
        for kind, names in zip(kinds, schedules.keep(clock.now()), strict=True):
            for name in names:
                self.stdout.write(f"{kind}: {name}")
