"""What the clock makes due in the editions. What people see and may do never waits for it: it
writes letters, frees seats and records, and comes late where the worker slept."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from enrollment.models import Edition, EditionStatus
from enrollment.services.drafts import remind_drafts
from enrollment.services.enrollments import settle_enrollments
from enrollment.services.offers import expire_offers, remind_offers
from enrollment.services.phases import announce_phases
from enrollment.services.programs import archive_edition
from enrollment.services.release import write_outcome_messages
from enrollment.services.waitlist import call_waitlist, close_waitlist
from enrollment.services.windows import freeze_forms

log = logging.getLogger(__name__)

Step = Callable[[Edition, datetime], int]
STEPS: dict[str, Step] = {
    "forms frozen": freeze_forms,
    "drafts reminded of": remind_drafts,
    "outcomes told": write_outcome_messages,
    "offers reminded of": remind_offers,
    "offers expired": expire_offers,
    "called from the waitlist": call_waitlist,
    "told that the waitlist is closed": close_waitlist,
    "told that a phase has opened": announce_phases,
    "places settled": settle_enrollments,
    "editions archived": archive_edition,
}
FAILED = "steps failed"


def sweep_editions(at: datetime) -> Counter:
    """Do what is due in every running edition; a second call finds nothing to do, and two at once
    do it once. A step that fails is logged and stops no other. Returns how much was done, by
    step."""
    done: Counter = Counter()
    running = (EditionStatus.PUBLISHED, EditionStatus.CLOSED)
    for edition in Edition.objects.filter(status__in=running).select_related("program"):
        for name, step in STEPS.items():
            try:
                done[name] += step(edition, at)
            except Exception:
                log.exception("%s: edition %s", name, edition.pk)
                done[FAILED] += 1
    return +done
