"""The demonstration's own pages: one click into any place, and the mails in the browser."""

import re

import pytest
from django.conf import settings as site_settings
from django.core.mail import get_connection
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail import hooks

from enrollment.models import StaffRole
from enrollment.services.staff import grant_role
from lms import clock
from lms.accounts.checks import demonstration_stays_local
from lms.accounts.models import EmailedCode
from lms.demo.accounts import table
from lms.hooks import DemoAccount
from lms.mail.delivery import Courier
from lms.mail.models import MessageStatus, OutgoingMessage
from tests.builders import a_person, a_program
from tests.entrance import last_code

pytestmark = pytest.mark.django_db

ROSA, MARCELA = "rosa@correo.example", "marcela@programa.example"
MAILBOX = "/es/demo/mailbox/"


@pytest.fixture
def demonstration(settings, tmp_path):
    """DEMO is on, with two accounts on offer and a mailbox of its own."""
    settings.DEMO = True
    settings.VAR = tmp_path
    settings.ROOT_URLCONF = "tests.lms.demo_urls"
    settings.EMAIL_BACKEND = "lms.demo.mailbox.EmailBackend"
    a_person(ROSA, language="pt-br")
    grant_role(a_person(MARCELA), a_program(), StaffRole.COORDINATOR, by=None, at=clock.now())
    offered = [
        DemoAccount(2, MARCELA, "Marcela", "es", {"es": "coordinadora"}, {"es": "decide"}, True),
        DemoAccount(1, ROSA, "Rosa", "pt-br", {"es": "jueza"}, {"es": "espera"}),
        DemoAccount(3, "nobody@correo.example", "Nadie", "es", {"es": ""}, {"es": ""}),
    ]
    registered = hooks._hooks.get("demo_accounts", [])
    hooks._hooks["demo_accounts"] = [(lambda: offered, 0)]
    yield
    hooks._hooks["demo_accounts"] = registered


@pytest.fixture
def visitor():
    return Client(SERVER_NAME="localhost")


def test_people_page_is_not_there_without_demo(client):
    assert client.get("/es/demo/").status_code == 404
    assert client.post("/es/demo/", {"email": ROSA}).status_code == 404


def test_people_page_refuses_when_demo_is_off_though_mounted(demonstration, settings, visitor):
    settings.DEMO = False
    assert visitor.get("/es/demo/").status_code == 404
    assert visitor.post("/es/demo/", {"email": ROSA}).status_code == 404


def test_people_page_answers_to_no_name_but_this_machines(demonstration, visitor):
    assert visitor.get("/es/demo/", SERVER_NAME="lms.example.org").status_code == 404
    assert visitor.get("/es/demo/", SERVER_NAME="localhost").status_code == 200


def test_one_click_enters_a_participants_home(demonstration, visitor):
    page = visitor.get("/es/demo/").content.decode()
    assert "Rosa" in page and "Nadie" not in page
    assert visitor.post("/es/demo/", {"email": ROSA}).url == "/pt-br/my/"
    assert visitor.get("/pt-br/my/").status_code == 200


def test_one_click_enters_the_admin_with_the_second_factor(demonstration, visitor):
    visitor.post("/es/demo/", {"email": ROSA})
    assert visitor.post("/es/demo/", {"email": MARCELA}).url == "/admin/"
    assert visitor.get("/admin/").status_code == 200


def test_one_click_opens_no_account_that_is_not_on_offer(demonstration, visitor):
    a_person("stranger@correo.example")
    assert visitor.post("/es/demo/", {"email": "stranger@correo.example"}).status_code == 404
    assert visitor.post("/es/demo/", {"email": "nobody@correo.example"}).status_code == 404


def test_one_click_needs_a_form_of_this_site(demonstration):
    visitor = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    assert visitor.post("/es/demo/", {"email": ROSA}).status_code == 403


def test_mailbox_shows_a_code_before_and_after_it_was_sent(demonstration, visitor):
    visitor.post("/es/account/", {"email": ROSA})
    code = last_code(ROSA)
    mail = OutgoingMessage.objects.get(to=ROSA)
    assert code in visitor.get(f"{MAILBOX}{mail.pk}/").content.decode()
    Courier().deliver_due()
    mail.refresh_from_db()
    assert (mail.status, mail.text) == (MessageStatus.ACCEPTED, "")
    assert code in visitor.get(f"{MAILBOX}{mail.pk}/").content.decode()
    assert EmailedCode.objects.count() == 1


def test_mailbox_lists_the_mails_of_one_address(demonstration, visitor):
    for email in (ROSA, MARCELA):
        visitor.post("/es/account/", {"email": email})
    one = visitor.get(f"{MAILBOX}?to={ROSA}").content.decode()
    [mail] = OutgoingMessage.objects.filter(to=ROSA)
    assert re.findall(r"/demo/mailbox/(\d+)/", one) == [str(mail.pk)]
    assert visitor.get(MAILBOX).content.decode().count('<span class="state">') >= 2


def test_mailbox_backend_needs_no_server(demonstration):
    assert get_connection().send_messages([]) == 0
    assert site_settings.EMAIL_BACKEND.endswith("mailbox.EmailBackend")


def test_mailbox_is_not_there_without_demo(client):
    assert client.get(MAILBOX).status_code == 404


def test_pages_carry_a_banner_only_in_the_demonstration(demonstration, settings, visitor):
    assert "demo-banner" in visitor.get("/es/account/").content.decode()
    settings.DEMO = False
    assert "demo-banner" not in visitor.get("/es/account/").content.decode()


def test_accounts_table_names_who_is_there_in_order(demonstration):
    shown = table("es")
    assert shown.index("Rosa") < shown.index("Marcela")
    assert "nobody" not in shown


def test_demo_command_is_refused_without_demo():
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")


def test_demo_command_refuses_a_database_that_holds_anything_else(demonstration):
    with pytest.raises(CommandError, match="holds something else"):
        call_command("demo")


@pytest.mark.parametrize(
    ("demo", "url", "hosts", "errors"),
    [
        (False, "https://lms.example.org", ["lms.example.org"], 0),
        (True, "http://localhost:8000", ["localhost", "127.0.0.1", "[::1]"], 0),
        (True, "http://localhost:8000", ["localhost", "lms.example.org"], 1),
        (True, "http://localhost:8000", ["*"], 1),
        (True, "https://lms.example.org", ["localhost"], 1),
    ],
)
def test_check_refuses_the_demonstration_elsewhere(settings, demo, url, hosts, errors):
    settings.DEMO, settings.SITE_URL, settings.ALLOWED_HOSTS = demo, url, hosts
    assert len(demonstration_stays_local()) == errors
