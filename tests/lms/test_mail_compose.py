"""Writing mails: rows in the reader's language, once for each fact."""

from datetime import timedelta

import pytest

from lms.mail.compose import Letter, compose, compose_code, compose_many
from lms.mail.models import OutgoingMessage
from lms.mail.secrets import unseal
from tests.builders import a_person, instant

AT = instant("2019-04-16T13:00")


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letter_templates")]


def test_a_mail_is_a_row_in_the_reader_s_language():
    person = a_person(language="pt-br")
    compose("tests/fact", person, context={"name": "Ñ & <b>"}, at=AT, scope="judges")
    message = OutgoingMessage.objects.get()
    assert message.text.startswith("pt-br: Ñ & <b>\n")
    assert message.subject == "About Ñ & <b>"
    assert (message.to, message.status, message.due_at) == (person.email, "queued", AT)


def test_the_same_fact_is_written_once():
    person = a_person()
    for _again in range(2):
        compose("tests/fact", person, about=person, context={"name": "x"}, at=AT)
    compose("tests/fact", person, about=person, context={"name": "x"}, version=2, at=AT)
    assert OutgoingMessage.objects.count() == 2


def test_many_mails_take_as_many_queries_as_few(django_assert_max_num_queries):
    people = [a_person() for _ in range(100)]
    letters = [Letter(person, person, {"name": "x"}) for person in people]
    with django_assert_max_num_queries(14):  # SQLite: at most 999 values in one INSERT
        assert compose_many("tests/fact", letters, at=AT) == 100
    assert OutgoingMessage.objects.count() == 100


def test_a_subject_is_one_line_however_a_name_is_written():
    compose("tests/fact", a_person(), context={"name": "a\r\nBcc: b@c.example"}, at=AT)
    assert OutgoingMessage.objects.get().subject == "About a Bcc: b@c.example"


def test_a_code_is_sealed_and_in_no_subject():
    message = compose_code(
        None,
        to="new@correo.example",
        code="123456",
        template="tests/code",
        language="es",
        expires_at=AT + timedelta(minutes=20),
        at=AT,
    )
    message.refresh_from_db()
    assert message.is_code and message.person is None
    assert "123456" not in message.text and "123456" not in message.subject
    assert unseal(message.text) == "The code: 123456, for 20 minutes.\n"


def test_each_code_is_a_mail_of_its_own():
    person = a_person()
    for code in ("111111", "222222"):
        compose_code(
            person,
            to=person.email,
            code=code,
            template="tests/code",
            language="es",
            expires_at=AT + timedelta(minutes=20),
            at=AT,
        )
    assert OutgoingMessage.objects.filter(is_code=True).count() == 2


def test_a_sealed_text_opens_with_no_other_key(settings):
    message = compose_code(
        None, to="a@b.example", code="1", template="tests/code", language="es", expires_at=AT, at=AT
    )
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 10
    assert unseal(message.text) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert "The code: 1" in unseal(message.text)
