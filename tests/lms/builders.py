"""Builders of the base: messages."""

from itertools import count

from lms.mail.models import Mailing, OutgoingMessage
from tests.builders import a_person, instant

_number = count(1)


def a_message(person=None, **fields) -> OutgoingMessage:
    """Queued and due on 16 April 2019 at 13:00 UTC, unless told otherwise."""
    person = person or a_person()
    at = instant("2019-04-16T13:00")
    return OutgoingMessage.objects.create(
        **{
            "person": person,
            "to": person.email,
            "language": person.language,
            "template": "tests/fact",
            "about": f"fact:{next(_number)}",
            "subject": "Su postulación",
            "text": "Recibimos su postulación.\n",
            "created_at": at,
            "due_at": at,
            **fields,
        }
    )


def a_mailing(**fields) -> Mailing:
    """Begun on 16 April 2019 at 13:00 UTC, its first letters leaving; without letters."""
    at = instant("2019-04-16T13:00")
    key = f"mailing {next(_number)}"
    return Mailing.objects.create(**{"key": key, "kind": "tests/fact", "started_at": at, **fields})
