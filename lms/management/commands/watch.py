"""For cron or a systemd timer: a mail to the operators when the site stands still."""

import smtplib

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from lms import clock, operators
from lms.work import watch


class Command(BaseCommand):
    help = "Mails OPERATORS what stands still, at most once an hour, and when it is well again."
    requires_system_checks = []

    def handle(self, **options):
        try:
            with translation.override(operators.language()):
                problems = watch.look(clock.now())
        except (OSError, smtplib.SMTPException) as error:
            raise CommandError(f"The operators could not be told: {error}") from error
        if problems:
            raise CommandError(" ".join(problem.text for problem in problems))
