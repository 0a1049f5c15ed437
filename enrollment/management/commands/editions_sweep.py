"""`manage.py editions_sweep`: what the worker does every minute, by hand."""

from django.core.management.base import BaseCommand, CommandError

from enrollment.services.due import FAILED, sweep_editions
from enrollment.tasks import report
from lms import clock


class Command(BaseCommand):
    help = (
        "Do what the clock makes due in the editions: write the letters of a release, remind of "
        "offers and expire them, call the waitlist, announce phases, settle places."
    )

    def handle(self, *args, **options):
        done = sweep_editions(clock.now())
        self.stdout.write(report(done))
        if done[FAILED]:
            raise CommandError("Not everything could be done: the log says what.")
