"""Says in plain words what is wrong with this deployment; exit code 1 when something is broken."""

import logging
import sys

from django.core.management.base import BaseCommand
from django.utils import translation

from lms import clock, doctor, operators

MARKS = {"ok": "ok     ", "warning": "WARNING", "error": "ERROR  "}


class Command(BaseCommand):
    help = "Examines the deployment: settings, database, worker, mail, files, backups."
    requires_system_checks = []

    def handle(self, **options):
        logging.disable(logging.CRITICAL)  # what is wrong is said in words, without a traceback
        try:
            with translation.override(operators.language()):
                findings = doctor.examine(clock.now())
        finally:
            logging.disable(logging.NOTSET)
        for finding in findings:
            self.stdout.write(f"{MARKS[finding.level]}  {finding.name}: {finding.text}")
        if any(finding.level == "error" for finding in findings):
            sys.exit(1)
