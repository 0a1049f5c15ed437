"""The pages of an edition begun from an earlier one: in all languages, linked as they were."""

from datetime import date

import pytest
from django.urls import reverse
from django_q.models import OrmQ
from wagtail.actions.copy_page import CopyPageAction
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from content.models import (
    Discussion,
    DiscussionPage,
    EditionPage,
    HomePage,
    LessonPage,
    Module,
    ModulePage,
    PageCopy,
    ProgramPage,
    TextPage,
)
from content.services.page_copies import copy_pages
from content.services.translations import link_translation, source_of
from content.tasks import task_copy_pages
from enrollment.models import Edition
from enrollment.services.copying import start_edition_from
from tests.builders import a_staff_member, an_edition, instant
from tests.content.builders import a_module_with_lessons
from tests.content.discussing import a_discussion, a_discussion_page
from tests.enrollment.staff.visits import visit

pytestmark = pytest.mark.django_db
AT = instant("2019-09-02T12:00")
PAGES = 8  # in each of two languages: an edition, two modules of two lessons, a discussion


@pytest.fixture
def source():
    """With two modules, a discussion and all pages in Spanish and Portuguese."""
    edition = an_edition()
    first = a_module_with_lessons(edition, order=1, questions=3)
    a_module_with_lessons(edition, order=2)
    a_discussion_page(a_discussion(edition))
    lesson = LessonPage.objects.get(title="Lección 2.1")
    lesson.intro = f'<a linktype="page" id="{first.pk}">antes</a>'
    lesson.body = [
        ("paragraph", f'<p>Vea <a id="{first.pk}" linktype="page">el módulo 1</a>, «ñ».</p>'),
        ("paragraph", '<p><a linktype="document" id="1">un documento</a></p>'),
    ]
    lesson.save()
    portuguese, _is_new = Locale.objects.get_or_create(language_code="pt-br")
    for model in (HomePage, ProgramPage, EditionPage, ModulePage, LessonPage, DiscussionPage):
        for page in model.objects.filter(locale__language_code="es"):
            translated = page.copy_for_translation(portuguese)
            translated.title = f"{page.title} (pt)"
            translated.save_revision().publish()
            if model not in (HomePage, ProgramPage):
                link_translation(source_of(page), Page.objects.get(pk=translated.pk))
    return edition


def begun_from(source) -> PageCopy:
    made = Edition(program=source.program, slug="2020", title={"es": "Segunda", "pt-br": "Segunda"})
    by = a_staff_member(source.program)
    start_edition_from(source, made, first=date(2020, 3, 19), by=by, at=AT)
    return PageCopy.objects.get()


def below(edition: Edition, language: str) -> list[Page]:
    top = EditionPage.objects.get(edition=edition, locale__language_code=language)
    return list(Page.objects.descendant_of(top, inclusive=True).specific())


def said(pages: list[Page]) -> list[tuple]:
    return [(page.depth, page.title, page.slug, page.live) for page in pages[1:]]


def test_modules_questions_and_discussions_are_there_at_once(source):
    Module.objects.get(slug="m1").questions.filter(key="q1-0").update(retired_at=AT)
    copy = begun_from(source)
    modules = Module.objects.filter(phase__edition=copy.edition)
    assert [one.questions.count() for one in modules] == [2, 0]
    assert modules[0].opens_at == copy.edition.phases.get(order=1).opens_at
    [discussion] = Discussion.objects.filter(phase__edition=copy.edition)
    assert discussion.opens_at == instant("2020-06-01T12:00")
    assert not discussion.rooms.exists()
    assert copy.pages == 2 * PAGES


def test_pages_of_all_languages_are_copied_each_to_its_place(source):
    copy = begun_from(source)
    assert task_copy_pages(copy.pk) == "16 pages copied"
    for language in ("es", "pt-br"):
        pages, copies = below(source, language), below(copy.edition, language)
        assert said(copies) == said(pages)
        assert copies[0].get_parent() == pages[0].get_parent()
        assert copies[0].slug == "2020" and copies[0].title == "Segunda"
    for page in below(copy.edition, "es"):
        other = page.get_translation(Locale.objects.get(language_code="pt-br"))
        assert other in below(copy.edition, "pt-br")


def test_copies_point_to_the_facts_of_their_own_edition(source):
    copy = begun_from(source)
    copy_pages(copy, at=AT)
    for language in ("es", "pt-br"):
        for page in below(copy.edition, language):
            assert page.dated_edition == copy.edition
            assert page.get_latest_revision_as_object().dated_edition == copy.edition


def test_links_between_the_pages_lead_to_the_copies(source):
    copy = begun_from(source)
    copy_pages(copy, at=AT)
    for language in ("es", "pt-br"):
        pages = {page.title: page for page in below(copy.edition, language)}
        suffix = "" if language == "es" else " (pt)"
        lesson, target = pages[f"Lección 2.1{suffix}"], pages[f"Módulo 1{suffix}"]
        if language == "es":
            assert f'id="{target.pk}"' in lesson.intro
            assert f'id="{target.pk}"' in lesson.body[0].value.source
            assert "«ñ»" in lesson.body[0].value.source
            assert lesson.body[1].value.source == (
                '<p><a linktype="document" id="1">un documento</a></p>'
            )


def test_translators_find_the_copies_as_they_left_the_pages(source):
    texts = StringTranslation.objects.count()
    copy = begun_from(source)
    copy_pages(copy, at=AT)
    for page in below(copy.edition, "es"):
        made = TranslationSource.objects.get(object=page.translation_key)
        assert made.locale.language_code == "es"
        [translation] = Translation.objects.filter(source=made)
        assert translation.get_progress() == (
            Translation.objects.get(
                source__object__translation_key=original_of(page, source).translation_key
            ).get_progress()
        )
    assert StringTranslation.objects.count() > texts


def original_of(page: Page, source: Edition) -> Page:
    if isinstance(page, EditionPage):
        return below(source, "es")[0]
    return next(one for one in below(source, "es") if one.title == page.title)


@pytest.mark.parametrize("after", [0, 1, 5, 15])
def test_a_run_that_was_broken_off_goes_on_where_it_ended(source, monkeypatch, after):
    copy, done = begun_from(source), []
    execute = CopyPageAction.execute

    def breaking(self, **options):
        if len(done) == after:
            raise SystemExit
        done.append(execute(self, **options))

    monkeypatch.setattr(CopyPageAction, "execute", breaking)
    with pytest.raises(SystemExit):
        copy_pages(copy, at=AT)
    copy.refresh_from_db()
    assert copy.finished_at is None and copy.copied == after
    monkeypatch.setattr(CopyPageAction, "execute", execute)
    assert copy_pages(copy, at=AT) == copy.pages - after
    assert said(below(copy.edition, "pt-br")) == said(below(source, "pt-br"))
    assert copy_pages(copy, at=AT) == 0
    assert Page.objects.filter(slug="2020").count() == 2


def test_a_page_that_cannot_be_copied_is_named_and_the_others_go_on(source, client):
    copy = begun_from(source)
    top = EditionPage.objects.get(edition=source, locale__language_code="es").get_parent()
    top.add_child(instance=TextPage(title="En medio", slug="2020"))
    copy_pages(copy, at=AT)
    copy.refresh_from_db()
    assert copy.finished_at
    named = [one["page"] for one in copy.problems]
    assert "Módulo 1" in named and "Módulo 1 (pt)" not in named
    page = visit(client, copy.by, "edition", copy.edition_id).content.decode()
    assert "«Módulo 1» no se copió" in page
    assert len(below(copy.edition, "pt-br")) == PAGES
    Page.objects.filter(title="En medio").update(slug="en-medio")
    press_again(client, copy)
    task_copy_pages(copy.pk)
    assert said(below(copy.edition, "es")) == said(below(source, "es"))
    copy.refresh_from_db()
    assert copy.problems == []


def press_again(client, copy: PageCopy) -> None:
    address = reverse("content_staff:copy_pages_again", args=[copy.edition_id])
    queued = OrmQ.objects.count()
    for _time in range(2):
        assert client.post(address).status_code == 302
    assert OrmQ.objects.count() == queued + 1


def test_the_staff_see_how_far_the_copy_is(source, client):
    copy = begun_from(source)
    PageCopy.objects.update(copied=7)
    page = visit(client, copy.by, "edition", copy.edition_id).content.decode()
    assert '<progress value="7" max="16"' in page
    copy_pages(copy, at=AT)
    page = visit(client, copy.by, "edition", copy.edition_id).content.decode()
    assert "<progress" not in page
    assert "segunda (español)" in page.lower() and "segunda (português" in page.lower()
