"""Whether two applications are one person's, and whether one of them may leave the selection."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from enrollment.matching import ENOUGH_WORDS
from enrollment.models import Application, ApplicationStatus, Enrollment
from enrollment.names import name_of, normal_text
from enrollment.rules.eligibility import can_settle, can_settle_in
from lms.decisions import ALLOWED, Decision, refused


def can_merge(application: Application, other: Application, by, at: datetime) -> Decision:
    """Until the lock, by a coordinator, while the other one counts."""
    if not (answer := can_settle(application, by, at)):
        return answer
    if application.edition.is_released(at):
        return refused("released", _("The decisions are released."))
    if not other.is_in_selection:
        return refused("other_left", _("The other application is not in the selection."))
    if Enrollment.objects.filter(application=application).exists():
        return refused("enrolled", _("This person has a place by this application."))
    return ALLOWED


def can_take_back(application: Application, by, at: datetime) -> Decision:
    """Whether what was settled may be open again: as long as it could have been settled."""
    if not (answer := can_settle_in(application.edition, by, at)):
        return answer
    is_merged = application.status == ApplicationStatus.MERGED
    if not is_merged and application.duplicate_settled_at is None:
        return refused("not_settled", _("This pair is still open."))
    if is_merged and application.edition.is_released(at):
        return refused("released", _("The decisions are released."))
    return ALLOWED


def is_surely_one(one: Application, other: Application, telling: Iterable[str]) -> bool:
    """Whether two that look alike agree in so much that nobody else can be meant: three words of a
    name, role, institution, gender and the name on the certificate, and none of the answers that
    tell people apart, `telling` by their ids, differs where both gave it."""
    words = name_of(one.given_names, one.family_names).words
    given = [(row.role_id, row.gender, normal_text(row.institution)) for row in (one, other)]
    return (
        len(words) >= ENOUGH_WORDS
        and all(given[0])
        and given[0] == given[1]
        and _agree(one.certificate_name, other.certificate_name)
        and all(_agree(one.answers.get(name), other.answers.get(name)) for name in telling)
    )


def _agree(one, other) -> bool:
    return not one or not other or normal_text(str(one)) == normal_text(str(other))
