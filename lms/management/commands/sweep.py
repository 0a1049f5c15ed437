from django.core.management.base import BaseCommand, CommandError

from lms import clock
from lms.sweeping import sweep


class Command(BaseCommand):
    help = "Deletes what the privacy notice says is kept no longer. Run it every night."

    def handle(self, **_options):
        failed = sweep(clock.now())
        if failed:
            raise CommandError("Not everything was swept: " + ", ".join(failed))
        self.stdout.write("Everything was swept.")
