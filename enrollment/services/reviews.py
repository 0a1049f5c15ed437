"""Giving applications to readers, and keeping what they gave. The only writer of reviews."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enrollment.models import (
    Application,
    Criterion,
    Edition,
    Program,
    Reader,
    ReadingPlan,
    Review,
    ReviewStatus,
    StaffRole,
)
from enrollment.models.applications import IN_SELECTION
from enrollment.queries import still_to_read
from enrollment.reading import Measure, is_same_institution, mean_of, total_of
from enrollment.rules import reviews as rules
from enrollment.rules.staff import coordinates, has_role
from enrollment.services.eligibility import Turn, assess, take_turn
from lms import journal
from lms.decisions import DomainError
from lms.typed import storable

LONGEST_REASON = 300  # characters


def measures_of(plan: ReadingPlan) -> list[Measure]:
    return [Measure(one.key, one.weight, one.highest) for one in plan.criteria.all()]


@transaction.atomic
def save_plan(plan: ReadingPlan, criteria: Iterable[Criterion], *, by, at: datetime) -> ReadingPlan:
    """Store how an edition is read. `criteria` are all it has, new ones too; they are compared
    with those that are stored, which stand once somebody was measured by them."""
    edition = Edition.objects.select_for_update().get(pk=plan.edition_id)
    rules.can_change_plan(edition, by).require()
    plan.save()
    criteria = list(criteria)
    before = {one.pk: one for one in Criterion.objects.filter(plan=plan)}
    gone = before.keys() - {one.pk for one in criteria}
    if gone or any(_counts_otherwise(one, before.get(one.pk)) for one in criteria):
        rules.can_change_criteria(edition).require()
    Criterion.objects.filter(pk__in=gone).delete()
    for one in criteria:
        one.plan = plan
        one.save()
    journal.record(
        edition,
        "enrollment.change_reading_plan",
        by=by,
        at=at,
        readers=plan.readers,
        differ_by=plan.differ_by,
        is_blind=plan.is_blind,
        criteria=[f"{one.title} ({one.weight}, 0–{one.highest})" for one in criteria],
    )
    return plan


def _counts_otherwise(now: Criterion, before: Criterion | None) -> bool:
    return before is None or (now.weight, now.highest) != (before.weight, before.highest)


@transaction.atomic
def save_reader(
    user, program: Program, *, institution: str, languages: list[str], by, at: datetime
) -> Reader:
    """Where a reviewer works and what they read; said by a coordinator, or by themselves."""
    if by != user:
        coordinates(by, program).require()
    if not has_role(user, program, StaffRole.REVIEWER):
        raise DomainError("not_reviewer", _("This person is not a reviewer of the program."))
    facts = {"institution": institution, "languages": languages}
    reader, _is_new = Reader.objects.update_or_create(user=user, program=program, defaults=facts)
    journal.record(reader, "enrollment.change_reader", by=by, at=at, **facts)
    return reader


@transaction.atomic
def next_to_read(reader, edition: Edition, *, at: datetime) -> Review | None:
    """The application that the reader reads next: the one they hold and have not read, else by
    lot one of those with the fewest readers. None where nothing is left for them. Readers at
    once wait for each other, so that none gets more readers than it needs."""
    rules.can_read(reader, edition, at).require()
    plan = ReadingPlan.objects.select_for_update().get(edition=edition)
    own = Review.objects.filter(reader=reader, application__edition=edition)
    held = own.filter(status=ReviewStatus.ASSIGNED, application__in=_in_selection(edition))
    if review := held.order_by("assigned_at").first():
        return review
    key = _by_lot(still_to_read(plan, at), reader, edition)
    if key is None:
        return None
    review = Review.objects.create(application_id=key, reader=reader, assigned_at=at)
    journal.record(review.application, "enrollment.assign_review", by=reader, at=at)
    return review


def _in_selection(edition: Edition):
    return Application.objects.filter(edition=edition, status__in=IN_SELECTION).values("pk")


def _by_lot(rows, reader, edition: Edition) -> int | None:
    known = Reader.objects.filter(user=reader, program=edition.program).first()
    institution = known.institution if known else ""
    rows = rows.exclude(person=reader).exclude(reviews__reader=reader)
    if known and known.languages:
        rows = rows.filter(language__in=known.languages)
    found: dict[int, list[int]] = {}
    for key, theirs, readers in rows.values_list("pk", "institution", "held"):
        if not (institution and is_same_institution(institution, theirs)):
            found.setdefault(readers, []).append(key)
    return secrets.choice(found[min(found)]) if found else None


@transaction.atomic
def score_review(
    review: Review,
    points: Mapping[str, int],
    *,
    remark: str,
    version: int,
    by,
    at: datetime,
) -> Review:
    """Keep what the reader gave; given again, it replaces what was given before. `version` is
    what the reader saw: where the application was changed since, `changed` is refused. The
    score of the application is computed anew."""
    turn, application, review = _locked(review)
    rules.can_work_on(review, by, at).require()
    if version != application.version:
        raise DomainError("changed", _("The application was changed while you were reading it."))
    measures = measures_of(application.edition.reading_plan)
    _require_points(points, measures)
    same = (review.points, review.remark, review.version) == (dict(points), remark, version)
    if review.is_scored and same:
        return review
    before = review.total
    review.status, review.scored_at, review.version = ReviewStatus.SCORED, at, version
    review.points, review.remark = dict(points), remark
    review.total = total_of(points, measures)
    review.save()
    _count(application, turn, at)
    journal.record(
        application,
        "enrollment.score_review",
        by=by,
        at=at,
        before=None if before is None else str(before),
        after=str(review.total),
        version=version,
    )
    return review


def _require_points(points: Mapping[str, int], measures: list[Measure]) -> None:
    highest = {one.key: one.highest for one in measures}
    if points.keys() != highest.keys():
        raise DomainError("incomplete", _("Give points to every criterion."))
    if any(not 0 <= points[key] <= highest[key] for key in highest):
        raise DomainError("out_of_range", _("A criterion has fewer or more points than it can."))


def _count(application: Application, turn: Turn, at: datetime) -> None:
    totals = application.reviews.filter(status=ReviewStatus.SCORED).values_list("total", flat=True)
    application.reading = mean_of(totals)
    application.save(update_fields=["reading"])
    assess(application, at=at, turn=turn)


@transaction.atomic
def recuse_review(review: Review, *, reason: str, by, at: datetime) -> Review:
    """The reader does not read this application: it goes to others, and what the reader may have
    given counts no more."""
    turn, application, review = _locked(review)
    if review.status == ReviewStatus.RECUSED and review.reader_id == by.pk:
        return review
    rules.can_work_on(review, by, at).require()
    reason = storable(reason).strip()
    if len(reason) > LONGEST_REASON:
        raise DomainError("reason_too_long", _("The reason is too long: 300 characters at most."))
    was_scored = review.is_scored
    review.status, review.remark = ReviewStatus.RECUSED, reason
    review.points, review.total, review.version, review.scored_at = {}, None, None, None
    review.save()
    if was_scored:
        _count(application, turn, at)
    journal.record(application, "enrollment.recuse_review", by=by, at=at, reason=reason)
    return review


@transaction.atomic
def give_back_review(review: Review, *, by, at: datetime) -> None:
    """A coordinator takes an application that was not read back from its reader."""
    _turn, application, review = _locked(review)
    rules.can_change_plan(application.edition, by).require()
    if review.status != ReviewStatus.ASSIGNED:
        raise DomainError("was_read", _("It has been read: it stays with its reader."))
    name = str(review.reader or "")
    review.delete()
    journal.record(application, "enrollment.give_back_review", by=by, at=at, reader=name)


def _locked(review: Review) -> tuple[Turn, Application, Review]:
    """The turn to compute findings and the application first, as everywhere: two readers of one
    wait for each other."""
    turn = take_turn(review.application.edition_id)
    rows = Application.objects.select_for_update(of=("self",))
    rows = rows.select_related("edition__program", "edition__reading_plan")
    application = rows.get(pk=review.application_id)
    review = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    review.application = application
    return turn, application, review
