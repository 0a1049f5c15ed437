"""The frame of Wagtail's admin: the site's name and mark, and no way to pages elsewhere."""

import pytest
from django.urls import reverse

from tests.builders import a_program
from tests.enrollment.staff.desk import at_the_desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def page(client, clock):
    clock("2019-04-02T12:00:00Z")
    at_the_desk(client, a_program())
    return client.get(reverse("wagtailadmin_home")).content.decode()


def test_help_leads_nowhere_else(page):
    assert "guide.wagtail.org" not in page
    assert "releases" not in page


def test_title_names_the_site(page, settings):
    title = page.partition("<title>")[2].partition("</title>")[0]
    assert settings.SITE_NAMES["en"] in title
    assert "Wagtail" not in title


def test_zones_of_the_account_are_known_to_browsers(client, page):
    form = client.get(reverse("wagtailadmin_account")).content.decode()
    assert 'value="America/Montevideo"' in form
    assert 'value="localtime"' not in form
