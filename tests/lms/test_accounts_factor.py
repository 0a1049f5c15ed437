"""Staff hold a second factor, and no door goes around it."""

import re

import pytest
from django.urls import NoReverseMatch, reverse
from wagtail.users.models import UserProfile

from tests.builders import a_person
from tests.entrance import sign_in

EMAIL = "staff@correo.example"
SET_UP = "/es/account/second-factor/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return a_person(EMAIL, is_staff=True, is_superuser=True, first_name="Ana")


def test_staff_without_a_factor_are_led_to_set_one_up(client, staff):
    assert sign_in(client, EMAIL).url == "/es/my/"
    for path in ("/es/my/", "/admin/", "/es/account/settings/", "/es/"):
        assert client.get(path).url == SET_UP, path
    assert client.get(SET_UP).status_code == 200


def test_participant_is_asked_for_no_factor(client):
    a_person("rosa@correo.example")
    sign_in(client, "rosa@correo.example")
    assert client.get("/es/my/").status_code == 200
    assert client.get("/admin/").url.startswith("/es/account/?next=")


@pytest.mark.parametrize(
    "path",
    [
        "/admin/login/",
        "/admin/password_reset/",
        "/admin/password_reset/done/",
        "/admin/password_reset/confirm/MQ/x-y/",
        "/admin/password_reset/complete/",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_wagtails_own_doors_lead_to_the_entrance(client, staff, path, method):
    answer = getattr(client, method)(path + "?next=/admin/pages/")
    assert answer.status_code == 302
    assert answer.url == "/es/account/?next=/admin/pages/"


def test_password_opens_nothing(client, staff):
    """Not even one that came into the database some other way."""
    staff.set_password("correct horse battery staple")
    staff.save()
    data = {"username": EMAIL, "login": EMAIL, "password": "correct horse battery staple"}
    for path in ("/admin/login/", "/es/account/", "/es/account/sign-in/"):
        client.post(path, data)
        assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_change_password",
        "account_set_password",
        "account_reset_password",
        "account_email",
        "account_reauthenticate",
        "account_request_login_code",
        "mfa_login_webauthn",
        "mfa_signup_webauthn",
        "mfa_trust",
    ],
)
def test_allauths_other_pages_do_not_exist(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "path", ["login/", "signup/", "password/reset/", "password/change/", "email/"]
)
def test_allauths_usual_addresses_answer_nothing(client, path):
    for start in ("/accounts/", "/es/account/", "/es/accounts/"):
        assert client.get(start + path).status_code in (302, 404)
        assert client.post(start + path).status_code in (302, 404, 405)


def test_admins_own_account_page_knows_no_password_and_no_address(client, staff):
    client.force_login(staff)
    page = client.get("/admin/account/").content.decode()
    for field in ("old_password", "new_password1", 'name="email-email"'):
        assert field not in page


def test_admin_users_cannot_be_given_a_password(client, staff):
    client.force_login(staff)
    page = client.get(f"/admin/users/edit/{staff.pk}/").content.decode()
    assert "password1" not in page


@pytest.mark.parametrize("language", ["es", "pt-br", "en"])
def test_pages_of_the_factor_are_the_sites_own(client, staff, language):
    staff.language = language
    staff.save()
    sign_in(client, EMAIL, language)
    assert client.get(SET_UP + "webauthn/add/").context["form"]["name"].label != "Name"
    for path in ("", "totp/activate/", "webauthn/add/"):
        page = client.get(f"/{language}/account/second-factor/{path}").content.decode()
        assert 'class="site-header"' in page
        assert "style=" not in page
        assert not re.search(r"<script(?![^>]*(src=|application/json))", page)


def test_admin_speaks_the_accounts_language_and_keeps_its_zone(client, staff):
    client.force_login(staff)
    profile = UserProfile.get_for_user(staff)
    assert profile.preferred_language == "es"
    data = {"first_name": "Ana", "language": "en", "time_zone": "America/Lima"}
    client.post("/es/account/settings/", data)
    profile.refresh_from_db()
    assert (profile.preferred_language, profile.current_time_zone) == ("en", "America/Lima")
    assert 'lang="en"' in client.get("/admin/").content.decode()
