"""A passkey, from the page that adds one to the entrance that asks for it, in a real Chromium whose
authenticator is the browser's own for tests."""

import pytest
from allauth.mfa.models import Authenticator

from tests.browser.answering import HOST
from tests.builders import a_person
from tests.entrance import SiteClient, sign_in

pytestmark = [pytest.mark.browser]
EMAIL = "staff@correo.example"
KEYS = "/es/account/second-factor/webauthn/"
TOUCHED = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(autouse=True)
def _staff(real_database):
    """allauth notes the new key in the session when it is committed."""
    a_person(EMAIL, is_staff=True, is_superuser=True, language="es")


def with_a_key(page):
    """The page's authenticator, which holds no key yet."""
    page.protocol = page.context.new_cdp_session(page)
    page.protocol.send("WebAuthn.enable")
    made = page.protocol.send("WebAuthn.addVirtualAuthenticator", {"options": TOUCHED})
    return made["authenticatorId"]


def keys_of(page, authenticator) -> list[dict]:
    held = page.protocol.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
    return held["credentials"]


def test_a_passkey_is_added_and_opens_the_admin(new_page, client):
    sign_in(client, EMAIL)
    page = new_page(client, 1280)
    authenticator = with_a_key(page)
    page.goto(HOST + KEYS + "add/")
    page.get_by_label("Nombre de la llave").fill("Mi teléfono")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/second-factor/**", wait_until="load")
    page.wait_for_function("() => !location.pathname.endsWith('/add/')")
    assert Authenticator.objects.filter(type="webauthn").count() == 1
    assert len(keys_of(page, authenticator)) == 1
    assert client.get("/admin/").status_code == 200

    later = SiteClient()
    assert sign_in(later, EMAIL).url == "/es/account/second-factor/authenticate/"
    assert later.get("/admin/").status_code == 302
    page.answers.client = later
    page.goto(HOST + "/es/account/second-factor/authenticate/")
    page.locator("#mfa_webauthn_authenticate").click()
    page.wait_for_function("() => !location.pathname.includes('authenticate')")
    assert later.get("/admin/").status_code == 200
    assert page.complaints == []
