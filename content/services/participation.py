"""Participation in discussions: counted with each post, frozen at the close, and with enough of
it the phase completed. The only writer of `Participation` but for its beginning."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from content.models import AuthorRole, Discussion, Participation, Post, PostStatus
from content.participation import MET, Act, Rule, Standing
from content.participation import standing as amount_to
from content.rules.discussions import closes_at_of
from content.services.completion import complete_if_enough
from content.services.learning import locked_standing
from enrollment.models import Enrollment, Phase
from enrollment.rules.phases import PhaseStanding
from lms import journal

log = logging.getLogger(__name__)


def rule_of(discussion: Discussion) -> Rule:
    return Rule(discussion.contribution_words, discussion.replies)


def standing_in(participation: Participation, discussion: Discussion) -> Standing:
    """What the person's posts in the discussion amount to, in one query."""
    rows = Post.objects.filter(
        enrollment=participation.enrollment_id, room=participation.room_id
    ).values_list("words", "parent", "parent__enrollment", "status", "is_conduct")
    me = participation.enrollment_id
    acts = [
        Act(
            words=words,
            is_reply=parent is not None,
            to_other=answered != me,
            counts=status != PostStatus.WITHDRAWN and not is_conduct,
        )
        for words, parent, answered, status, is_conduct in rows
    ]
    return amount_to(acts, rule_of(discussion))


def recount(participation: Participation, phase_standing: PhaseStanding, at: datetime) -> None:
    """Count the person's posts anew. The caller holds the lock on the enrollment. Completes the
    phase where a post that had arrived in time is counted after the freeze."""
    discussion = participation.discussion
    amount = standing_in(participation, discussion)
    before = participation.state
    participation.contributions = amount.contributions
    participation.replies = amount.replies
    participation.state = amount.state
    participation.met_at = (participation.met_at or at) if amount.state == MET else None
    participation.save(update_fields=["contributions", "replies", "state", "met_at"])
    if before != amount.state:
        journal.record(
            participation,
            "content.count_participation",
            by=None,
            at=at,
            before=before,
            after=amount.state,
            discussion=discussion.slug,
        )
    if participation.is_frozen:
        complete_if_enough(phase_standing, at)


def freeze_due(enrollment: Enrollment, at: datetime) -> int:
    """Freeze the person's participation in the discussions that have closed for them: whoever
    looks first does it, so that nothing waits for the sweep. Returns how many."""
    due = Participation.objects.filter(
        enrollment=enrollment, frozen_at=None, discussion__closes_at__lte=at
    )
    phases = Phase.objects.filter(discussions__participations__in=due).distinct()
    return sum(_freeze(enrollment, phase, at) for phase in phases)


@transaction.atomic
def _freeze(enrollment: Enrollment, phase: Phase, at: datetime) -> int:
    phase_standing = locked_standing(enrollment, phase)
    due = Participation.objects.filter(
        enrollment=enrollment, frozen_at=None, discussion__phase=phase
    ).select_related("discussion")
    frozen = 0
    for participation in due:
        closes_at = closes_at_of(participation.discussion, phase_standing)
        if at < closes_at:
            continue
        participation.frozen_at = closes_at
        participation.save(update_fields=["frozen_at"])
        frozen += 1
    if frozen:
        complete_if_enough(phase_standing, at)
    return frozen


def freeze_all_due(at: datetime) -> int:
    """The same for everybody: the sweep. One bad row does not stop it."""
    people = Enrollment.objects.filter(
        participations__frozen_at=None, participations__discussion__closes_at__lte=at
    ).distinct()
    frozen = 0
    for enrollment in list(people):
        try:
            frozen += freeze_due(enrollment, at)
        except Exception:
            log.exception("participations of enrollment %s were not frozen", enrollment.pk)
    return frozen


@transaction.atomic
def recount_discussion(discussion: Discussion, at: datetime) -> int:
    """Count every participation of a discussion anew in three queries, and freeze it where the
    discussion has closed: for posts that were loaded together. Completes no phase."""
    acts: dict[int, list[Act]] = {}
    posts = Post.objects.filter(
        room__discussion=discussion, author_role=AuthorRole.PARTICIPANT
    ).exclude(Q(enrollment=None))
    last: dict[int, datetime] = {}
    for post in posts.select_related("parent").defer("text", "parent__text"):
        other = post.parent is None or post.parent.enrollment_id != post.enrollment_id
        counts = post.status != PostStatus.WITHDRAWN and not post.is_conduct
        act = Act(post.words, post.is_reply, other, counts)
        acts.setdefault(post.enrollment_id, []).append(act)
        last[post.enrollment_id] = post.posted_at
    rows = list(Participation.objects.filter(discussion=discussion))
    for row in rows:
        amount = amount_to(acts.get(row.enrollment_id, []), rule_of(discussion))
        row.contributions, row.replies = amount.contributions, amount.replies
        row.state = amount.state
        row.met_at = last[row.enrollment_id] if amount.state == MET else None
        row.frozen_at = discussion.closes_at if at >= discussion.closes_at else None
    fields = ["contributions", "replies", "state", "met_at", "frozen_at"]
    return Participation.objects.bulk_update(rows, fields, batch_size=500)
