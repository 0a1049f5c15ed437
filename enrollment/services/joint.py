"""What two people do together. The only writer of `JointAct`.

An act is registered once, by the app it belongs to:

    joint.register(Act("lock", _("lock the decisions"), Edition, terms=…, perform=…))

`ask` stores the exact terms that the first person saw; `confirm` does the act if the terms are
still those, and refuses with what changed if they are not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from django.db import models, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enrollment.models import JointAct, Program
from enrollment.rules.joint import can_ask, can_confirm
from lms import journal
from lms.decisions import DomainError, require_reason
from lms.mail.compose import reference

Terms = dict[str, object]


@dataclass(frozen=True)
class Act:
    """`terms(row, given, at)` says what is true now, as JSON, from what the first person chose
    (`given`; on confirming, the stored terms), and raises `DomainError` where the act is not
    allowed. `perform(row, act, by, at)` does it, in the same transaction, on the locked row.
    `describe(terms)` gives `(label, text)` for people, `effect(row, terms)` the sentence that says
    what it does and to whom, `warning(row, at)` what to think about first, where there is anything.
    What is grave cannot be undone, or reaches everybody at once."""

    name: str
    label: object
    model: type[models.Model]
    terms: Callable[[models.Model, Terms, datetime], Terms]
    perform: Callable[[models.Model, JointAct, object, datetime], None]
    describe: Callable[[Terms], list[tuple[object, object]]] = lambda terms: list(terms.items())
    program: Callable[[models.Model], Program] = attrgetter("program")
    needs_reason: bool = False
    effect: Callable[[models.Model, Terms], object] = lambda row, terms: ""
    is_grave: bool = False
    warning: Callable[[models.Model, datetime], object] = lambda row, at: ""


_acts: dict[str, Act] = {}


def register(act: Act) -> Act:
    _acts[act.name] = act
    return act


def registered(name: str) -> Act:
    return _acts[name]


def all_acts() -> list[Act]:
    return list(_acts.values())


def terms_of(name: str, row: models.Model, at: datetime, **given) -> Terms:
    """What would be asked now; raises `DomainError` where the act is not allowed."""
    return _acts[name].terms(row, given, at)


def open_acts(row: models.Model):
    """What was asked on this row and waits for a second person."""
    return JointAct.objects.filter(
        subject=reference(row), confirmed_at=None, dropped_at=None
    ).select_related("asked_by")


@transaction.atomic
def ask(
    name: str,
    row: models.Model,
    *,
    by,
    at: datetime,
    shown: Terms | None = None,
    reason: str = "",
    **given,
) -> JointAct:
    """Ask for an act on `row`. `shown` is what the person saw, if they saw it before: what has
    changed since is refused. Asked again on the same terms it is the same act."""
    kind = _acts[name]
    row = kind.model._base_manager.select_for_update().get(pk=row.pk)
    program = kind.program(row)
    can_ask(by, program).require()
    if kind.needs_reason:
        require_reason(reason)
    terms = kind.terms(row, given, at)
    if shown is not None:
        _require_same(kind, shown, terms)
    waiting = open_acts(row).filter(act=name).first()
    if waiting and waiting.terms == terms:
        return waiting
    if waiting:
        _drop(waiting, by, at)
    act = JointAct.objects.create(
        program=program,
        act=name,
        subject=reference(row),
        terms=terms,
        reason=reason.strip(),
        asked_by=by,
        asked_at=at,
    )
    journal.record(row, f"enrollment.ask_{name}", by=by, at=at, reason=reason, **terms)
    return act


@transaction.atomic
def confirm(act: JointAct, *, by, at: datetime) -> JointAct:
    """Do what was asked, if `by` may and the terms still hold. A second call changes nothing."""
    act = JointAct.objects.select_for_update().get(pk=act.pk)
    if act.confirmed_at:
        return act
    if act.dropped_at:
        raise DomainError("dropped", _("This was taken back in the meantime."))
    can_confirm(act, by).require()
    kind = _acts[act.act]
    row = kind.model._base_manager.select_for_update().get(pk=act.subject.partition(":")[2])
    _require_same(kind, act.terms, kind.terms(row, act.terms, at))
    act.confirmed_by, act.confirmed_at = by, at
    act.save(update_fields=["confirmed_by", "confirmed_at"])
    journal.record(
        row,
        f"enrollment.{act.act}",
        by=by,
        at=at,
        reason=act.reason,
        asked_by=act.asked_by_id,
        **act.terms,
    )
    kind.perform(row, act, by, at)
    return act


@transaction.atomic
def drop(act: JointAct, *, by, at: datetime) -> None:
    """Take back what was asked and not yet confirmed: either of those who may ask."""
    act = JointAct.objects.select_for_update().get(pk=act.pk)
    can_ask(by, act.program).require()
    if act.confirmed_at:
        raise DomainError("confirmed", _("This was confirmed in the meantime."))
    if not act.dropped_at:
        _drop(act, by, at)


def _drop(act: JointAct, by, at: datetime) -> None:
    act.dropped_at = at
    act.save(update_fields=["dropped_at"])
    journal.record(act.program, "enrollment.drop_act", by=by, at=at, act=act.act, on=act.subject)


def _require_same(kind: Act, shown: Terms, now: Terms) -> None:
    """Refuse, naming what changed, unless both are the same."""
    if shown == now:
        return
    before, after = dict(kind.describe(shown)), dict(kind.describe(now))
    changes = [
        f"{label}: {before.get(label, '–')} → {after.get(label, '–')}"
        for label in {**before, **after}
        if before.get(label) != after.get(label)
    ]
    raise DomainError(
        "terms_changed",
        format_lazy(
            "{} {}", _("Something has changed since this was asked. Ask again."), "; ".join(changes)
        ),
    )
