"""A program's staff write below its page, in Wagtail's admin."""

import pytest
from django.test import TestCase
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation, TranslationSource

from content.models import ProgramPage
from enrollment.services.staff import grant_role
from tests.builders import a_person, a_program, an_edition, instant
from tests.content.builders import an_edition_page
from tests.enrollment.staff.desk import at_the_desk

pytestmark = pytest.mark.django_db
AT = instant("2019-03-01T12:00")


def test_a_programs_page_is_open_to_its_staff_and_to_nobody_elses():
    program, other = a_program(), a_program()
    page = Page.get_first_root_node().add_child(
        instance=ProgramPage(title="Program", slug="program", program=program)
    )
    author, coordinator, stranger = a_person(), a_person(), a_person()
    grant_role(author, program, "author", by=None, at=AT)
    grant_role(coordinator, program, "coordinator", by=None, at=AT)
    grant_role(stranger, other, "coordinator", by=None, at=AT)
    assert page.permissions_for_user(author).can_edit()
    assert not page.permissions_for_user(author).can_publish()
    assert page.permissions_for_user(coordinator).can_publish()
    assert not page.permissions_for_user(stranger).can_edit()


def test_authors_save_and_nothing_is_sent_to_an_approval_of_wagtails_own(client):
    edition = an_edition()
    an_edition_page(edition)
    at_the_desk(client, edition.program, "author")
    page = ProgramPage.objects.get()
    shown = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert 'name="action-publish"' not in shown
    assert 'name="action-submit"' not in shown


@pytest.fixture
def source():
    """A page of a program, translated into Portuguese and not published there."""
    an_edition_page(an_edition())
    page = ProgramPage.objects.get()
    page.copy_for_translation(
        Locale.objects.get_or_create(language_code="pt-br")[0], copy_parents=True
    )
    found, _is_new = TranslationSource.get_or_create_from_instance(page)
    portuguese = Locale.objects.get(language_code="pt-br")
    Translation.objects.create(source=found, target_locale=portuguese)
    return found


def page_of(source) -> str:
    return reverse("wagtail_localize:update_translations", args=[source.pk])


def renew(client, source, **data):
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(page_of(source), data)


def is_live(source) -> bool:
    return source.translations.get().get_target_instance().live


def test_translations_of_another_program_are_not_begun_or_renewed(client, source):
    at_the_desk(client, a_program(), "coordinator")
    page = source.get_source_instance()
    begin = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    for answer in (client.get(begin), renew(client, source, publish_translations="on")):
        assert answer.status_code == 404
    assert not is_live(source)


def test_author_renews_translations_and_publishes_none(client, source):
    at_the_desk(client, source.get_source_instance().program, "author")
    assert renew(client, source, publish_translations="on").url == "/admin/"
    assert not is_live(source)
    assert renew(client, source).url != "/admin/"


def test_coordinator_publishes_renewed_translations(client, source):
    at_the_desk(client, source.get_source_instance().program, "coordinator")
    renew(client, source, publish_translations="on")
    assert is_live(source)
