"""What the tests of the staff's desk share."""

from django.urls import reverse

from enrollment.models import StaffRole
from enrollment.services.staff import grant_role
from tests.builders import a_person, instant

AFTER_THE_CLOSE = instant("2019-04-13T09:00")


def a_member(program, role=StaffRole.COORDINATOR, **fields):
    """Staff as they come in: the role, and the group that opens the admin."""
    user = a_person(**{"language": "en", **fields})
    grant_role(user, program, role, by=None, at=instant("2019-03-01T12:00"))
    user.refresh_from_db()
    return user


def at_the_desk(client, program, role=StaffRole.COORDINATOR):
    user = a_member(program, role)
    client.force_login(user)
    return user


def address(name, *args, **query):
    return reverse(f"enrollment_staff:{name}", args=args, query=query or None)
