"""What is taught, from one edition to another: modules with their questions, discussions with
their experts. The pages follow: `content.services.page_copies`."""

from __future__ import annotations

from datetime import datetime

from content.models import Discussion, Module, Question
from content.services.page_copies import begin
from enrollment.models import Edition, Phase
from enrollment.services.copying import Shift
from lms import kept


def copy_activities(
    *,
    source: Edition,
    copy: Edition,
    phases: dict[Phase, Phase],
    shift: Shift,
    by,
    at: datetime,
    **_sent,
) -> None:
    """A receiver of `edition_copied`: part of its transaction."""
    for old, new in phases.items():
        for module in old.modules.all():
            _copy_module(module, new, shift)
        for discussion in old.discussions.prefetch_related("experts"):
            _copy_discussion(discussion, new, shift)
    begin(source, copy, by=by, at=at)


def _copy_module(module: Module, phase: Phase, shift: Shift) -> None:
    """Retired questions stay where they were."""
    questions = list(module.questions.filter(retired_at=None))
    copy = _again(module, phase=phase, opens_at=shift.start(module.opens_at))
    Question.objects.bulk_create(_unsaved(one, module=copy) for one in questions)
    kept.drop()


def _copy_discussion(discussion: Discussion, phase: Phase, shift: Shift) -> None:
    """Its rooms and posts are people's: they stay."""
    experts = list(discussion.experts.all())
    copy = _again(
        discussion,
        phase=phase,
        opens_at=shift.start(discussion.opens_at),
        closes_at=shift.end(discussion.closes_at),
    )
    copy.experts.set(experts)


def _again(row, **changes):
    copy = _unsaved(row, **changes)
    copy.save()
    return copy


def _unsaved(row, **changes):
    fields = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields}
    copy = type(row)(**(fields | {"id": None}))
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy
