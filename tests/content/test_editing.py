"""What authors do in Wagtail's editor: look at a gated page before it is live, and translate it."""

import pytest
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import TranslationSource

from content.models import DiscussionPage, LessonPage, ProgramPage
from enrollment.services.staff import grant_role
from tests.builders import PHASE_ONE_OPENS, a_person, an_edition
from tests.content.builders import a_module_with_lessons
from tests.content.discussing import a_discussion

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(clock):
    clock(PHASE_ONE_OPENS)
    edition = an_edition()
    a_module_with_lessons(edition, lessons=1)
    return edition


@pytest.fixture
def author(edition, client):
    user = a_person()
    grant_role(user, edition.program, "author", by=None, at=PHASE_ONE_OPENS)
    user.refresh_from_db()
    client.force_login(user)
    return user


def test_author_previews_a_lesson_that_is_not_published(edition, author, client):
    lesson = LessonPage.objects.first()
    lesson.title = "Todavía no publicada"
    lesson.save_revision()
    url = reverse("wagtailadmin_pages:view_draft", args=[lesson.pk])
    answer = client.get(url)
    assert answer.status_code == 200
    assert "Todavía no publicada" in answer.content.decode()


def test_author_of_another_program_previews_nothing(edition, client):
    stranger = a_person()
    grant_role(stranger, an_edition().program, "author", by=None, at=PHASE_ONE_OPENS)
    client.force_login(stranger)
    url = reverse("wagtailadmin_pages:view_draft", args=[LessonPage.objects.first().pk])
    assert client.get(url).status_code in {302, 403, 404}


def translated(page, language: str = "en"):
    locale, _ = Locale.objects.get_or_create(language_code=language)
    for ancestor in page.get_ancestors().filter(depth__gt=1):
        if not ancestor.has_translation(locale):
            TranslationSource.update_or_create_from_instance(ancestor.specific)[
                0
            ].create_or_update_translation(locale, publish=True, fallback=True)
    source, _ = TranslationSource.update_or_create_from_instance(page)
    source.create_or_update_translation(locale, publish=True, fallback=True)
    return page.get_translation(locale)


def test_translation_keeps_facts_and_address(edition):
    lesson = LessonPage.objects.first()
    LessonPage.objects.filter(pk=lesson.pk).update(minutes=25)
    lesson.refresh_from_db()
    english = translated(lesson)
    assert (english.module, english.minutes, english.slug) == (lesson.module, 25, lesson.slug)
    assert english.translation_key == lesson.translation_key
    program = ProgramPage.objects.get(locale__language_code="en")
    assert (program.program, program.slug) == (edition.program, "programa")


def test_discussions_page_is_translated_with_its_facts(edition):
    discussion = a_discussion(edition)
    page = DiscussionPage.objects.filter(discussion=discussion).first()
    if page is None:
        above = ProgramPage.objects.get().get_children().first().specific
        page = above.add_child(
            instance=DiscussionPage(title="Privacidad", slug="privacy", discussion=discussion)
        )
    english = translated(page)
    assert (english.discussion, english.slug) == (discussion, page.slug)


def test_author_submits_a_translation_in_the_admin(edition, author, client):
    english, _ = Locale.objects.get_or_create(language_code="en")
    page = ProgramPage.objects.get()
    url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    answer = client.get(url)
    assert answer.status_code in {200, 302}
    if answer.status_code == 200:
        client.post(url, {"locales": [english.pk]})
        assert page.has_translation(english)
