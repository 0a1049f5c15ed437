"""The tree of pages in all languages, each page linked to its translations."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from wagtail.models import Locale, Page, Site

from content.demo.courses import Course, course_of
from content.demo.texts import LANGUAGES, key_of, kilobytes, read, stream
from content.models import (
    Discussion,
    DiscussionPage,
    EditionPage,
    HomePage,
    LessonPage,
    Module,
    ModulePage,
    ProgramPage,
    TextPage,
)
from enrollment.models import Edition, Program

TEXT_PAGES = {
    "faq": "faq",
    "house_rules": "house-rules",
    "privacy_notice": "privacy",
    "accessibility": "accessibility",
    "help": "help",
}
IN_MENU = ("faq", "help")
HOMES = {"es": "inicio", "pt-br": "pagina-inicial", "en": "home"}


class Tree:
    """The pages of one language. `place` names a page in all languages."""

    course: Course

    def __init__(self, locale: Locale):
        self.locale, self.language = locale, locale.language_code

    def add(self, parent: Page, kind: type[Page], place: str, at, **fields) -> Page:
        page = kind(
            locale=self.locale,
            translation_key=key_of(place),
            first_published_at=at,
            last_published_at=at,
            latest_revision_created_at=at,
            **fields,
        )
        return parent.add_child(instance=page)

    def plant(self, root: Page, program: Program, editions: list[Edition], at) -> HomePage:
        home = self._home(root, editions[-1], at)
        self.plant_program(home, program, editions, at)
        for name, slug in TEXT_PAGES.items():
            texts = self._texts(read("pages")[name][self.language], name)
            texts |= {"edition": editions[-1], "show_in_menus": name in IN_MENU}
            self.add(home, TextPage, name, at, slug=slug, **texts)
        return home

    def plant_program(self, home: Page, program: Program, editions: list[Edition], at) -> None:
        """The page of a program, with its editions and its own texts below it."""
        self.course = course = course_of(program)
        place = course.at("program")
        parent = self.add(
            home,
            ProgramPage,
            place,
            at,
            slug=course.address,
            program=program,
            show_in_menus=True,
            **self._texts(course.page(self.language), place),
        )
        for edition in editions:
            self._edition(parent, edition, at)
        for slug, says in course.texts_below().items():
            place = course.at(slug)
            texts = self._texts(says[self.language], place)
            self.add(parent, TextPage, place, at, slug=slug, edition=editions[-1], **texts)

    def _home(self, root: Page, edition: Edition, at) -> HomePage:
        texts = self._texts(read("pages")["home"][self.language], "home")
        slug = HOMES[self.language]
        return self.add(root, HomePage, "home", at, slug=slug, edition=edition, **texts)

    def _texts(self, says: dict, place: str) -> dict:
        body = stream(says["body"], place)
        return {"title": says["title"], "intro": says["intro"], "body": body}

    def _edition(self, parent: Page, edition: Edition, at) -> None:
        place = self.course.at(edition.slug)
        page = self.add(
            parent,
            EditionPage,
            place,
            at,
            slug=edition.slug,
            edition=edition,
            title=edition.title.into(self.language),
            intro=edition.program.summary.into(self.language),
        )
        for module, says in zip(
            Module.objects.filter(phase__edition=edition).order_by("order"),
            self.course.read("modules"),
            strict=True,
        ):
            self._module(page, module, says, f"{place}/{module.slug}", at)
        for discussion, says in zip(
            Discussion.objects.filter(phase__edition=edition).order_by("order"),
            self.course.read("discussions"),
            strict=True,
        ):
            self._discussion(page, discussion, says, f"{place}/{says['slug']}", at)

    def _module(self, parent: Page, module: Module, says: dict, place: str, at) -> None:
        page = self.add(
            parent,
            ModulePage,
            place,
            at,
            slug=module.slug,
            module=module,
            title=module.title.into(self.language),
        )
        for lesson in says["lessons"]:
            text = self.course.read("lessons")[lesson["slug"]][self.language]
            body = stream(text, self.course.at(lesson["slug"]))
            self.add(
                page,
                LessonPage,
                f"{place}/{lesson['slug']}",
                at,
                slug=lesson["slug"].removeprefix(module.slug),
                module=module,
                title=lesson["title"][self.language],
                intro=lesson["summary"][self.language],
                minutes=lesson["minutes"],
                kilobytes=kilobytes(body),
                body=body,
            )

    def _discussion(self, parent: Page, discussion: Discussion, says: dict, place: str, at) -> None:
        language = self.language
        questions = {"type": "list", "items": [text[language] for text in says["questions"]]}
        case = {
            "type": "case",
            "title": discussion.title.into(language),
            "text": says["vignette"][language],
        }
        self.add(
            parent,
            DiscussionPage,
            place,
            at,
            slug=says["slug"],
            discussion=discussion,
            title=discussion.title.into(language),
            expert_intro=says["expert_intro"][language],
            opening=stream([case, questions, *says["opening"][language]], f"{place}/opening"),
            synthesis=stream(says["synthesis"][language], f"{place}/synthesis"),
        )


def plant_all(program: Program, editions: list[Edition], at) -> None:
    """Homes, program, editions and texts in every language, and the site that begins there."""
    root = Page.objects.get(depth=1)
    Page.objects.filter(depth=2).first().delete()  # Wagtail's own welcome, and its site with it
    first = None
    for language in LANGUAGES:
        locale, _is_new = Locale.objects.get_or_create(language_code=language)
        root.refresh_from_db()
        home = Tree(locale).plant(root, program, editions, at)
        first = first or home
    _make_site(first)


def plant_beside(program: Program, editions: list[Edition], at) -> None:
    """Another program of the same site, in its own languages alone."""
    for language in course_of(program).languages:
        home = HomePage.objects.get(locale__language_code=language)
        Tree(home.locale).plant_program(home, program, editions, at)


def _make_site(home: HomePage) -> None:
    address = urlsplit(settings.SITE_URL)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    site.hostname = address.hostname
    site.port = address.port or 80
    site.site_name, site.root_page = settings.SITE_NAME, home
    site.save()
