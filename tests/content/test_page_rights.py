"""A program's staff write below its page, in Wagtail's admin."""

import pytest
from wagtail.models import Page

from content.models import ProgramPage
from enrollment.services.staff import grant_role
from tests.builders import a_person, a_program, instant

pytestmark = pytest.mark.django_db
AT = instant("2019-03-01T12:00")


def test_a_programs_page_is_open_to_its_staff_and_to_nobody_elses():
    program, other = a_program(), a_program()
    page = Page.get_first_root_node().add_child(
        instance=ProgramPage(title="Program", slug="program", program=program)
    )
    author, coordinator, stranger = a_person(), a_person(), a_person()
    grant_role(author, program, "author", by=None, at=AT)
    grant_role(coordinator, program, "coordinator", by=None, at=AT)
    grant_role(stranger, other, "coordinator", by=None, at=AT)
    assert page.permissions_for_user(author).can_edit()
    assert not page.permissions_for_user(author).can_publish()
    assert page.permissions_for_user(coordinator).can_publish()
    assert not page.permissions_for_user(stranger).can_edit()
