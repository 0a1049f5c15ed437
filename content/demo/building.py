"""The hooks: this app's part of the demonstration, and moving it to another day."""

from __future__ import annotations

from wagtail.models import Page

from content.demo.debates import discuss, sign_up
from content.demo.facts import make_discussions, make_modules
from content.demo.learnt import complete_2019, learn
from content.demo.pages import plant_all, plant_beside
from content.demo.texts import LANGUAGES
from content.demo.translating import link_translations, open_site_pages
from content.models import (
    Attempt,
    Discussion,
    EditionPage,
    LessonProgress,
    Module,
    ModuleProgress,
    Participation,
    Post,
    ProgramPage,
)
from content.services.completion import complete_if_enough
from enrollment.demo.building import living
from enrollment.demo.data import read
from enrollment.demo.open_series import scaled
from enrollment.models import Edition, PhaseProgress, Program
from enrollment.rules.phases import standing_of
from enrollment.services.enrollments import settle_enrollments
from lms.demo.described import Described, described
from lms.demo.moving import move_rows
from lms.hooks import DemoStage

PATHS = {
    Module: "phase__edition",
    Discussion: "phase__edition",
    LessonProgress: "enrollment__edition",
    ModuleProgress: "enrollment__edition",
    Attempt: "enrollment__edition",
    Participation: "enrollment__edition",
    Post: "room__discussion__phase__edition",
}


def build(stage: DemoStage) -> None:
    """Facts, pages in all languages, then what people have read and written."""
    program = Program.objects.get(slug=read("program")["slug"])
    editions = make_facts(program, stage)
    plant_all(program, editions, stage.on(-120))
    open_site_pages(program)
    link_translations(_written_on(program, editions))
    by_slug = {edition.slug: edition for edition in editions}
    now = stage.on(0, 0)
    complete_2019(by_slug["2019"], stage.luck("content:2019"))
    learn(by_slug["edicion-3"], stage.luck("content:edicion-3"), now)
    _phase_two(by_slug["edicion-2"], stage, now)
    for one in described():
        build_described(one, stage, now)


def make_facts(program: Program, stage: DemoStage) -> list[Edition]:
    """Modules, questions and discussions of each edition; gives the editions, oldest first."""
    editions = list(program.editions.order_by("slug"))
    for edition in editions:
        make_modules(edition, stage)
        make_discussions(edition, stage)
    return editions


def build_described(one: Described, stage: DemoStage, now) -> None:
    """A program that files describe: the phase of each edition as far as it has come, completed
    and settled where it has closed."""
    program = Program.objects.get(slug=one.slug)
    editions = make_facts(program, stage)
    plant_beside(program, editions, stage.on(-120))
    pages = ProgramPage.objects.get(program=program, locale__language_code=one.languages[0])
    link_translations(_written_on(program, editions).descendant_of(pages, inclusive=True))
    for edition, says in zip(editions, one.read("program")["editions"], strict=True):
        if edition.phases.get().opens_at <= now:
            luck = stage.luck(f"content:{one.slug}:{edition.slug}")
            reached = [scaled(says, stage, count) for count in says["reached"]]
            _workshops(edition, reached, luck, now)


def _workshops(edition: Edition, reached: list[int], luck, now) -> None:
    phase = edition.phases.get()
    learn(edition, luck, now, reached)
    entering = edition.enrollments.filter(
        pk__in=PhaseProgress.objects.filter(phase=phase).values("enrollment")
    )
    entering = list(entering.select_related("person").order_by("pk"))
    for discussion in phase.discussions.filter(opens_at__lt=now):
        discuss(discussion, entering, luck, now)
    if now < phase.closes_at:
        return
    for enrollment in entering:
        complete_if_enough(standing_of(enrollment, phase), phase.closes_at)
    settle_enrollments(edition, phase.closes_at)


def _written_on(program: Program, editions: list[Edition]):
    """Whom an author has on the desk: the site's own pages, the program, the edition to come."""
    pages = Page.objects.filter(locale__language_code=LANGUAGES[0], depth__gt=1)
    done = EditionPage.objects.filter(edition__in=editions[:-1], locale__language_code=LANGUAGES[0])
    for page in done:
        pages = pages.not_descendant_of(page, inclusive=True)
    return pages


def _phase_two(edition: Edition, stage: DemoStage, now) -> None:
    luck = stage.luck("content:edicion-2")
    learn(edition, luck, now)
    entering = sign_up(edition, luck)
    for discussion in edition.phases.get(order=2).discussions.filter(opens_at__lt=now):
        discuss(discussion, entering, luck, now)


def move(days: int) -> None:
    """What was learnt and written in the living editions, with their modules and discussions."""
    editions = list(living())
    for model, path in PATHS.items():
        move_rows(model.objects.filter(**{f"{path}__in": editions}), days)
