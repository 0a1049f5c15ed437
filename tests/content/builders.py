"""Pages and modules as a test needs them."""

from wagtail.models import Locale, Page, Site

from content.models import (
    EditionPage,
    HomePage,
    LessonPage,
    Module,
    ModulePage,
    ProgramPage,
    Question,
)
from enrollment.models import Edition


def a_home_page() -> HomePage:
    """The site's first page, in Spanish, in the place of Wagtail's welcome page."""
    locale, _ = Locale.objects.get_or_create(language_code="es")
    root = Page.objects.get(depth=1)
    home = root.add_child(instance=HomePage(title="Inicio", slug="inicio", locale=locale))
    Site.objects.update(root_page=home)
    return home


def an_edition_page(edition: Edition) -> EditionPage:
    home = HomePage.objects.first() or a_home_page()
    slug = f"programa{ProgramPage.objects.count() or ''}"
    program = home.add_child(
        instance=ProgramPage(title="Programa", slug=slug, program=edition.program)
    )
    return program.add_child(instance=EditionPage(title="2019", slug=edition.slug, edition=edition))


def a_module_with_lessons(
    edition: Edition, *, order: int = 1, lessons: int = 2, questions: int = 0, **fields
) -> ModulePage:
    """A module of phase one that opens with it, and its pages below the edition's."""
    phase = edition.phases.get(order=1)
    module = Module.objects.create(
        **{
            "phase": phase,
            "slug": f"m{order}",
            "order": order,
            "title": {"es": f"Módulo {order}", "en": f"Module {order}"},
            "opens_at": phase.opens_at,
            "hours": 5,
            **fields,
        }
    )
    for number in range(questions):
        a_question(module, f"q{order}-{number}")
    above = EditionPage.objects.filter(edition=edition).first() or an_edition_page(edition)
    page = above.add_child(
        instance=ModulePage(title=f"Módulo {order}", slug=f"m{order}", module=module)
    )
    for number in range(1, lessons + 1):
        page.add_child(
            instance=LessonPage(title=f"Lección {order}.{number}", slug=f"l{number}", module=module)
        )
    return page


def a_question(module: Module, key: str, kind: str = "single", right: str = "a") -> Question:
    return Question.objects.create(
        module=module,
        key=key,
        kind=kind,
        stem={"es": f"¿{key}?", "en": f"{key}?"},
        options=[{"id": o, "text": {"es": f"opción {o}"}, "correct": o in right} for o in "abcd"],
        explanation={"es": f"Porque {key}."},
        reference={"es": "RFC 791"},
    )
