"""The task worker: does the site's background work and sends its mail, until it is told to stop."""

from django.core.management.base import BaseCommand

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
        Supervisor(grace=grace, stuck=stuck).run()
