"""Sending over a real SMTP connection: each state, each answer, nothing twice."""

from datetime import timedelta

import pytest
import requests
from anymail.exceptions import AnymailRequestsAPIError

from lms.mail import pace, services
from lms.mail.answers import Answer, verdict
from lms.mail.compose import compose_code
from lms.mail.delivery import Courier, MailServerAway
from lms.mail.models import TRANSITIONS, MessageStatus, OutgoingMessage
from tests.builders import a_person, instant
from tests.lms import smtp_sink
from tests.lms.builders import a_mailing, a_message

AT = instant("2019-04-16T13:00")


@pytest.fixture
def sink(settings):
    sink = smtp_sink.Sink()
    controller = smtp_sink.start(sink)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_TIMEOUT = 2
    yield sink
    controller.stop()


@pytest.fixture(autouse=True)
def now(clock):
    return clock(AT)


def deliver():
    courier = Courier()
    try:
        return courier.deliver_due()
    finally:
        courier.close()


def status_of(message):
    message.refresh_from_db()
    return message.status


@pytest.mark.django_db
def test_a_mail_names_the_site_in_its_reader_s_language(sink, settings):
    settings.SITE_NAMES = {"es": "La escuela", "pt-br": "A escola", "en": ""}
    settings.DEFAULT_FROM_EMAIL = "site@example.org"
    for language in ("pt-br", "en"):
        a_message(to=f"{language}@correo.example", language=language)
    deliver()
    for language, name in (("pt-br", "A escola"), ("en", "La escuela")):
        [mail] = sink.to(f"{language}@correo.example")
        assert mail["From"].startswith(name)
        assert name in mail.get_body(("html",)).get_content()


@pytest.mark.django_db
def test_a_due_mail_arrives_with_text_and_html(sink):
    message = a_message(text="Hola <b>\n\nhttp://localhost:8000/es/my/\n", language="es")
    assert deliver() == 1
    assert status_of(message) == MessageStatus.ACCEPTED
    assert message.sent_at == AT
    [mail] = sink.to(message.to)
    assert mail["Message-ID"] == message.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "Hola <b>" in mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert "Hola &lt;b&gt;" in html and 'lang="es"' in html
    assert html.count("<a ") == 1 and 'href="http://localhost:8000/es/my/"' in html


@pytest.mark.django_db
def test_an_address_in_what_people_wrote_is_no_link(sink):
    message = a_message(text="Rosa http://evil.example/\n\nhttp://evil.example/\n")
    deliver()
    assert "<a " not in sink.to(message.to)[0].get_body(("html",)).get_content()


@pytest.mark.django_db
def test_a_mail_is_not_sent_before_it_is_due(sink, clock):
    message = a_message(due_at=AT + timedelta(seconds=1))
    assert deliver() == 0
    clock(AT + timedelta(seconds=1))
    assert deliver() == 1
    assert status_of(message) == MessageStatus.ACCEPTED


@pytest.mark.django_db
def test_many_mails_share_one_connection(sink):
    for _ in range(10):
        a_message()
    assert deliver() == 10
    assert sink.connections == 1


def a_code(to="rosa@correo.example", **fields):
    message = compose_code(
        None,
        to=to,
        code="123456",
        template="tests/code",
        language="es",
        expires_at=AT + timedelta(minutes=20),
        at=AT,
    )
    OutgoingMessage.objects.filter(pk=message.pk).update(**fields)
    return message


@pytest.mark.django_db
def test_a_code_leaves_first_and_is_erased(sink, letter_templates):
    a_message(due_at=AT - timedelta(hours=1))
    code = a_code()
    assert Courier().deliver_due(limit=1) == 1
    [(to, mail)] = sink.mails
    assert to == code.to and "123456" in mail.get_body(("plain",)).get_content()
    assert status_of(code) == MessageStatus.ACCEPTED and code.text == ""


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "sent"), [(-1, 1), (0, 0), (1, 0)])
def test_a_code_is_dropped_once_it_has_expired(sink, clock, letter_templates, seconds, sent):
    code = a_code()
    clock(AT + timedelta(minutes=20, seconds=seconds))
    services.recover(AT + timedelta(minutes=20, seconds=seconds))
    assert deliver() == sent
    assert status_of(code) == (MessageStatus.ACCEPTED if sent else MessageStatus.CANCELLED)
    assert code.text == ""


@pytest.mark.django_db
def test_a_code_that_no_key_opens_fails_and_the_next_mail_leaves(sink, settings, letter_templates):
    code, message = a_code(), a_message()
    settings.SECRET_KEY = "another" * 10
    deliver()
    assert status_of(code) == MessageStatus.FAILED
    assert status_of(message) == MessageStatus.ACCEPTED


@pytest.mark.django_db
def test_not_now_is_tried_again_after_growing_waits_and_then_failed(sink, clock):
    message = a_message()
    sink.answers[message.to] = "451 4.7.1 come back later"
    waits = []
    for _ in range(len(services.WAITS)):
        before = message.due_at
        deliver()
        assert status_of(message) == MessageStatus.QUEUED
        assert message.error == "451 4.7.1 come back later"
        waits.append(message.due_at - before)
        clock(message.due_at)
    assert waits == services.WAITS == sorted(waits)
    deliver()
    assert status_of(message) == MessageStatus.FAILED
    assert sink.mails == []


@pytest.mark.django_db
@pytest.mark.parametrize("stage", ["answers", "at_data"])
@pytest.mark.parametrize("code", [421, 450, 451, 452])
def test_a_throttled_mail_waits_and_leaves_once(sink, clock, code, stage):
    message = a_message(mailing=a_mailing(state="going"))
    getattr(sink, stage)[message.to] = f"{code} 4.7.0 too many"
    deliver()
    assert status_of(message) == MessageStatus.QUEUED
    assert message.error.startswith(str(code))
    assert not pace.is_open(AT), "no mailing goes on meanwhile"
    getattr(sink, stage).clear()
    assert deliver() == 0
    clock(message.due_at)
    deliver()
    assert status_of(message) == MessageStatus.ACCEPTED
    assert len(sink.to(message.to)) == 1


@pytest.mark.parametrize(
    ("status", "answer"), [(429, Answer.LATER), (503, Answer.LATER), (None, Answer.UNKNOWN)]
)
def test_a_provider_that_answers_too_many_is_asked_again_later(status, answer):
    response = None
    if status:
        response = requests.Response()
        response.status_code = status
    assert verdict(AnymailRequestsAPIError("refused", response=response))[0] == answer


@pytest.mark.django_db
def test_the_message_id_stays_the_same_through_the_attempts(sink, clock):
    message = a_message()
    sink.at_data[message.to] = "451 later"
    deliver()
    message.refresh_from_db()
    first, sink.at_data = message.message_id, {}
    clock(message.due_at)
    deliver()
    assert sink.to(message.to)[0]["Message-ID"] == first


@pytest.mark.django_db
def test_a_refused_text_fails_at_once_with_the_answer(sink):
    message = a_message()
    sink.at_data[message.to] = "554 5.7.1 not here"
    deliver()
    assert status_of(message) == MessageStatus.FAILED
    assert message.error == "554 5.7.1 not here"


@pytest.mark.django_db
def test_a_refused_address_bounces_and_the_backup_address_gets_it(sink):
    person = a_person(backup_email="backup@correo.example", backup_verified_at=AT)
    message = a_message(person)
    sink.answers[person.email] = "550 5.1.1 unknown"
    deliver()
    assert status_of(message) == MessageStatus.BOUNCED
    [mail] = sink.to("backup@correo.example")
    assert mail["Subject"] == message.subject
    assert message.sent_again_as.status == MessageStatus.ACCEPTED
    services.bounced(message, "again", AT)
    assert OutgoingMessage.objects.count() == 2


@pytest.mark.django_db
def test_a_backup_address_that_is_not_verified_gets_nothing(sink):
    message = a_message(a_person(backup_email="backup@correo.example"))
    sink.answers[message.to] = "550 5.1.1 unknown"
    deliver()
    assert status_of(message) == MessageStatus.BOUNCED
    assert sink.mails == []


@pytest.mark.django_db
def test_a_lost_answer_is_uncertain_and_never_sent_again_by_itself(sink, clock):
    message, other = a_message(), a_message(due_at=AT + timedelta(seconds=1))
    sink.hang_up_on.add(message.to)
    with pytest.raises(MailServerAway):
        deliver()
    assert status_of(message) == MessageStatus.UNCERTAIN
    clock(AT + timedelta(days=2))
    services.recover(AT + timedelta(days=2))
    deliver()
    assert len(sink.to(message.to)) == 1
    assert status_of(other) == MessageStatus.ACCEPTED


@pytest.mark.django_db
def test_an_uncertain_mail_sent_again_by_hand_keeps_its_message_id(sink):
    message = a_message()
    sink.hang_up_on.add(message.to)
    with pytest.raises(MailServerAway):
        deliver()
    sink.hang_up_on.clear()
    services.resend(message, by=None, at=AT)
    services.resend(message, by=None, at=AT)
    deliver()
    first, second = sink.to(message.to)
    assert first["Message-ID"] == second["Message-ID"]


@pytest.mark.django_db
def test_a_server_that_is_away_costs_no_attempt(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    message = a_message()
    with pytest.raises(MailServerAway):
        deliver()
    assert status_of(message) == MessageStatus.QUEUED and message.attempts == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "queued"), [(-1, False), (0, True), (1, True)])
def test_a_claim_that_died_before_smtp_is_queued_again(seconds, queued):
    message = a_message()
    services.claim_next(AT)
    services.recover(AT + services.LEASE + timedelta(seconds=seconds))
    assert (status_of(message) == MessageStatus.QUEUED) is queued
    assert message.attempts == (0 if queued else 1)


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "doubt"), [(-1, False), (0, True)])
def test_a_claim_that_died_after_smtp_began_is_uncertain(seconds, doubt):
    a_message()
    message = services.claim_next(AT)
    assert services.begin_sending(message, AT)
    services.recover(AT + services.SENDING_LEASE + timedelta(seconds=seconds))
    assert (status_of(message) == MessageStatus.UNCERTAIN) is doubt


@pytest.mark.django_db
def test_two_workers_never_hold_the_same_mail():
    a_message()
    assert services.claim_next(AT) is not None
    assert services.claim_next(AT) is None


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_sends_nothing():
    a_message()
    slow = services.claim_next(AT)
    services.recover(AT + services.LEASE)
    quick = services.claim_next(AT + services.LEASE)
    assert not services.begin_sending(slow, AT + services.LEASE)
    assert services.begin_sending(quick, AT + services.LEASE)


@pytest.mark.django_db
def test_a_late_yes_of_the_server_settles_an_uncertain_mail():
    a_message()
    message = services.claim_next(AT)
    services.begin_sending(message, AT)
    services.recover(AT + services.SENDING_LEASE)
    services.accepted(message, AT + services.SENDING_LEASE)
    assert status_of(message) == MessageStatus.ACCEPTED


@pytest.mark.django_db
def test_a_kept_connection_that_died_costs_no_mail_its_certainty(sink, settings, monkeypatch):
    monkeypatch.setattr("lms.mail.delivery.IDLE_SECONDS", 0)
    courier = Courier()
    a_message()
    courier.deliver_due()
    courier._backend.connection.sock.close()
    message = a_message()
    courier.deliver_due()
    assert status_of(message) == MessageStatus.ACCEPTED
    courier.close()


@pytest.mark.parametrize("before", MessageStatus)
@pytest.mark.parametrize("after", MessageStatus)
@pytest.mark.django_db
def test_only_the_written_transitions_happen(before, after):
    message = a_message(status=before)
    rows = OutgoingMessage.objects.filter(pk=message.pk)
    if after in TRANSITIONS[before]:
        assert services._move(rows, before, after) == 1
    else:
        with pytest.raises(AssertionError):
            services._move(rows, before, after)
