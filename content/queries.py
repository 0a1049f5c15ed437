"""What a page of learning needs to know, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language
from wagtail.models import Page

from content.models import (
    PUBLIC_PAGE_TYPES,
    Discussion,
    EditionPage,
    LessonPage,
    LessonProgress,
    Module,
    ModulePage,
    ModuleProgress,
    Question,
)
from content.progress import Learning, LessonState, ModuleState, learning
from content.routing import know_roots
from enrollment.models import Edition, Phase, Program, RegistrationWindow, WindowKind
from enrollment.models.programs import PUBLIC_EDITIONS
from enrollment.rules.phases import PhaseStanding
from lms.kept import kept

LESSON_FACTS = (
    "title",
    "slug",
    "path",
    "url_path",
    "translation_key",
    "module_id",
    "minutes",
    "kilobytes",
    "locale__language_code",
)


@kept
def modules_of(phase_id: int) -> tuple[Module, ...]:
    """The phase's modules in order, each with `has_quiz`."""
    bank = Question.objects.filter(module=OuterRef("pk"), retired_at=None)
    rows = Module.objects.filter(phase=phase_id).select_related("phase__edition__program")
    return tuple(rows.order_by("order").annotate(has_quiz=Exists(bank)))


@kept
def discussions_in(phase_id: int) -> tuple[Discussion, ...]:
    """The phase's discussions in order."""
    rows = Discussion.objects.filter(phase=phase_id).select_related("phase__edition__program")
    return tuple(rows.order_by("order"))


def activities_of(phase_id: int) -> tuple[Module | Discussion, ...]:
    """What a phase consists of: its modules, then its discussions."""
    return modules_of(phase_id) + discussions_in(phase_id)


def in_reader_language(pages) -> list:
    """Of each translation the page in the active language, else in the site's first that has
    it; in the order of the tree."""
    rank = {code: number for number, (code, _name) in enumerate(settings.LANGUAGES)}
    rank[get_language()] = -1
    best = {}
    for page in pages:
        held = best.get(page.translation_key)
        mine = rank.get(page.locale.language_code, 99)
        if held is None or mine < rank.get(held.locale.language_code, 99):
            best[page.translation_key] = know_roots(page)
    return sorted(best.values(), key=lambda page: page.path)


@kept
def lessons_by_module(phase_id: int) -> dict[int, tuple[LessonPage, ...]]:
    """The live lessons of each module in one query: those of the reader's language, and of
    others what has no translation into it."""
    live = LessonPage.objects.live().filter(module__phase=phase_id)
    mine = live.filter(locale__language_code=get_language())
    is_mine = Q(locale__language_code=get_language())
    has_mine = Exists(mine.filter(translation_key=OuterRef("translation_key")))
    pages = live.filter(is_mine | ~has_mine).select_related("locale").only(*LESSON_FACTS)
    lessons = defaultdict(list)
    for page in in_reader_language(pages):
        lessons[page.module_id].append(page)
    return {module_id: tuple(pages) for module_id, pages in lessons.items()}


@kept
def module_pages(phase_id: int) -> dict[int, ModulePage]:
    """The live page of each module, by the module's id, in the reader's language."""
    pages = ModulePage.objects.live().filter(module__phase=phase_id).select_related("locale")
    return {page.module_id: page for page in in_reader_language(pages)}


@kept
def edition_url(edition_id: int) -> str:
    """The address of the edition's live page in the reader's language; empty without one."""
    pages = EditionPage.objects.live().filter(edition=edition_id).select_related("locale")
    page = next(iter(in_reader_language(pages.defer_streamfields())), None)
    return page.url if page else ""


def edition_pages(program: Program) -> list[EditionPage]:
    """The pages of a program's public editions, the newest edition first."""
    pages = EditionPage.objects.live().filter(
        edition__program=program, edition__status__in=PUBLIC_EDITIONS
    )
    found = in_reader_language(pages.select_related("locale", "edition").defer_streamfields())
    return sorted(found, key=lambda page: page.edition_id, reverse=True)


def learning_of(standing: PhaseStanding, at: datetime) -> Learning:
    """Where the participant stands in the phase's modules: two queries, however many there are,
    and what is the same for all."""
    phase, enrollment = standing.phase, standing.enrollment
    read = {row.lesson_key: row for row in LessonProgress.objects.filter(enrollment=enrollment)}
    done = {row.module_id: row for row in ModuleProgress.objects.filter(enrollment=enrollment)}
    lessons = lessons_by_module(phase.pk)
    states = [
        _module_state(module, lessons.get(module.pk, ()), read, done.get(module.pk))
        for module in modules_of(phase.pk)
    ]
    closed = at >= standing.closes_at
    required = min(phase.required_activities or len(states), len(states))
    return learning(states, required=required, at=at, closed=closed)


def _module_state(module, lessons, read, done) -> ModuleState:
    return ModuleState(
        module=module,
        lessons=[
            LessonState(
                page=lesson,
                opened_at=getattr(read.get(lesson.translation_key), "opened_at", None),
                read_at=getattr(read.get(lesson.translation_key), "read_at", None),
            )
            for lesson in lessons
        ],
        has_quiz=module.has_quiz,
        best_score=done and done.best_score,
        passed_at=done and done.passed_at,
        completed_at=done and done.completed_at,
    )


def current_edition(program: Program, at: datetime) -> Edition | None:
    """The edition of which the program's page speaks: the one that takes applications now, else
    the next that will, else the latest one."""
    editions = {
        edition.pk: edition
        for edition in program.editions.filter(status__in=PUBLIC_EDITIONS).select_related("program")
    }
    windows = list(
        RegistrationWindow.objects.filter(edition__in=editions, kind=WindowKind.APPLICATION)
    )
    to_come = [window for window in windows if not window.has_closed(at)]
    if to_come:
        return editions[min(to_come, key=lambda window: window.opens_at).edition_id]
    if windows:
        return editions[max(windows, key=lambda window: window.opens_at).edition_id]
    return next(iter(editions.values()), None)


def public_pages() -> list[list[Page]]:
    """The live public pages, each with its translations; none of an edition that is not public.
    A query for each type."""
    groups = defaultdict(list)
    for model in PUBLIC_PAGE_TYPES:
        pages = model.objects.live().public().order_by("path")
        if model is EditionPage:
            pages = pages.filter(edition__status__in=PUBLIC_EDITIONS)
        for page in pages.select_related("locale").defer_streamfields():
            groups[page.translation_key].append(page)
    return list(groups.values())


def public_instants() -> list[datetime]:
    """Every instant at which a public edition changes for its readers: four queries."""
    editions = Edition.objects.filter(status__in=PUBLIC_EDITIONS)
    rows = [
        *editions.values_list(
            "release_planned_at",
            "released_at",
            "offers_respond_by",
            "last_entry_at",
            "certificates_planned_at",
        ),
        *Phase.objects.filter(edition__in=editions).values_list("opens_at", "closes_at"),
        *RegistrationWindow.objects.filter(edition__in=editions).values_list(
            "opens_at", "closes_at"
        ),
        *Module.objects.filter(phase__edition__in=editions).values_list("opens_at"),
        *Discussion.objects.filter(phase__edition__in=editions).values_list(
            "opens_at", "closes_at"
        ),
    ]
    return [instant for row in rows for instant in row if instant]
