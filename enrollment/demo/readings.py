"""An edition's applications as its readers have read them so far."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from enrollment.demo.data import accounts_of, read
from enrollment.demo.logs import log_many
from enrollment.models import (
    Application,
    Criterion,
    Edition,
    ReadingPlan,
    Review,
    ReviewStatus,
    StaffRole,
)
from enrollment.models.applications import IN_SELECTION
from enrollment.reading import is_same_institution, mean_of, total_of
from enrollment.services.reviews import measures_of, recuse_review, save_plan, save_reader
from lms.accounts.models import User

READ, BEGUN, HELD = 0.22, 0.1, 3  # of all; of all, by one reader; of each reader, not yet read
DISAGREE = 0.06
READERS = 2


def plan_reading(edition: Edition, *, by: User, at: datetime) -> ReadingPlan:
    """The criteria and guide of the file, two readers each, blind."""
    says = read("reading")
    plan = ReadingPlan(edition=edition, readers=READERS, guide=says["guide"])
    criteria = [Criterion(order=n, **one) for n, one in enumerate(says["criteria"], start=1)]
    return save_plan(plan, criteria, by=by, at=at)


class Readers:
    """The reviewers among the accounts, and what they read of one edition."""

    def __init__(self, plan: ReadingPlan, luck: Random, *, by: User, at: datetime):
        self.plan, self.luck = plan, luck
        self.measures = measures_of(plan)
        program = plan.edition.program
        self.readers = []
        for row in accounts_of(program.slug):
            if row["role"] != StaffRole.REVIEWER:
                continue
            user = User.objects.get(email=row["email"])
            facts = {"institution": row["works_at"], "languages": row["reads"]}
            self.readers.append(save_reader(user, program, **facts, by=by, at=at))

    def read(self, until: datetime) -> None:
        """Some are read by two, some by one so far; each reader holds a few, and one reader knows
        somebody. What was given counts when the applications are assessed next."""
        rows = self.plan.edition.applications.filter(status__in=IN_SELECTION, role__eligible=True)
        waiting = list(rows.order_by("pk"))
        self.luck.shuffle(waiting)
        both, one = round(len(waiting) * READ), round(len(waiting) * BEGUN)
        reviews = []
        for place, application in enumerate(waiting[: both + one]):
            able = [reader for reader in self.readers if self._may_read(reader, application)]
            chosen = self.luck.sample(able, min(READERS if place < both else 1, len(able)))
            reviews += self._readings(application, [reader.user for reader in chosen], until)
        reviews += self._held(waiting[both + one :], until)
        self._write(reviews)
        known = next(one for one in reviews if not one.is_scored)
        recuse_review(known, reason=read("reading")["recusal"], by=known.reader, at=until)

    @staticmethod
    def _may_read(reader, application: Application) -> bool:
        is_spoken = application.language in reader.languages
        return is_spoken and not is_same_institution(reader.institution, application.institution)

    def _readings(self, application: Application, users: list[User], until: datetime):
        texts = read("reading")
        merit = self.luck.gauss(0.66, 0.16)
        for number, user in enumerate(users):
            if number and self.luck.random() < DISAGREE:
                merit = (merit + 0.5) % 1
            points = {one.key: self._points(merit, one.highest) for one in self.measures}
            given_at = self._between(application.submitted_at, until)
            yield Review(
                application=application,
                reader=user,
                status=ReviewStatus.SCORED,
                assigned_at=given_at,
                scored_at=given_at + timedelta(minutes=self.luck.randint(3, 25)),
                version=application.version,
                points=points,
                total=total_of(points, self.measures),
                remark=self.luck.choice(texts["remarks"][user.language]),
            )

    def _points(self, merit: float, highest: int) -> int:
        return min(max(round((merit + self.luck.uniform(-0.15, 0.15)) * highest), 0), highest)

    def _held(self, waiting: list[Application], until: datetime):
        for reader in self.readers:
            able = [one for one in waiting if self._may_read(reader, one)][:HELD]
            waiting = [one for one in waiting if one not in able]
            for application in able:
                given_at = max(application.submitted_at, until - timedelta(hours=8))
                yield Review(application=application, reader=reader.user, assigned_at=given_at)

    def _between(self, earliest: datetime, until: datetime) -> datetime:
        return earliest + (until - earliest) * self.luck.uniform(0.05, 0.9)

    def _write(self, reviews: list[Review]) -> None:
        Review.objects.bulk_create(reviews, batch_size=300)
        scored = [one for one in reviews if one.is_scored]
        log_many(
            "enrollment.assign_review",
            [(one.application, "", "", one.reader, one.assigned_at) for one in reviews],
        )
        log_many(
            "enrollment.score_review",
            [(one.application, "", str(one.total), one.reader, one.scored_at) for one in scored],
            version=1,
        )
        totals: dict[Application, list] = {}
        for one in scored:
            totals.setdefault(one.application, []).append(one.total)
        for application, given in totals.items():
            application.reading = mean_of(given)
        Application.objects.bulk_update(list(totals), ["reading"], batch_size=300)
