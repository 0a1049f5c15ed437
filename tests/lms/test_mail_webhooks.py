"""What the mail provider reports: believed when it is signed, acted on once."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lms import clock as clocks
from lms.mail import services
from lms.mail.delivery import Courier
from lms.mail.models import DeliveryEvent, MessageStatus, OutgoingMessage
from lms.mail.wagtail_hooks import findings
from tests.builders import a_person, instant
from tests.lms.builders import a_message

pytestmark = pytest.mark.django_db

AT = instant("2019-04-16T13:00")
KEY = "only-for-this-test"
BACKUP = "backup@correo.example"


@pytest.fixture(autouse=True)
def _mailgun(settings, clock):
    settings.EMAIL_PROVIDER = "mailgun"
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
    clock(AT)


def a_letter(**person):
    reader = a_person(backup_email=BACKUP, backup_verified_at=AT, **person)
    return a_message(reader, status="accepted", message_id="<one@site>", sent_at=AT)


def a_report(letter, *, token="t1", event="failed", key=KEY, severity="permanent", **changes):
    data = {
        "event": event,
        "severity": severity,
        "timestamp": AT.timestamp(),
        "recipient": letter.to,
        "message": {"headers": {"message-id": letter.message_id.strip("<>")}},
        "user-variables": {"message": str(letter.pk)},
        "delivery-status": {"message": "550 5.1.1 no such user"},
        **changes,
    }
    signed = f"1555419600{token}".encode()
    signature = hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
    proof = {"timestamp": "1555419600", "token": token, "signature": signature}
    return {"signature": proof, "event-data": data}


def post(report, provider="mailgun", **headers):
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    address = reverse("mail_events", args=[provider])
    return browser.post(address, json.dumps(report), "application/json", headers=headers)


def status_of(message):
    message.refresh_from_db()
    return message.status


def test_from_the_signed_report_to_the_second_mail_within_the_hour(mailoutbox, clock):
    message = a_letter()
    clock(AT + timedelta(minutes=50))
    assert post(a_report(message)).status_code == 200
    assert status_of(message) == MessageStatus.BOUNCED
    assert message.error == "550 5.1.1 no such user"
    Courier().deliver_due()
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == ([BACKUP], message.subject)
    assert message.sent_again_as.sent_at - message.sent_at < timedelta(hours=1)


@pytest.mark.parametrize("change", ["key", "nothing", "text"])
def test_a_report_that_is_not_signed_changes_nothing(change):
    message = a_letter()
    report = a_report(message, key="guessed" if change == "key" else KEY)
    if change == "nothing":
        del report["signature"]
    if change == "text":
        report["signature"]["signature"] = "x" * 64
    assert post(report).status_code == 400
    assert status_of(message) == MessageStatus.ACCEPTED
    assert not DeliveryEvent.objects.exists()


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"9", b"\xff", b"[" * 200_000, b'{"signature": 1}', b'{"signature": {}}'],
)
def test_what_is_no_report_is_refused_like_one_that_is_not_signed(body):
    browser = Client(raise_request_exception=False)
    answer = browser.post(reverse("mail_events", args=["mailgun"]), body, "application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"delivery-status": {"message": "550\x00 no \ud800such user"}}, 200),
        ({"recipient": "a\x00b"}, 200),
        ({"recipient": {"a": 1}}, 200),
        ({"user-variables": {}, "message": {"headers": {"message-id": "a\x00b"}}}, 200),
        ({"id": "a\x00b"}, 200),
        ({"timestamp": "soon"}, 400),
        ({"timestamp": 1e300}, 400),
        ({"message": None}, 400),
    ],
)
def test_a_strange_report_breaks_nothing(changes, status):
    message = a_letter()
    assert post(a_report(message, **changes)).status_code == status
    if status_of(message) == MessageStatus.BOUNCED:
        assert message.error in ("550 no such user", "550 5.1.1 no such user")


def test_a_report_that_comes_again_changes_nothing(mailoutbox):
    message = a_letter()
    report = a_report(message)
    for _thrice in range(3):
        assert post(report).status_code == 200
    assert OutgoingMessage.objects.filter(instead_of=message).count() == 1
    services.resend(message, by=None, at=AT)
    Courier().deliver_due()
    assert status_of(message) == MessageStatus.ACCEPTED
    assert post(report).status_code == 200
    assert status_of(message) == MessageStatus.ACCEPTED, "the old report is known"
    assert post(a_report(message, token="t2")).status_code == 200
    assert status_of(message) == MessageStatus.BOUNCED, "a new one is not"
    assert len(mailoutbox) == 2


def test_over_smtp_the_message_is_known_by_its_id():
    message = a_letter()
    assert post(a_report(message, **{"user-variables": {}})).status_code == 200
    assert status_of(message) == MessageStatus.BOUNCED


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": "another@correo.example"},
        {"user-variables": {"message": "9" * 30}, "message": {"headers": {}}},
        {"user-variables": {"message": "0"}},
        {"event": "delivered"},
        {"event": "complained"},
        {"severity": "temporary"},
    ],
    ids=str,
)
def test_what_is_no_bounce_of_this_mail_changes_nothing(changes):
    message = a_letter()
    assert post(a_report(message, **changes)).status_code == 200
    assert status_of(message) == MessageStatus.ACCEPTED


def test_a_code_that_comes_back_goes_nowhere_else():
    message = a_letter()
    OutgoingMessage.objects.update(is_code=True)
    post(a_report(message))
    assert status_of(message) == MessageStatus.BOUNCED
    assert OutgoingMessage.objects.count() == 1


def test_there_is_no_address_without_a_provider_or_without_a_proof(settings):
    report = a_report(a_letter())
    assert post(report, "postmark").status_code == 404
    settings.ANYMAIL = {}
    assert post(report).status_code == 404
    assert [one.level for one in findings(clocks.now())] == ["warning"]
    settings.EMAIL_PROVIDER = ""
    assert post(report).status_code == 404
    assert findings(clocks.now()) == []


@pytest.mark.parametrize(
    ("credentials", "status", "state"),
    [
        ("bmFtZTpzZWNyZXQ=", 200, MessageStatus.BOUNCED),  # name:secret
        ("bmFtZTpndWVzcw==", 400, MessageStatus.ACCEPTED),  # name:guess
        ("", 400, MessageStatus.ACCEPTED),
    ],
)
def test_a_provider_that_does_not_sign_shows_a_secret(settings, credentials, status, state):
    settings.EMAIL_PROVIDER = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "name:secret"}
    message = a_letter()
    report = {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "ID": 42,
        "Email": message.to,
        "MessageID": "of-postmark",
        "Metadata": {"message": str(message.pk)},
        "BouncedAt": "2019-04-16T13:00:00Z",
        "Details": "550 no such user",
    }
    headers = {"authorization": f"Basic {credentials}"} if credentials else {}
    assert post(report, "postmark", **headers).status_code == status
    assert status_of(message) == state
