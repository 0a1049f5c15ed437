"""Rooms and what is written in them: the first discussion over, the second under way."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from content.demo.courses import course_of
from content.models import Discussion, Participation, ParticipationState, Post, Room
from content.models.posts import AuthorRole
from content.participation import count_words
from enrollment.demo.data import scenes
from enrollment.models import Edition, Enrollment, PhaseProgress, RoleAssignment, StaffRole
from lms.accounts.models import User

CHUNK = 300
SIGNED_UP, TAKES_PART, MET = 0.9, 0.85, 0.8


def sign_up(edition: Edition, luck: Random) -> list[Enrollment]:
    """Most of those who completed phase one ask for phase two. Gives those who may enter it."""
    phase = edition.phases.get(order=2)
    window = edition.windows.get(phase=phase)
    own = {row["email"]: scene for scene, row in scenes(edition).items()}
    entering = []
    for enrollment in completers(edition):
        scene = own.get(enrollment.person.email)
        if scene == "to_sign_up" or (scene is None and luck.random() > SIGNED_UP):
            continue
        entering.append(enrollment)
    PhaseProgress.objects.bulk_create(
        [
            PhaseProgress(
                enrollment=enrollment,
                phase=phase,
                signed_up_at=window.opens_at + timedelta(hours=luck.randint(1, 120)),
                started_at=phase.opens_at + timedelta(hours=luck.randint(1, 20)),
            )
            for enrollment in entering
        ],
        batch_size=CHUNK,
    )
    return entering


def completers(edition: Edition) -> list[Enrollment]:
    done = PhaseProgress.objects.filter(
        phase__edition=edition, phase__order=1, completed_at__isnull=False
    )
    places = edition.enrollments.filter(pk__in=done.values("enrollment"))
    return list(places.select_related("person").order_by("pk"))


def discuss(
    discussion: Discussion, people: list[Enrollment], luck: Random, until: datetime
) -> None:
    """Rooms by language, contributions, replies and a word of the expert, up to `until`."""
    own = {row["email"] for row in scenes(discussion.phase.edition).values()}
    until = min(until, discussion.closes_at)
    present = [one for one in people if one.person.email in own or luck.random() < TAKES_PART]
    for language in dict.fromkeys(one.language for one in present):
        members = [one for one in present if one.language == language]
        for number, start in enumerate(range(0, len(members), discussion.room_size), start=1):
            room = Room.objects.create(
                discussion=discussion,
                language=language,
                number=number,
                facilitator=facilitator_of(discussion),
            )
            inside = members[start : start + discussion.room_size]
            RoomTalk(room, inside, own, luck, until).write()


def facilitator_of(discussion: Discussion) -> User | None:
    role = RoleAssignment.objects.filter(
        program=discussion.phase.edition.program, role=StaffRole.FACILITATOR
    ).first()
    return role and role.user


class RoomTalk:
    """What the people of one room write. The demonstration's accounts, whose addresses are `own`,
    always contribute, and have still to reply where the discussion is open."""

    def __init__(
        self, room: Room, people: list[Enrollment], own: set, luck: Random, until: datetime
    ):
        self.room, self.people, self.luck, self.until = room, people, luck, until
        self.own = {one.pk for one in people if one.person.email in own}
        self.discussion = room.discussion
        self.counts = {one.pk: [0, 0] for one in people}
        self.met_at = {}

    def write(self) -> None:
        writers = [one for one in self.people if self.luck.random() < MET or one.pk in self.own]
        threads = [self._post(one, self._contribution(), self._share(0.05, 0.5)) for one in writers]
        threads = Post.objects.bulk_create(threads, batch_size=CHUNK)
        for writer in writers:
            self.counts[writer.pk][0] = 1
        is_open = self.until < self.discussion.closes_at
        replying = [one for one in writers if not (is_open and one.pk in self.own)]
        replies = [self._reply(one, threads) for one in replying for _time in range(2)]
        written = Post.objects.bulk_create([r for r in replies if r], batch_size=CHUNK)
        for reply in written:
            self.counts[reply.enrollment_id][1] += 1
            self.met_at[reply.enrollment_id] = max(
                reply.posted_at, self.met_at.get(reply.enrollment_id, reply.posted_at)
            )
        self._expert(threads)
        self._participate()

    def _share(self, low: float, high: float) -> datetime:
        opens_at = self.discussion.opens_at
        return opens_at + (self.until - opens_at) * self.luck.uniform(low, high)

    def _says(self, kind: str):
        """What is written of that kind in this discussion and the language of this room."""
        read = course_of(self.discussion.phase.edition.program).read
        by_discussion = read("posts")[kind]
        first = next(iter(by_discussion.values()))
        return by_discussion.get(self.discussion.slug, first)[self.room.language]

    def _contribution(self) -> str:
        first, *_rest = chosen = self.luck.sample(self._says("contributions"), 5)
        return f"{first}\n\n{' '.join(chosen[1:])}"

    def _post(self, enrollment: Enrollment, text: str, at: datetime, **more) -> Post:
        return Post(
            room=self.room,
            author=enrollment.person,
            enrollment=enrollment,
            text=text,
            words=count_words(text),
            posted_at=at,
            **more,
        )

    def _reply(self, enrollment: Enrollment, threads: list[Post]) -> Post | None:
        others = [post for post in threads if post.enrollment_id != enrollment.pk]
        is_silent = self.luck.random() > 0.93 and enrollment.pk not in self.own
        if not others or is_silent:
            return None
        thread = self.luck.choice(others)
        text = self.luck.choice(self._says("replies"))
        at = max(thread.posted_at + timedelta(minutes=20), self._share(0.4, 0.95))
        return self._post(enrollment, text, min(at, self.until), thread=thread, parent=thread)

    def _expert(self, threads: list[Post]) -> None:
        expert = self.discussion.experts.first()
        if not threads or not expert:
            return
        text = self._says("expert")
        Post.objects.create(
            room=self.room,
            thread=threads[0],
            parent=threads[0],
            author=expert,
            author_role=AuthorRole.EXPERT,
            text=text,
            words=count_words(text),
            posted_at=self._share(0.6, 0.97),
        )

    def _participate(self) -> None:
        closed = self.discussion.closes_at <= self.until
        Participation.objects.bulk_create(
            [self._participation(one, closed) for one in self.people], batch_size=CHUNK
        )

    def _participation(self, enrollment: Enrollment, closed: bool) -> Participation:
        contributions, replies = self.counts[enrollment.pk]
        is_met = contributions > 0 and replies >= self.discussion.replies
        some = ParticipationState.PARTIAL if contributions or replies else ParticipationState.NONE
        return Participation(
            enrollment=enrollment,
            discussion=self.discussion,
            room=self.room,
            entered_at=self.discussion.opens_at + timedelta(hours=self.luck.randint(1, 12)),
            contributions=contributions,
            replies=replies,
            state=ParticipationState.MET if is_met else some,
            met_at=self.met_at[enrollment.pk] if is_met else None,
            frozen_at=self.discussion.closes_at if closed else None,
        )
