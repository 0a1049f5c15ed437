"""Who may read applications, and until when."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from enrollment.models import (
    Edition,
    EditionStatus,
    ReadingPlan,
    Review,
    ReviewStatus,
    StaffRole,
    WindowKind,
)
from enrollment.rules.staff import coordinates, has_role
from lms.decisions import ALLOWED, Decision, refused

WHO_IT_IS = ("name", "email", "account_email")  # kinds of fields


def is_reading_open(edition: Edition, at: datetime) -> Decision:
    """From the opening of the window, while people still apply, until the decisions are locked."""
    if not hasattr(edition, "reading_plan"):
        return refused("not_read", _("Applications to this edition are not read."))
    if edition.status != EditionStatus.PUBLISHED:
        return refused("not_published", _("The edition is not published."))
    if edition.is_locked:
        return refused("locked", _("The decisions are locked: the reading is over."))
    opened = edition.windows.filter(kind=WindowKind.APPLICATION, opens_at__lte=at)
    if not opened.exists():
        return refused("not_open_yet", _("The window has not opened: there is nothing to read."))
    if not edition.reading_plan.criteria.exists():
        return refused("no_criteria", _("No criterion says yet what readers give points to."))
    return ALLOWED


def can_read(user, edition: Edition, at: datetime) -> Decision:
    if not has_role(user, edition.program, StaffRole.REVIEWER):
        return refused("not_reviewer", _("Only reviewers of the program read applications."))
    return is_reading_open(edition, at)


def can_work_on(review: Review, user, at: datetime) -> Decision:
    """Whether the user may score the review, again too, or be recused from it."""
    if review.reader_id != user.pk:
        return refused("not_yours", _("Somebody else reads this application."))
    if review.status == ReviewStatus.RECUSED:
        return refused("recused", _("You do not read this application."))
    if not review.application.is_in_selection:
        return refused("not_in_selection", _("This application is not in the selection any more."))
    return can_read(user, review.application.edition, at)


def hidden_from_readers(plan: ReadingPlan, definition: list[dict]) -> set[str]:
    """The ids of the fields that a blind reader does not see: what tells who applies, and where
    they work."""
    if not plan.is_blind:
        return set()
    named = {field["id"] for field in definition if field["kind"] in WHO_IT_IS}
    files = {f["id"] for f in definition if f["kind"] == "file" and f.get("tells_who", True)}
    return named | files | {"institution"}


def can_change_plan(edition: Edition, by) -> Decision:
    """A coordinator, until the decisions are locked."""
    if edition.is_locked:
        return refused("locked", _("The decisions are locked: the reading is over."))
    return coordinates(by, edition.program)


def can_change_criteria(edition: Edition) -> Decision:
    """What counts, and how much, stands once somebody was measured by it."""
    if Review.objects.filter(application__edition=edition, status=ReviewStatus.SCORED).exists():
        return refused(
            "criteria_used", _("Applications have been read by these criteria: they stand.")
        )
    return ALLOWED
