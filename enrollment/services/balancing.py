"""The balance of an edition's selection: its rules, what would be drawn by them, the draws written.
The only writer of `BalanceRule`, `Draw` and the edition's `draw_seed`."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enrollment.balance import draw
from enrollment.balance.answer import Difference, because_of, counts, cut
from enrollment.balance.problem import (
    CEILING,
    FLOOR,
    Applicant,
    Contradiction,
    Contradictory,
    Limit,
    Rule,
    contradictions,
    limits_of,
    values_of,
)
from enrollment.forms.definitions import default_form, form_of
from enrollment.models import BalanceRule, Draw, Edition, WindowKind
from enrollment.models.applications import IN_SELECTION
from enrollment.queries import readings_counted
from enrollment.rules import balance as rules
from enrollment.rules.balance import rules_of
from enrollment.rules.staff import coordinates
from enrollment.selection import Candidate, Proposed, waitlist_length
from lms import journal
from lms.decisions import DomainError, require_reason

COLUMNS = {
    "country": "country",
    "role": "role__key",
    "gender": "gender",
    "workplace": "workplace",
    "language": "language",
}
OF_COLUMNS = {*COLUMNS, "workplace_kind"}
CHOSEN_FROM = ("choice", "choices")
SEVERAL = "choices"
SIGNS = {FLOOR: "≥", CEILING: "≤"}
KEPT_FOR = 60 * 60


# -- rules -------------------------------------------------------------------------------


def asked_in(edition: Edition) -> dict[str, dict]:
    """The fields of the application's form that are answered by choosing and are not facts of
    their own, by id."""
    window = edition.windows.filter(kind=WindowKind.APPLICATION).order_by("opens_at").first()
    form = form_of(window) if window else default_form()
    return {
        field["id"]: field
        for field in form
        if field["kind"] in CHOSEN_FROM and field["id"] not in OF_COLUMNS
    }


def several_in(edition: Edition) -> set[str]:
    """The factors to which one person may give several answers."""
    return {name for name, field in asked_in(edition).items() if field["kind"] == SEVERAL}


def contradictions_in(edition: Edition, stated: Sequence[Rule]) -> list[Contradiction]:
    """What cannot hold, with the answers that were given until now."""
    people = [Applicant("", 0, facts) for facts in facts_of(edition, stated).values()]
    limits = limits_of(stated, edition.capacity, values_of(people, stated))
    return contradictions(limits, edition.capacity, several_in(edition))


@transaction.atomic
def save_rules(
    edition: Edition,
    stated: Sequence[Rule],
    *,
    reason: str = "",
    shown: str | None = None,
    by,
    at: datetime,
) -> bool:
    """Put these rules in the place of the edition's. Logged with what was ruled before and is now.
    The first time the seed of its lots is set, for good. `shown` is `said()` of the rules that the
    person began from: where others were saved since it is refused. Returns whether anything
    changed."""
    row = (
        Edition.objects.select_for_update(of=("self",)).select_related("program").get(pk=edition.pk)
    )
    coordinates(by, row.program).require()
    rules.can_change_balance(row).require()
    before = rules_of(edition)
    if list(stated) == before:
        return False
    if shown is not None and shown != said(before):
        raise DomainError(
            "rules_changed", _("Somebody else has changed the rules meanwhile. Look at them again.")
        )
    if rules.needs_reason(row, at):
        require_reason(reason)
    if found := contradictions_in(row, stated):
        raise DomainError("contradictory", rules.why(found[0]))
    edition.balance_rules.all().delete()
    BalanceRule.objects.bulk_create(
        BalanceRule(
            edition=edition,
            place=place,
            factor=one.factor,
            value=one.value,
            kind=one.kind,
            number=one.number,
            percent=one.percent,
            order=one.order,
        )
        for place, one in enumerate(stated)
    )
    if not row.draw_seed:
        row.draw_seed = secrets.token_hex(16)
        row.save(update_fields=["draw_seed"])
    edition.draw_seed = row.draw_seed
    journal.record(
        edition,
        "enrollment.change_balance",
        by=by,
        at=at,
        reason=reason.strip(),
        before=said(before),
        after=said(stated),
    )
    return True


def copy_rules(source: Edition, edition: Edition) -> None:
    """The rules of an earlier edition for one begun from it; its lots are its own."""
    copied = [
        BalanceRule(
            edition=edition,
            place=row.place,
            factor=row.factor,
            value=row.value,
            kind=row.kind,
            number=row.number,
            percent=row.percent,
            order=row.order,
        )
        for row in source.balance_rules.all()
    ]
    BalanceRule.objects.bulk_create(copied)
    if copied:
        edition.draw_seed = secrets.token_hex(16)
        edition.save(update_fields=["draw_seed"])


def said(stated: Iterable[Rule]) -> str:
    """Rules as the log keeps them: `gender=woman ≥ 40 %; country ≤ 150`."""
    return "; ".join(map(_said, stated))


def limit_said(limit: Limit) -> str:
    """`gender=woman ≥ 400`."""
    sign = SIGNS[limit.kind]
    return f"{limit.factor}={limit.value} {sign} {limit.seats}"


def _said(rule: Rule) -> str:
    sign = SIGNS[rule.kind]
    amount = f"{rule.percent} %" if rule.number is None else str(rule.number)
    value = f"={rule.value}" if rule.value else ""
    return f"{rule.factor}{value} {sign} {amount}"


# -- what would be drawn -----------------------------------------------------------------


@dataclass(frozen=True)
class Trial:
    """A draw that is not written: its input, what comes of it, and the application of each
    code."""

    given: dict
    drawn: draw.Drawn
    keys: dict[str, int]

    def outcomes(self) -> dict[int, Proposed]:
        return {self.keys[code]: one for code, one in self.drawn.outcomes.items()}

    def differences(self) -> list[Difference]:
        """Who is in or out because of each rule; remembered for as long as nothing changes."""
        key = f"balance:{draw.digest(self.given)}"
        found = cache.get(key)
        if found is None:
            found = because_of(self.drawn.problem, self.drawn.solution)
            cache.set(key, found, KEPT_FOR)
        return found


def trial(
    edition: Edition, candidates: Sequence[Candidate], by_hand: Mapping[int, str]
) -> Trial | None:
    """What would be drawn of these candidates, those who are ineligible left out; None where the
    edition has no rules. Raises `DomainError` where the rules cannot hold together any more."""
    stated = rules_of(edition)
    if not stated:
        return None
    given = _input(edition, stated, [one for one in candidates if one.eligible], by_hand)
    try:
        drawn = draw.run(given)
    except Contradictory as error:
        raise DomainError(
            "contradictory",
            format_lazy(
                "{} {}",
                _("The rules of the balance contradict each other."),
                rules.why(error.found[0]),
            ),
        )
    return Trial(given, drawn, {one.code: one.key for one in candidates})


def _input(edition, stated: Sequence[Rule], candidates: Sequence[Candidate], by_hand) -> dict:
    facts = facts_of(edition, stated)
    return {
        "format": draw.FORMAT,
        "program": edition.program.slug,
        "edition": edition.slug,
        "capacity": edition.capacity,
        "waitlist": waitlist_length(edition.capacity, edition.waitlist_percent),
        "seed": edition.draw_seed,
        "rules": [one.stated() for one in stated],
        "applicants": [
            _person(one, facts.get(one.key, {}), by_hand.get(one.key, ""))
            for one in sorted(candidates, key=lambda one: one.code)
        ],
    }


def _person(one: Candidate, facts: dict, by_hand: str) -> dict:
    person = {"code": one.code, "score": int(one.score * 100), "facts": facts}
    if one.open:
        person["open"] = True
    if by_hand:
        person["by_hand"] = str(by_hand)
    return person


def facts_of(edition: Edition, stated: Sequence[Rule], keys=None) -> dict[int, dict]:
    """What rules read of the applications in the selection (or of those with these keys), by
    application: `{factor: answer or list of answers}`, without questions left open. One query."""
    rows = edition.applications.filter(status__in=IN_SELECTION)
    if keys is not None:
        rows = edition.applications.filter(pk__in=keys)
    wanted = sorted({rule.factor for rule in stated})
    columns = [name for name in wanted if name in COLUMNS]
    others = [name for name in wanted if name not in COLUMNS]
    paths = [COLUMNS[name] for name in columns] + (["answers"] if others else [])
    found = {}
    for key, *values in rows.values_list("pk", *paths):
        facts = dict(zip(columns, values, strict=False))
        if others:
            facts |= {name: _answer(values[-1], name) for name in others}
        found[key] = {name: value for name, value in facts.items() if value}
    return found


def _answer(answers: object, name: str) -> str | list[str]:
    answer = answers.get(name) if isinstance(answers, dict) else None
    if isinstance(answer, list):
        return sorted({one for one in answer if isinstance(one, str) and one})
    return answer if isinstance(answer, str) else ""


# -- draws -------------------------------------------------------------------------------


def is_kept(edition: Edition, trial: Trial) -> bool:
    """Whether the last draw written is this one."""
    return edition.draws.values_list("checksum", flat=True).first() == trial.drawn.checksum


def keep(edition: Edition, trial: Trial, by, at: datetime) -> Draw:
    """Write the draw down, in the transaction in which its outcomes are written."""
    row = Draw.objects.create(
        edition=edition,
        by=by,
        at=at,
        seed=trial.given["seed"],
        document=trial.given,
        answer=answer_of(trial.drawn) | _read(edition, at),
        checksum=trial.drawn.checksum,
    )
    journal.record(edition, "enrollment.draw", by=by, at=at, checksum=row.checksum)
    return row


def _read(edition: Edition, at: datetime) -> dict:
    """How far the applications were read when it was drawn, where they are read at all."""
    plan = getattr(edition, "reading_plan", None)
    return {"readings": readings_counted(plan, at)} if plan else {}


def answer_of(drawn: draw.Drawn) -> dict:
    """What came of a draw, in figures: scores in hundredths, `gap` None where it is proven."""
    edge, solution = cut(drawn.problem, drawn.solution), drawn.solution
    outcomes = [str(one.outcome) for one in drawn.outcomes.values()]
    return {
        "outcomes": {name: outcomes.count(name) for name in draw.BY_HAND},
        "applicants": len(drawn.outcomes),
        "total": solution.total,
        "lowest_in": edge.lowest_in,
        "highest_out": edge.highest_out,
        "is_proven": solution.is_proven,
        "gap": solution.gap,
        "limits": [
            {
                "rule": one.limit.rule,
                "factor": one.limit.factor,
                "value": one.limit.value,
                "kind": one.limit.kind,
                "seats": one.limit.seats,
                "taken": one.taken,
                "lacking": one.lacking,
                "above": one.above,
            }
            for one in counts(drawn.problem, solution)
        ],
    }
