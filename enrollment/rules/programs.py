"""What may be done with an edition and its windows."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from enrollment.models import Edition, EditionStatus, RegistrationWindow
from enrollment.models.programs import EDITION_TRANSITIONS
from lms.decisions import ALLOWED, Decision, refused


def can_become(edition: Edition, status: str) -> Decision:
    if status in EDITION_TRANSITIONS[edition.status]:
        return ALLOWED
    return refused(
        "wrong_state",
        _("An edition that is %(state)s cannot be changed so.")
        % {"state": edition.get_status_display()},
    )


def can_publish(edition: Edition, at: datetime) -> Decision:
    """Before its first window opens, and with a phase and a window at least."""
    if not (answer := can_become(edition, EditionStatus.PUBLISHED)):
        return answer
    first = edition.windows.order_by("opens_at").first()
    if first is None:
        return refused("no_window", _("Give the edition a phase and a window first."))
    if first.opens_at <= at:
        return refused("window_open", _("Its first window would already be open: move its dates."))
    return ALLOWED


def can_cancel(edition: Edition, at: datetime) -> Decision:
    return can_become(edition, EditionStatus.CANCELLED)


def can_close(edition: Edition, at: datetime) -> Decision:
    """After the last phase."""
    if not (answer := can_become(edition, EditionStatus.CLOSED)):
        return answer
    last = edition.phases.order_by("-closes_at").first()
    if last and last.closes_at > at:
        return refused("running", _("Its last phase still runs."), opens_at=last.closes_at)
    return ALLOWED


def can_archive(edition: Edition, at: datetime) -> Decision:
    """A closed edition, when the time for which its participants' records are kept has passed."""
    if not (answer := can_become(edition, EditionStatus.ARCHIVED)):
        return answer
    kept_until = edition.closed_at + timedelta(days=edition.program.keep_participants_days)
    if at < kept_until:
        return refused("records_kept", _("Its records are still kept."), opens_at=kept_until)
    return ALLOWED


def can_extend(window: RegistrationWindow, closes_at: datetime, at: datetime) -> Decision:
    """Later, never earlier, and only until the decisions are locked."""
    if window.edition.is_locked:
        return refused("locked", _("The decisions are locked."))
    if window.is_suspended(at):
        return refused(
            "suspended", _("The window is suspended: resume it, and name its new close there.")
        )
    if closes_at <= window.closes_at:
        return refused("earlier", _("A window can only be made to close later, never earlier."))
    if closes_at <= at:
        return refused("past", _("That instant has passed."))
    return ALLOWED


def can_suspend(window: RegistrationWindow, at: datetime) -> Decision:
    """While it is open: what has closed, or not opened yet, lets nobody in as it is."""
    if window.edition.status != EditionStatus.PUBLISHED:
        return refused("not_published", _("The edition is not published."))
    if window.is_suspended(at):
        return refused("suspended", _("The window is suspended already."))
    if not window.is_open(at):
        return refused("not_open", _("Only a window that is open can be suspended."))
    return ALLOWED


def can_resume(
    window: RegistrationWindow, closes_at: datetime, at: datetime, *, is_being_extended: bool
) -> Decision:
    """With a close that is not before the old one, nor past, and while nobody has asked to move
    that same close in another act."""
    if window.edition.status != EditionStatus.PUBLISHED:
        return refused("not_published", _("The edition is not published."))
    if not window.is_suspended(at):
        return refused("not_suspended", _("The window is not suspended."))
    if is_being_extended:
        return refused(
            "extension_waits",
            _(
                "An extension of this window waits for a second person: take it back first, and"
                " name its hour here."
            ),
        )
    if closes_at < window.closes_at:
        return refused("earlier", _("A window is never made to close earlier than it would have."))
    if closes_at <= at:
        return refused("past", _("That instant has passed."))
    return ALLOWED
