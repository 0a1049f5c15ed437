"""The nightly sweep: what must not be kept any longer goes, in every app and in the base.

Each duty is done by itself: one that fails is logged, and the others are done all the same. An
app's own duty (the `sweep` hook) is careful in the same way with each of its rows.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.contrib.sessions.models import Session
from wagtail import hooks

from lms.accounts.codes import forget_old_codes
from lms.accounts.retention import forget_old_changes
from lms.mail.retention import forget_own_messages

log = logging.getLogger(__name__)


def forget_ended_sessions(at: datetime) -> None:
    Session.objects.filter(expire_date__lt=at).delete()


OWN: list[Callable[[datetime], object]] = [
    forget_old_codes,
    forget_ended_sessions,
    forget_own_messages,
    forget_old_changes,
]


def sweep(at: datetime) -> list[str]:
    """Do every duty at `at`. Returns the names of those that failed."""
    failed = []
    for duty in [*hooks.get_hooks("sweep"), *OWN]:
        name = f"{duty.__module__}.{getattr(duty, '__qualname__', duty)}"
        try:
            duty(at)
        except Exception:
            log.exception("The sweep failed at %s", name)
            failed.append(name)
        else:
            log.info("Swept: %s", name)
    return failed
