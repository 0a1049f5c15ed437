"""A second factor from its set-up to its use, on a database where what is written is committed:
allauth notes the new factor in the session only then."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache

from tests.builders import a_person
from tests.entrance import SiteClient, sign_in, totp_code

EMAIL = "staff@correo.example"
SET_UP = "/es/account/second-factor/"


@pytest.fixture(autouse=True)
def _staff(real_database):
    a_person(EMAIL, is_staff=True, is_superuser=True, first_name="Ana")


def set_up_app(client) -> str:
    """The way a person does it: the page's secret, and the code that it makes."""
    page = client.get(SET_UP + "totp/activate/").content.decode()
    secret = re.search(r'id="authenticator_secret"[^>]*value="([A-Z2-7]+)"', page)[1]
    answer = client.post(SET_UP + "totp/activate/", {"code": totp_code(secret)})
    assert answer.status_code == 302, answer.content.decode()
    cache.clear()  # the code may be used again at once
    return secret


def test_app_is_set_up_and_opens_the_admin(client):
    sign_in(client, EMAIL)
    set_up_app(client)
    assert client.get("/admin/").status_code == 200
    codes = client.get(SET_UP + "recovery-codes/")
    assert codes.context["can_view_codes"]


def test_entering_asks_for_the_factor(client):
    sign_in(client, EMAIL)
    secret = set_up_app(client)
    later = SiteClient()
    answer = sign_in(later, EMAIL)
    assert answer.url == "/es/account/second-factor/authenticate/"
    assert "_auth_user_id" not in later.session, "half an entrance is none"
    assert later.get("/admin/").status_code == 302
    wrong = later.post(answer.url, {"code": "000000"})
    assert wrong.context["form"].errors["code"]
    later.post(answer.url, {"code": totp_code(secret)})
    assert later.get("/admin/").status_code == 200


def test_recovery_code_opens_once(client):
    sign_in(client, EMAIL)
    set_up_app(client)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    for client_, opens in ((SiteClient(), True), (SiteClient(), False)):
        page = sign_in(client_, EMAIL).url
        client_.post(page, {"code": codes[0]})
        assert ("_auth_user_id" in client_.session) is opens


def test_session_without_the_factor_changes_none(client):
    """As when a role is given to somebody who is signed in, or a factor was set up elsewhere."""
    sign_in(client, EMAIL)
    other = SiteClient()
    sign_in(other, EMAIL)
    set_up_app(other)
    for path in ("", "totp/activate/", "totp/deactivate/", "recovery-codes/", "webauthn/add/"):
        answer = client.post(SET_UP + path)
        assert answer.url.startswith(SET_UP + "reauthenticate/"), path
    assert client.get("/admin/").url.startswith(SET_UP + "reauthenticate/")
    assert client.get(SET_UP + "reauthenticate/").status_code == 200
    assert Authenticator.objects.filter(type="totp").exists()
