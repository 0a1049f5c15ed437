"""What the privacy notice promises about an account: everything at once, and nothing left."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail import hooks
from wagtail.models import ModelLogEntry

from lms import journal
from lms.accounts import changes, export, privacy
from lms.accounts.models import EmailedCode, ErasureRequest, User
from lms.decisions import DomainError, refused
from lms.mail.models import MessageStatus, OutgoingMessage
from lms.mail.services import settle
from tests.builders import a_person, instant
from tests.entrance import SiteClient, last_code, sign_in
from tests.lms.accounts import acts_on, mails_to
from tests.lms.builders import a_message

AT = instant("2019-07-10T15:00")
EMAIL = "rosa@correo.example"
PAGE = "/es/account/data/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _july(clock):
    clock("2019-07-10T15:00:00Z")


@pytest.fixture
def rosa():
    person = a_person(EMAIL, first_name="Rosa", last_name="Medina", time_zone="America/Lima")
    changes.add_backup(person, "rosa.casa@correo.example", at=AT)
    person.refresh_from_db()
    return person


@pytest.fixture
def staff():
    return a_person("staff@correo.example", is_staff=True)


def ask(person, keep=True):
    return privacy.ask_erasure(person, keep_verification=keep, at=AT)


def erase(person, staff):
    return privacy.carry_out_erasure(ask(person), by=staff, at=AT)


def all_text() -> str:
    """Every text of the tables that know people, but for what is written to the address itself."""
    text = []
    for model in (User, EmailedCode, ErasureRequest, ModelLogEntry, Authenticator):
        text += [str(row) for row in model.objects.values_list()]
    text += [str(row) for row in OutgoingMessage.objects.exclude(person=None).values_list()]
    return " ".join(text).lower()


# -- everything at once ------------------------------------------------------------------


def downloaded(client) -> tuple[dict, str]:
    response = client.post(PAGE + "download/")
    assert response["Content-Disposition"] == 'attachment; filename="data-2019-07-10.zip"'
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    return json.loads(archive.read("data.json")), archive.read("data.html").decode()


def test_download_holds_what_every_app_knows(client, rosa):
    client.force_login(rosa)

    def app(person):
        rows = [{"answers": {"motivation": "<b>Aprender</b>"}, "sent_at": AT, "shown": True}]
        return "applications", rows, {"applications": "Postulaciones", "motivation": "Motivo"}

    with hooks.register_temporarily("export_person", app):
        data, page = downloaded(client)
    assert data["account"][0]["email"] == EMAIL
    assert [row["address"] for row in data["addresses"]] == [EMAIL, "rosa.casa@correo.example"]
    assert data["applications"][0]["answers"] == {"motivation": "<b>Aprender</b>"}
    assert [row["act"] for row in data["log"]] == ["accounts.add_backup"]
    assert len(data["messages"]) == 1
    assert "Postulaciones" in page
    assert "&lt;b&gt;Aprender" in page
    assert "<b>Aprender" not in page
    assert acts_on(rosa) == ["add_backup", "download_data"]


def test_download_holds_no_code_and_nothing_of_others(client, rosa):
    sign_in(client, EMAIL)
    code = last_code(EMAIL)
    a_message(a_person("other@correo.example"), subject="Of another")
    whole = json.dumps(downloaded(client)[0])
    assert code not in whole
    assert "Of another" not in whole
    assert "other@" not in whole


def test_the_same_can_be_read_on_the_site(client, rosa):
    client.force_login(rosa)
    page = client.get(PAGE + "read/").content.decode()
    assert "Medina" in page
    assert "rosa.casa@correo.example" in page


def test_export_costs_the_same_for_many_messages(rosa):
    def queries():
        with CaptureQueriesContext(connection) as counted:
            export.as_json(rosa, AT)
        return len(counted)

    before = queries()
    for _message in range(3):
        a_message(rosa)
    assert queries() == before


@pytest.mark.parametrize("path", ["", "read/", "download/", "erase/", "keep/"])
def test_data_ask_who_one_is(client, path):
    for answer in (client.get(PAGE + path), client.post(PAGE + path)):
        assert answer.status_code in (302, 405)
        assert answer.status_code == 405 or answer.url.startswith("/es/account/?next=")


@pytest.mark.parametrize("path", ["download/", "erase/", "keep/"])
def test_what_changes_something_is_posted(client, rosa, path):
    client.force_login(rosa)
    assert client.get(PAGE + path).status_code == 405
    assert not ErasureRequest.objects.exists()


# -- asking ------------------------------------------------------------------------------


def test_erasure_is_asked_for_with_one_button(client, rosa):
    client.force_login(rosa)
    assert client.post(PAGE + "erase/", {"keep_verification": "on"}).url == PAGE
    client.post(PAGE + "erase/", {})
    [request] = ErasureRequest.objects.all()
    assert (request.person, request.keep_verification, request.asked_at) == (rosa, False, AT)
    assert mails_to(EMAIL) == ["backup_added", "erasure_asked"]
    assert acts_on(rosa) == ["add_backup", "ask_erasure"]
    assert client.get(PAGE).context["asked"] == request


def test_request_can_be_taken_back_and_made_again(client, rosa, staff):
    client.force_login(rosa)
    request = ask(rosa)
    client.post(PAGE + "keep/")
    client.post(PAGE + "keep/")
    assert acts_on(rosa) == ["add_backup", "ask_erasure", "withdraw_erasure"]
    with pytest.raises(DomainError) as refusal:
        privacy.carry_out_erasure(request, by=staff, at=AT)
    assert refusal.value.code == "withdrawn"
    assert ask(rosa) != request


# -- carrying out ------------------------------------------------------------------------


def test_nothing_of_the_person_is_left(client, rosa, staff):
    sign_in(client, EMAIL)
    a_message(rosa, subject="Estimada Rosa", text="Rosa Medina", status=MessageStatus.ACCEPTED)
    Authenticator.objects.create(user=rosa, type="totp", data={"secret": "x"})
    erase(rosa, staff)
    rosa.refresh_from_db()
    assert (rosa.erased_at, rosa.is_active, rosa.backup_email) == (AT, False, "")
    for word in ("rosa", "medina", "lima"):
        assert word not in all_text(), word
    assert OutgoingMessage.objects.filter(person=rosa).count() == 3, "figures stay"
    assert acts_on(rosa)[-1] == "erase"


def test_person_gets_a_last_mail_that_no_account_keeps(rosa, staff):
    erase(rosa, staff)
    [last] = OutgoingMessage.objects.filter(to=EMAIL)
    assert (last.template, last.person, last.status) == ("accounts/mail/erased", None, "queued")


def test_why_a_letter_to_the_person_was_settled_is_forgotten(rosa, staff):
    letters = [a_message(one, status="bounced") for one in (rosa, staff)]
    for one in letters:
        settle(one, by=staff, at=AT, reason="Told by telephone")
    erase(rosa, staff)
    reasons = [journal.history(one).get().data.get("reason") for one in letters]
    assert reasons == [None, "Told by telephone"]


def test_waiting_mails_are_taken_back(rosa, staff):
    waiting = a_message(rosa)
    erase(rosa, staff)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.text) == (MessageStatus.CANCELLED, "")


def test_erased_account_is_entered_by_nobody(client, rosa, staff):
    sign_in(client, EMAIL)
    assert client.get("/es/my/").status_code == 200
    erase(rosa, staff)
    assert client.get("/es/my/").status_code == 302
    stranger = SiteClient()
    sign_in(stranger, EMAIL)
    anew = User.objects.get(email=EMAIL)
    assert anew != rosa
    assert stranger.session["_auth_user_id"] == str(anew.pk)


def test_erasing_twice_changes_nothing(rosa, staff):
    request = ask(rosa)
    for later in (0, 1):
        privacy.carry_out_erasure(request, by=staff, at=AT + timedelta(days=later))
    rosa.refresh_from_db()
    assert rosa.erased_at == AT
    assert OutgoingMessage.objects.filter(template="accounts/mail/erased").count() == 1
    assert acts_on(rosa).count("erase") == 1


def test_apps_erase_first_and_know_what_to_keep(rosa, staff):
    seen = []

    def app(person, by, at):
        open_request = person.erasure_requests.open().get()
        seen.append((person.email, by, at, open_request.keep_verification))

    with hooks.register_temporarily("erase_person", app):
        erase(rosa, staff)
    assert seen == [(EMAIL, staff, AT, True)]


def test_failing_app_leaves_everything_as_it_was(rosa, staff):
    def fails(person, by, at):
        raise ValueError

    request = ask(rosa)
    with hooks.register_temporarily("erase_person", fails, order=1000), pytest.raises(ValueError):
        privacy.carry_out_erasure(request, by=staff, at=AT)
    rosa.refresh_from_db()
    request.refresh_from_db()
    assert (rosa.email, request.done_at) == (EMAIL, None)


def test_app_can_know_a_reason_against_it(rosa, staff):
    def against(person, at):
        return refused("running", "The selection is running.")

    with hooks.register_temporarily("may_erase", against), pytest.raises(DomainError) as refusal:
        erase(rosa, staff)
    assert refusal.value.code == "running"


def test_staff_are_not_erased_before_their_roles_are_taken(rosa, staff):
    rosa.is_staff = True
    rosa.save()
    with pytest.raises(DomainError) as refusal:
        erase(rosa, staff)
    assert refusal.value.code == "is_staff"


def test_nobody_carries_out_the_own_erasure(rosa):
    with pytest.raises(DomainError) as refusal:
        erase(rosa, rosa)
    assert refusal.value.code == "own_account"
