"""Tells the operators when something stands still. It depends on no worker and on no row: a mail
straight to the mail server, and a file that remembers when it was sent."""

from __future__ import annotations

import fcntl
import json
import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from lms import clock
from lms.work import health
from lms.work.processes import end_with

log = logging.getLogger("lms.watch")

AGAIN_AFTER = timedelta(hours=1)
MEMORY = "watch.json"


def once(parent: int) -> None:
    """The body of a short process that looks once."""
    end_with(parent)
    look(clock.now())


def look(at: datetime) -> list:
    """Mail the operators what is wrong, at most once an hour, and once that all is well again.
    Raises what the mail server raises: then nothing counts as told. Returns the problems."""
    problems = health.of_the_site(at).problems
    settings.VAR.mkdir(parents=True, exist_ok=True)
    with open(settings.VAR / MEMORY, "a+") as memory:
        fcntl.flock(memory, fcntl.LOCK_EX)
        memory.seek(0)
        told = json.loads(memory.read() or "{}")
        if problems and _is_new(told, at):
            _tell(_("%(site)s needs you"), [problem.text for problem in problems])
            _remember(memory, {"told_at": at.isoformat()})
        elif told and not problems:
            _tell(_("%(site)s is well again"), [_("Nothing stands still any more.")])
            _remember(memory, {})
    return problems


def _is_new(told: dict, at: datetime) -> bool:
    last = told.get("told_at")
    return last is None or abs(at - datetime.fromisoformat(last)) >= AGAIN_AFTER


def _remember(memory, what: dict) -> None:
    memory.seek(0)
    memory.truncate()
    memory.write(json.dumps(what) if what else "")


def _tell(subject: str, lines: list[str]) -> None:
    subject %= {"site": settings.SITE_URL}
    log.warning("%s: %s", subject, " ".join(lines))
    if settings.OPERATORS:
        text = "\n".join([*lines, "", _("To see more: manage.py doctor"), settings.SITE_URL])
        EmailMessage(subject, text, settings.SERVER_EMAIL, settings.OPERATORS).send()
