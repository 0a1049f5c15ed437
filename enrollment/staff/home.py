"""The staff's part of the admin's home: what is due and what waits, edition by edition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component

from enrollment.models import (
    Application,
    Edition,
    EditionStatus,
    JointAct,
    Reconsideration,
    RegistrationWindow,
)
from enrollment.models.applications import IN_SELECTION
from enrollment.rules.joint import TWO_PEOPLE
from enrollment.rules.people import open_erasures, open_rescues
from enrollment.staff.access import READERS, editions_for, holds_any
from enrollment.staff.applications import needs_a_look
from enrollment.staff.figures import Due, calendar, listing
from lms.mail.models import MessageStatus, OutgoingMessage

SOON = timedelta(days=2)
SHOWN = 8


@dataclass(frozen=True)
class EditionShown:
    edition: Edition
    url: str
    due: list[Due]
    after: Due | None
    open_cases: int
    open_url: str


class DeskPanel(Component):
    """What a coordinator has to know today. A constant number of queries for each edition shown,
    eight editions at most."""

    order = 50
    name = "desk"
    template_name = "enrollment/staff/home.html"

    def get_context_data(self, parent_context):
        request = parent_context["request"]
        user, at = request.user, request.at
        waiting = JointAct.objects.visible_to(user, *TWO_PEOPLE).filter(
            confirmed_at=None, dropped_at=None
        )
        return {
            "editions": [_shown(edition, at) for edition in _running(user)],
            "waits": [
                *_waits(waiting.exclude(asked_by=user).count(), _uncertain(user)),
                *_suspended(user, at),
                *_reconsiderations(user),
                *_asked(open_erasures(user).count(), open_rescues(user).count()),
            ],
            "request": request,
        }


def _running(user) -> list[Edition]:
    rows = editions_for(user).filter(status__in=(EditionStatus.DRAFT, EditionStatus.PUBLISHED))
    return list(rows.prefetch_related("phases")[:SHOWN])


def _shown(edition: Edition, at) -> EditionShown:
    entries = calendar(edition, at)
    coming = [due for due in entries if not due.is_past]
    is_open = Q(pk=None) if edition.is_locked else needs_a_look()
    rows = Application.objects.filter(is_open, edition=edition, status__in=IN_SELECTION)
    return EditionShown(
        edition=edition,
        url=reverse("enrollment_staff:selection", args=[edition.pk]),
        due=[due for due in coming if due.at < at + SOON],
        after=next((due for due in coming if due.at >= at + SOON), None),
        open_cases=rows.aggregate(count=Count("pk"))["count"],
        open_url=listing(edition, open="yes"),
    )


def _uncertain(user) -> int:
    slugs = editions_for(user).values("program__slug")
    return OutgoingMessage.objects.filter(
        scope__in=slugs, is_code=False, status=MessageStatus.UNCERTAIN
    ).count()


def _waits(acts: int, uncertain: int) -> list[tuple[str, str]]:
    """(sentence, address) of what waits for the reader."""
    found = []
    if acts:
        text = ngettext(
            "%(count)d act waits for a second person.",
            "%(count)d acts wait for a second person.",
            acts,
        )
        found.append((text % {"count": acts}, reverse("enrollment_staff:joint_acts")))
    if uncertain:
        text = ngettext(
            "%(count)d message may not have arrived.",
            "%(count)d messages may not have arrived.",
            uncertain,
        )
        found.append((text % {"count": uncertain}, ""))
    return found


def _suspended(user, at) -> list[tuple[str, str]]:
    """The same of each window that was suspended and that nobody has resumed yet."""
    windows = RegistrationWindow.objects.visible_to(user, *READERS)
    windows = windows.filter(suspended_at__lte=at, edition__status=EditionStatus.PUBLISHED)
    return [
        (
            _("The window of “%(phase)s” is suspended: nobody gets in until it is resumed.")
            % {"phase": window.phase},
            reverse("enrollment_staff:edition", args=[window.edition_id]),
        )
        for window in windows.select_related("phase")
    ]


def _reconsiderations(user) -> list[tuple[str, str]]:
    """Requests for another look that wait, edition by edition."""
    rows = Reconsideration.objects.visible_to(user, *READERS).filter(answered_at=None)
    counts = rows.order_by().values_list("application__edition").annotate(count=Count("pk"))
    found = []
    for edition, count in counts:
        text = ngettext(
            "%(count)d request for reconsideration waits for an answer.",
            "%(count)d requests for reconsideration wait for an answer.",
            count,
        )
        url = reverse("enrollment_staff:reconsiderations", args=[edition])
        found.append((text % {"count": count}, url))
    return found


def _asked(erasures: int, rescues: int) -> list[tuple[str, str]]:
    """The same of what people asked about their accounts: each has an answer by a day."""
    url = reverse("enrollment_staff:requests")
    found = []
    if erasures:
        text = ngettext(
            "%(count)d person asked to be erased.",
            "%(count)d people asked to be erased.",
            erasures,
        )
        found.append((text % {"count": erasures}, url))
    if rescues:
        text = ngettext(
            "%(count)d lost mailbox waits for a second person.",
            "%(count)d lost mailboxes wait for a second person.",
            rescues,
        )
        found.append((text % {"count": rescues}, url))
    return found


def add_panel(request, panels) -> None:
    if holds_any(request.user, *READERS):
        panels.append(DeskPanel())
