"""The hooks: this app's part of the demonstration, and moving it to another day."""

from __future__ import annotations

from wagtail.models import Page

from content.demo.debates import discuss, sign_up
from content.demo.facts import make_discussions, make_modules
from content.demo.learnt import complete_2019, learn
from content.demo.pages import plant_all
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
)
from enrollment.demo.building import LIVING
from enrollment.models import Edition, Program
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
    program = Program.objects.get()
    editions = list(program.editions.order_by("slug"))
    for edition in editions:
        make_modules(edition, stage)
        make_discussions(edition, stage)
    plant_all(program, editions, stage.on(-120))
    open_site_pages(program)
    link_translations(_written_on(program, editions))
    by_slug = {edition.slug: edition for edition in editions}
    now = stage.on(0, 0)
    complete_2019(by_slug["2019"], stage.luck("content:2019"))
    learn(by_slug["edicion-3"], stage.luck("content:edicion-3"), now)
    _phase_two(by_slug["edicion-2"], stage, now)


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
    for model, path in PATHS.items():
        move_rows(model.objects.filter(**{f"{path}__slug__in": LIVING}), days)
