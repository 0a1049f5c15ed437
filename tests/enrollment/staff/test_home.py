"""What the admin's home says to those who coordinate."""

import pytest
from django.contrib.auth.models import Group

from enrollment.models import AlumniMatch, StaffRole
from enrollment.services import joint
from lms.accounts.privacy import ask_erasure
from tests.builders import a_program, a_submitted_application, an_edition
from tests.enrollment.seats import a_decision
from tests.enrollment.staff.desk import AFTER_THE_CLOSE, a_member, address, at_the_desk
from tests.lms.builders import a_message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(clock):
    clock(AFTER_THE_CLOSE)


def test_home_says_what_is_due_and_what_waits(client):
    program = a_program(needs_alumni=True)
    edition = an_edition(program)
    a_submitted_application(edition, alumni_match=AlumniMatch.REVIEW)
    a_decision(edition, alumni_match=AlumniMatch.AUTO)
    a_message(scope=program.slug, status="uncertain")
    joint.ask("cancel", edition, by=a_member(program), at=AFTER_THE_CLOSE, reason="Storm")
    at_the_desk(client, program, StaffRole.SECOND_APPROVER)
    page = client.get("/admin/").content.decode()
    assert "1 act waits for a second person." in page
    assert "1 message may not have arrived." in page
    assert address("selection", edition.pk) in page
    assert "open=yes" in page


def test_home_says_what_people_asked_about_their_accounts(client):
    edition = an_edition()
    person = a_submitted_application(edition).person
    ask_erasure(person, keep_verification=False, at=AFTER_THE_CLOSE)
    at_the_desk(client, edition.program)
    page = client.get("/admin/").content.decode()
    assert "1 person asked to be erased." in page
    assert address("requests") in page


def test_home_says_nothing_of_another_program(client):
    edition = an_edition()
    at_the_desk(client, a_program())
    assert address("selection", edition.pk) not in client.get("/admin/").content.decode()


def test_home_of_an_author_has_no_desk(client):
    edition = an_edition()
    at_the_desk(client, edition.program, StaffRole.AUTHOR)
    assert "Your editions" not in client.get("/admin/").content.decode()


def test_home_and_the_admins_search_lead_to_people(client):
    application = a_submitted_application(an_edition())
    coordinator = at_the_desk(client, application.edition.program)
    coordinator.groups.add(Group.objects.get(name="Moderators"))
    assert f'action="{address("applications")}"' in client.get("/admin/").content.decode()
    found = client.get("/admin/pages/search/", {"q": "Medina"}).content.decode()
    assert f"{address('applications')}?q=Medina" in found
