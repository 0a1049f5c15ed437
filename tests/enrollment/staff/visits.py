"""What the tests of staff's pages share."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enrollment.models import StaffRole
from enrollment.services.staff import staff_group
from tests.builders import a_staff_member


def page(name: str, *args) -> str:
    return reverse(f"enrollment_staff:{name}", args=args)


def enter(client, user) -> None:
    """Sign in, admitted to the admin as whoever was given a role is."""
    if not user.is_superuser:
        user.groups.add(staff_group())
    client.force_login(user)


def visit(client, user, name: str, *args, query: str = ""):
    enter(client, user)
    return client.get(page(name, *args) + query)


def press(client, user, name: str, *args, **data):
    enter(client, user)
    return client.post(page(name, *args), data)


def outsiders(program, *allowed: str) -> list:
    """Staff of the program with every other role, and a coordinator of another program."""
    others = [role for role in StaffRole.values if role not in allowed]
    stranger = a_staff_member(type(program).objects.create(slug="another", title={"es": "Otro"}))
    return [a_staff_member(program, role) for role in others] + [stranger]


def queries_of(client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def said(response) -> str:
    """The messages that the next page shows."""
    return " ".join(str(one) for one in response.wsgi_request._messages)
