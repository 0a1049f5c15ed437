"""What pages of discussions need to know, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from content.models import (
    Discussion,
    DiscussionPage,
    Participation,
    Post,
    PostStatus,
    Report,
    Room,
)
from content.participation import Rule, Standing
from content.queries import discussions_in, in_reader_language
from content.rules.discussions import Place, closes_at_of, rooms_moderated_by
from content.services.participation import freeze_due
from enrollment.models import Enrollment
from enrollment.rules.phases import PhaseStanding
from lms.decisions import Decision
from lms.kept import kept

POSTS_ON_A_PAGE = 30
UNSEEN = (PostStatus.HELD, PostStatus.HIDDEN)


@dataclass(frozen=True)
class DiscussionState:
    """One discussion as it stands for one person. `decision` says whether it may be entered,
    `closes_at` until when they may write; `page` is its page in the reader's language."""

    discussion: Discussion
    decision: Decision
    closes_at: datetime
    at: datetime
    page: DiscussionPage | None = None
    participation: Participation | None = None

    @property
    def is_scheduled(self) -> bool:
        return self.at < self.discussion.opens_at

    @property
    def is_open(self) -> bool:
        return self.discussion.opens_at <= self.at < self.closes_at

    @property
    def is_met(self) -> bool:
        return self.participation is not None and self.participation.is_met

    @property
    def standing(self) -> Standing:
        return standing_of(self.discussion, self.participation)

    @property
    def missing(self) -> str:
        """What participation still asks, in the rule's words; empty when it is met."""
        return self.standing.missing


def standing_of(discussion: Discussion, participation: Participation | None) -> Standing:
    rule = Rule(discussion.contribution_words, discussion.replies)
    if participation is None:
        return Standing(rule)
    return Standing(rule, participation.contributions, participation.replies)


@kept
def discussion_pages(phase_id: int) -> dict[int, DiscussionPage]:
    """The live page of each discussion in the reader's language, without its long texts."""
    live = DiscussionPage.objects.live().filter(discussion__phase=phase_id)
    pages = live.select_related("locale")
    return {p.discussion_id: p for p in in_reader_language(pages.defer_streamfields())}


def page_of(discussion: Discussion) -> DiscussionPage | None:
    """The discussion's page in the reader's language, with its texts."""
    pages = DiscussionPage.objects.live().filter(discussion=discussion)
    pages = pages.select_related("locale", "discussion__phase__edition")
    return next(iter(in_reader_language(pages)), None)


def discussions_of(standing: PhaseStanding, at: datetime) -> list[DiscussionState]:
    """The phase's discussions as they stand for the person: two queries, however many there
    are, and what is the same for all. What has closed meanwhile is frozen first."""
    from content.gate import opening_of

    phase, enrollment = standing.phase, standing.enrollment
    discussions = discussions_in(phase.pk)
    if not discussions:
        return []
    if enrollment:
        freeze_due(enrollment, at)
    held = Participation.objects.filter(enrollment=enrollment, discussion__phase=phase)
    own = {row.discussion_id: row for row in held} if enrollment else {}
    pages = discussion_pages(phase.pk)
    access = standing.access(at)
    return [
        DiscussionState(
            discussion=discussion,
            decision=access and opening_of(discussion, at),
            closes_at=closes_at_of(discussion, standing),
            at=at,
            page=pages.get(discussion.pk),
            participation=own.get(discussion.pk),
        )
        for discussion in discussions
    ]


def rooms_with_counts(rooms: QuerySet[Room]) -> QuerySet[Room]:
    """Rooms with the number of their participants, posts, and posts that wait for staff."""
    waiting = Q(posts__status=PostStatus.HELD) | Q(
        posts__status=PostStatus.VISIBLE,
        posts__reports__isnull=False,
        posts__reports__settled_at=None,
    )
    return rooms.select_related("discussion__phase__edition__program", "facilitator").annotate(
        people=Count("participations", distinct=True),
        written=Count("posts", distinct=True),
        waiting=Count("posts", filter=waiting, distinct=True),
    )


def posts_in(place: Place) -> QuerySet[Post]:
    """The room's posts in the order of its threads, as far as this person sees anything of them:
    what is held or hidden leaves a stub where others replied to it, and nothing elsewhere."""
    replies = Post.objects.filter(Q(thread=OuterRef("pk")) | Q(parent=OuterRef("pk")))
    posts = Post.objects.filter(room=place.room).annotate(
        has_replies=Exists(replies), first=Coalesce(F("thread"), F("pk"))
    )
    if not place.is_moderator:
        posts = posts.filter(~Q(status__in=UNSEEN) | Q(author=place.user) | Q(has_replies=True))
    return posts.order_by("first", "pk")


def with_authors(posts: QuerySet[Post]) -> QuerySet[Post]:
    """The posts with all that is shown of their authors, of the posts they reply to, and with the
    number of open reports."""
    opened = Report.objects.filter(post=OuterRef("pk"), settled_at=None)
    return posts.select_related(
        "author",
        "enrollment__application__role",
        "parent__author",
        "parent__enrollment",
    ).annotate(is_reported=Exists(opened))


def page_number(place: Place, post: Post) -> int:
    """On which of the room's pages the post stands now; it moves as replies come in."""
    first = post.thread_id or post.pk
    before = posts_in(place).filter(Q(first__lt=first) | Q(first=first, pk__lt=post.pk))
    return before.count() // POSTS_ON_A_PAGE + 1


def participations_of(enrollment: Enrollment) -> QuerySet[Participation]:
    return Participation.objects.filter(enrollment=enrollment).select_related(
        "discussion__phase", "room"
    )


def page_context(discussion: Discussion, access, request) -> dict:
    """What the discussion's page shows beside its texts."""
    own = None
    if access.enrollment:
        freeze_due(access.enrollment, request.at)
        own = participations_of(access.enrollment).filter(discussion=discussion).first()
    is_member = access.enrollment is not None
    rooms = rooms_moderated_by(request.user).filter(discussion=discussion)
    closes_at = closes_at_of(discussion, access.standing)
    return {
        "discussion": discussion,
        "participation": own,
        "standing": standing_of(discussion, own),
        "closes_at": closes_at,
        "is_over": request.at >= closes_at,
        "may_enter": is_member or rooms.exists(),
    }
