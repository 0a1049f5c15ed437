"""What the tests of an outage share: a window suspended, and resumed by two people."""

from datetime import timedelta

import pytest

from enrollment.models import (
    RegistrationWindow,
    StaffRole,
)
from enrollment.services import joint
from enrollment.services.applications import save_draft
from enrollment.services.suspending import suspend_window
from lms.decisions import DomainError
from lms.mail.models import OutgoingMessage
from tests.builders import (
    WINDOW_OPENS,
    a_person,
    a_staff_member,
    an_edition,
    instant,
)

SECOND = timedelta(seconds=1)
OUTAGE = instant("2019-04-13T03:00")
BACK = instant("2019-04-13T06:00")
LATER = instant("2019-04-13T10:00")


def has_arrived(application, page: str) -> bool:
    """What the browser forgets of what it kept: all up to this revision."""
    return f'data-revision="{application.revision}"' in page


def a_window(**fields) -> RegistrationWindow:
    edition = an_edition(**fields)
    return RegistrationWindow.objects.select_related("edition__program", "phase").get(
        edition=edition
    )


def suspend(window, at=OUTAGE, by=None, reason="The server is down"):
    by = by or a_staff_member(window.edition.program)
    suspend_window(window, by=by, at=at, reason=reason)
    window.refresh_from_db()
    return window


def ask_to_resume(window, until=LATER, at=BACK, reason="The server is back"):
    by = a_staff_member(window.edition.program)
    given = {"new_closes_at": until.isoformat()}
    return joint.ask("resume", window, by=by, at=at, reason=reason, **given)


def confirm(act, at=BACK):
    approver = a_staff_member(act.program, StaffRole.SECOND_APPROVER)
    return joint.confirm(act, by=approver, at=at)


def resume(window, until=LATER, at=BACK):
    act = confirm(ask_to_resume(window, until, at), at)
    window.refresh_from_db()
    return act


def a_draft(window, person=None, at=WINDOW_OPENS, **typed):
    person = person or a_person(language="es")
    return save_draft(person, window, typed or {"given_names": "Rosa"}, revision=0, at=at)


def refusal_of(act, *args, **how) -> str:
    with pytest.raises(DomainError) as refusal:
        act(*args, **how)
    return refusal.value.code


def told(name="window_resumed"):
    return OutgoingMessage.objects.filter(template=f"enrollment/mail/{name}")
