"""The nightly sweep: every duty by itself, and the base's own periods to the second."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from wagtail import hooks

from lms.accounts import codes
from lms.accounts.models import AddressChange, EmailedCode, MailboxRescue, Purpose
from lms.mail.models import MessageStatus, OutgoingMessage
from lms.mail.retention import forget_messages
from lms.sweeping import sweep
from tests.builders import a_person, instant
from tests.lms.builders import a_message

pytestmark = pytest.mark.django_db

NIGHT = instant("2019-07-01T06:00")
SECOND = timedelta(seconds=1)


def sent(age, **fields):
    return a_message(created_at=NIGHT - age, status=MessageStatus.ACCEPTED, **fields)


@pytest.mark.parametrize(
    ("age", "fields"),
    [
        (timedelta(days=90), {}),
        (timedelta(days=1), {"is_code": True}),
        (timedelta(days=1), {"person": None, "to": "gone@correo.example"}),
    ],
)
def test_messages_of_no_program_stay_for_their_time(age, fields):
    if "person" in fields:
        fields = {"language": "es", **fields}
        old, kept = (
            OutgoingMessage.objects.create(
                template="accounts/mail/erased",
                created_at=NIGHT - age - extra,
                due_at=NIGHT,
                status=MessageStatus.ACCEPTED,
                **fields,
            )
            for extra in (SECOND, timedelta(0))
        )
    else:
        old, kept = sent(age + SECOND, **fields), sent(age, **fields)
    sweep(NIGHT)
    assert set(OutgoingMessage.objects.all()) == {kept}, old


def test_messages_of_a_program_are_left_to_the_program():
    mine = sent(timedelta(days=400), scope="judges")
    other = sent(timedelta(days=400), scope="other")
    sweep(NIGHT)
    assert OutgoingMessage.objects.count() == 2
    assert forget_messages(NIGHT - timedelta(days=90), scope="judges") == 1
    assert set(OutgoingMessage.objects.all()) == {other}, mine


@pytest.mark.parametrize("status", ["queued", "claimed", "sending"])
def test_messages_still_to_be_sent_stay(status):
    a_message(created_at=NIGHT - timedelta(days=200), status=status)
    sweep(NIGHT)
    assert OutgoingMessage.objects.count() == 1


def test_codes_and_sessions_go_when_they_are_over():
    for age in (timedelta(days=2), timedelta(minutes=5)):
        codes.send_code(Purpose.ENTER, "rosa@correo.example", language="es", at=NIGHT - age)
        Session.objects.create(session_key=str(age), session_data="", expire_date=NIGHT + SECOND)
    Session.objects.create(session_key="over", session_data="", expire_date=NIGHT - SECOND)
    sweep(NIGHT)
    assert EmailedCode.objects.count() == 1
    assert Session.objects.count() == 2


def test_former_addresses_go_after_ninety_days():
    person, staff = a_person(), a_person(is_staff=True)
    asked = {"person": person, "asked_by": staff, "new_email": "n@correo.example", "reason": "x"}
    for age in (timedelta(days=90) + SECOND, timedelta(days=90)):
        at = NIGHT - age
        MailboxRescue.objects.create(**asked, asked_at=at, refused_by=staff, refused_at=at)
        AddressChange.objects.create(
            person=person, old_email="o@correo.example", new_email="n@correo.example", told_at=at
        )
    MailboxRescue.objects.create(**asked, asked_at=NIGHT - timedelta(days=400))
    sweep(NIGHT)
    assert AddressChange.objects.count() == 1
    assert MailboxRescue.objects.count() == 2


def test_one_failing_app_stops_no_other(caplog):
    done = []

    def fails(at):
        raise ValueError("a poison row")

    with (
        hooks.register_temporarily("sweep", fails, order=-2),
        hooks.register_temporarily("sweep", done.append, order=-1),
        pytest.raises(CommandError) as failure,
    ):
        sent(timedelta(days=91))
        call_command("sweep")
    assert len(done) == 1
    assert "fails" in str(failure.value)
    assert "a poison row" in caplog.text
    assert not OutgoingMessage.objects.exists()


def test_sweeping_twice_is_the_same(capsys):
    call_command("sweep")
    call_command("sweep")
    assert capsys.readouterr().out.count("Everything was swept.") == 2
