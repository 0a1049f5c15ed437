"""What was shown to a person is kept by no cache for another, nor in the browser once they left."""

import pytest
from django.urls import reverse

from tests.builders import a_person, a_staff_member, an_edition, an_enrollment
from tests.content.builders import a_module_with_lessons
from tests.entrance import sign_in

pytestmark = pytest.mark.django_db


def caching_of(client, path) -> set[str]:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return {part.strip() for part in answer.headers["Cache-Control"].split(",")}


def test_no_page_of_somebody_signed_in_is_kept_for_others(client, clock):
    clock("2019-04-23T12:00:00Z")
    edition = an_edition()
    module = a_module_with_lessons(edition)
    client.force_login(an_enrollment(edition).person)
    for path in ("/es/my/", "/es/certificates/", module.url, module.get_parent().url):
        assert {"private", "no-cache"} <= caching_of(client, path), path
    client.force_login(a_staff_member(edition.program))
    assert "private" in caching_of(client, reverse("mfa_index"))


def test_leaving_takes_what_the_browser_kept(client):
    a_person("rosa@correo.example")
    sign_in(client, "rosa@correo.example")
    left = client.post(reverse("accounts:leave"))
    assert left.headers["Clear-Site-Data"] == '"cache"'
