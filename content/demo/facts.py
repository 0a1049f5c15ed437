"""Modules, questions and discussions of each edition."""

from __future__ import annotations

from content.demo.courses import course_of
from content.models import Discussion, Module, Question
from enrollment.demo.calendars import calendar_of
from enrollment.models import Edition
from lms.accounts.models import User
from lms.hooks import DemoStage

DISCUSSION_HOURS = 4
FACTS = ("slug", "order", "title", "hours", "draw", "pass_mark", "attempts")


def make_modules(edition: Edition, stage: DemoStage) -> list[Module]:
    dates = calendar_of(edition.program.slug, edition.slug, stage.today)
    phase, read = edition.phases.first(), course_of(edition.program).read
    modules = [
        Module.objects.create(
            phase=phase,
            opens_at=dates.opening(dates.modules[number]),
            **{name: says[name] for name in FACTS},
        )
        for number, says in enumerate(read("modules"))
    ]
    by_slug = {module.slug: module for module in modules}
    Question.objects.bulk_create(
        Question(
            module=by_slug[says["module"]],
            **{name: value for name, value in says.items() if name != "module"},
        )
        for says in read("questions")
    )
    return modules


def make_discussions(edition: Edition, stage: DemoStage) -> list[Discussion]:
    dates = calendar_of(edition.program.slug, edition.slug, stage.today)
    phase, read = edition.phases.last(), course_of(edition.program).read
    discussions = []
    for says, days in zip(read("discussions"), dates.discussions, strict=True):
        discussion = Discussion.objects.create(
            phase=phase,
            slug=says["slug"],
            order=says["order"],
            title=says["title"],
            hours=says.get("hours", DISCUSSION_HOURS),
            **dates.span(days),
        )
        discussion.experts.set(User.objects.filter(email=says["expert"]))
        discussions.append(discussion)
    return discussions
