"""When the rules of a selection may change, and why some cannot hold together."""

from __future__ import annotations

from datetime import datetime

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enrollment.balance.problem import Contradiction, Rule
from enrollment.models import AdmissionMode, BalanceRule, Edition, EditionStatus
from enrollment.rules.calendar import has_opened
from lms.decisions import ALLOWED, Decision, refused

CONTRADICTIONS = {
    "floor_above_capacity": _("More are asked for than there are seats:"),
    "floor_above_ceiling": _("More are asked for than the other rule allows:"),
    "floors_above_capacity": _("What is asked for adds up to more than the seats:"),
    "stated_twice": _("The same is ruled twice:"),
}


def rules_of(edition: Edition) -> list[Rule]:
    """The rules as the balance reads them, in the order in which they are stated."""
    rows = BalanceRule.objects.filter(edition=edition).order_by("place")
    return [
        Rule(row.factor, row.value, row.kind, row.number, row.percent, row.order) for row in rows
    ]


def is_drawn_by_its_rules(edition: Edition) -> bool:
    """Whether the last draw was made by the rules that there are now; where there are none, none
    is needed."""
    stated = [one.stated() for one in rules_of(edition)]
    last = edition.draws.values_list("document__rules", flat=True).first()
    return not stated or last == stated


def can_change_balance(edition: Edition) -> Decision:
    """In a selective edition, until the decisions are locked."""
    if edition.admission_mode != AdmissionMode.SELECTIVE:
        return refused("not_selective", _("This edition admits without a selection."))
    if edition.is_locked:
        return refused("locked", _("The decisions are locked. Two people can unlock them."))
    if edition.status not in (EditionStatus.DRAFT, EditionStatus.PUBLISHED):
        return refused("edition_over", _("The edition is closed."))
    return ALLOWED


def needs_reason(edition: Edition, at: datetime) -> bool:
    """Whoever applies has read by what they are chosen: a change after that says why."""
    return has_opened(edition, at)


def why(found: Contradiction) -> object:
    """A contradiction in words, with its arithmetic."""
    return format_lazy("{} {}", CONTRADICTIONS[found.what], found.arithmetic)
