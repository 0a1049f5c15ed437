import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import PageViewRestriction

from content.models import EditionPage, ProgramPage, TextPage
from tests.builders import RELEASE, a_person, an_edition, an_enrollment
from tests.content.builders import a_module_with_lessons, an_edition_page
from tests.enrollment.test_standing import a_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(clock):
    clock("2019-04-02T12:00:00Z")
    edition = an_edition()
    a_module_with_lessons(edition)
    return edition


def apply_url(edition):
    with translation.override("es"):
        return reverse("enrollment:application_form", args=[edition.program.slug, edition.slug])


def text_of(client, page) -> str:
    answer = client.get(page.url)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("kind", [ProgramPage, EditionPage])
@pytest.mark.parametrize(
    ("at", "offers"),
    [
        ("2019-03-21T11:59:59Z", False),
        ("2019-03-21T12:00:00Z", True),
        ("2019-04-13T06:59:59Z", True),
        ("2019-04-13T07:00:00Z", False),
    ],
)
def test_page_offers_to_apply_while_the_window_is_open(client, clock, kind, at, offers):
    clock(at)
    edition = an_edition()
    an_edition_page(edition)
    assert (apply_url(edition) in text_of(client, kind.objects.get())) == offers


def test_page_tells_the_closing_hour_of_each_country_to_readers_of_unknown_hour(edition, client):
    page = ProgramPage.objects.get()
    assert "La hora en cada país" in text_of(client, page)
    client.force_login(a_person(time_zone="America/Lima"))
    text = text_of(client, page)
    assert "hasta las 02:00 del 13 de abril en Lima" in text
    assert "La hora en cada país" not in text


def test_page_leads_who_applied_to_the_own_application(edition, client):
    page = ProgramPage.objects.get()
    client.force_login(a_person())
    assert ">Postular<" in text_of(client, page)
    person = a_draft(edition)
    client.force_login(person)
    assert "Continuar su postulación" in text_of(client, page)
    person.applications.update(submitted_at=RELEASE, status="submitted")
    assert "Ver su postulación" in text_of(client, page)


def test_page_draws_the_calendar(edition, client):
    assert "<svg" in text_of(client, ProgramPage.objects.get())


def test_kept_page_costs_no_query_and_ends_at_the_next_instant(edition, client, clock):
    page = ProgramPage.objects.get()
    clock("2019-04-13T06:59:58Z")
    first = text_of(client, page)
    with CaptureQueriesContext(connection) as queries:
        assert text_of(client, page) == first
    assert not queries
    clock("2019-04-13T07:00:00Z")
    assert apply_url(edition) not in text_of(client, page)


def test_kept_page_is_the_same_at_whatever_port_it_is_asked_for(edition, client):
    page = ProgramPage.objects.get()
    client.get(page.url, headers={"host": "testserver:8001"})
    with CaptureQueriesContext(connection) as queries:
        client.get(page.url, headers={"host": "testserver:8002"})
    assert not queries


def test_kept_page_is_dropped_when_a_date_moves(edition, client):
    page = TextPage(title="Ayuda", slug="ayuda", intro="[[release:day]]", edition=edition)
    ProgramPage.objects.get().add_child(instance=page)
    assert "16 " in text_of(client, page)
    edition.release_planned_at = edition.release_planned_at.replace(day=18)
    edition.save()
    assert "18 " in text_of(client, page)


def test_kept_page_is_dropped_when_a_page_is_published(edition, client):
    page = ProgramPage.objects.get()
    text_of(client, page)
    page.title = "Otro nombre"
    page.save_revision().publish()
    assert "Otro nombre" in text_of(client, page)


def test_kept_page_is_dropped_when_it_is_made_private(edition, client):
    page = TextPage(title="Ayuda", slug="ayuda")
    ProgramPage.objects.get().add_child(instance=page)
    text_of(client, page)
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert client.get(page.url).status_code == 302


def test_kept_page_is_dropped_when_its_image_is_replaced(edition, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    image = get_image_model().objects.create(title="Sala", file=get_test_image_file("una.png"))
    page = TextPage(title="Ayuda", slug="ayuda")
    page.body = [("figure", {"image": image, "alt": "Una sala"})]
    ProgramPage.objects.get().add_child(instance=page)
    assert "una." in text_of(client, page)
    image.file = get_test_image_file("otra.png")
    image.save()
    image.renditions.all().delete()
    assert "otra." in text_of(client, page)


def test_signed_in_reader_gets_a_page_of_her_own(edition, client):
    page = ProgramPage.objects.get()
    text_of(client, page)
    client.force_login(a_person())
    assert reverse("accounts:leave") in text_of(client, page)
    client.logout()
    assert reverse("accounts:leave") not in text_of(client, page)


@pytest.mark.parametrize("status", ["draft", "cancelled"])
def test_edition_that_is_not_public_is_not_found(edition, client, status):
    edition.status = status
    edition.save()
    assert client.get(EditionPage.objects.get().url).status_code == 404


def test_edition_that_does_not_exist_is_not_found(edition, client):
    assert client.get(ProgramPage.objects.get().url + "2031/").status_code == 404


def test_participant_finds_the_tasks_of_the_edition(edition, client, clock):
    clock("2019-04-23T12:00:00Z")
    page = EditionPage.objects.get()
    assert "Módulo 1" not in text_of(client, page).split("<svg")[0]
    client.force_login(an_enrollment(edition).person)
    assert f"{page.url}m1/" in text_of(client, page)


def test_public_page_does_not_show_another_programs_edition(edition, client):
    other = an_edition()
    assert other.slug not in text_of(client, ProgramPage.objects.get())


def test_page_without_a_translation_leads_to_the_one_there_is(edition, client):
    url = ProgramPage.objects.get().url.replace("/es/", "/en/")
    assert client.get(url).url == ProgramPage.objects.get().url
