"""The task worker: does the site's background work and sends its mail, until it is told to stop."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from lms.work.supervisor import GRACE_SECONDS, STUCK_SECONDS, Supervisor


class Command(BaseCommand):
    help = "Works off the tasks and sends the mails. Ends cleanly on SIGTERM or Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--grace", type=float, default=GRACE_SECONDS, help="seconds to finish after SIGTERM"
        )
        parser.add_argument(
            "--stuck", type=float, default=STUCK_SECONDS, help="seconds after which it is stuck"
        )

    def handle(self, *, grace, stuck, **options):
        try:
            settings.SECRET_KEY  # noqa: B018  raises where it is empty
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        Supervisor(grace=grace, stuck=stuck).run()
