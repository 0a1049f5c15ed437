"""`manage.py demo`: the whole site with people in every stage, in an empty database."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lms import clock
from lms.decisions import DomainError
from lms.demo import standing


class Command(BaseCommand):
    help = "Builds the demonstration in an empty database; with --renew moves it to today."

    def add_arguments(self, parser):
        parser.add_argument(
            "--renew", action="store_true", help="move the living editions to today"
        )

        parser.add_argument(
            "--scale", type=float, default=1.0, help="fewer people, for a try: 0.05 is a twentieth"
        )

    def handle(self, *args, renew=False, scale=1.0, **options):
        if not settings.DEMO:
            raise CommandError("The demonstration is off. Set DEMO=1, on this machine only.")
        at = clock.now()
        try:
            is_new = standing.build(at, scale=scale)
        except DomainError as error:
            raise CommandError(str(error)) from error
        if is_new:
            self.stdout.write("The demonstration is built.")
        elif renew:
            if days := standing.move_to_today(at):
                self.stdout.write(f"The demonstration was moved by {days} days, to today.")
        elif standing.is_stale(at):
            self.stdout.write(standing.STALE)
