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

    def handle(self, *args, renew=False, **options):
        if not settings.DEMO:
            raise CommandError("The demonstration is off. Set DEMO=1, on this machine only.")
        at = clock.now()
        try:
            is_new = standing.build(at)
        except DomainError as error:
            raise CommandError(str(error)) from error
        if is_new:
            self.stdout.write("The demonstration is built.")
        elif renew:
            days = standing.move_to_today(at)
            self.stdout.write(f"The demonstration was moved by {days} days, to today.")
        elif standing.is_stale(at):
            self.stdout.write(standing.STALE)
