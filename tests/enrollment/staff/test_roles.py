"""Roles are given and taken by coordinators, within their program, and logged."""

import pytest
from wagtail.models import GroupPagePermission, Page

from enrollment.models import JointAct, RoleAssignment, StaffRole
from enrollment.services import joint, staff
from lms import journal
from lms.accounts.models import User
from lms.decisions import DomainError
from lms.mail.models import OutgoingMessage
from tests.builders import a_person, a_program, a_staff_member, instant
from tests.enrollment.staff.visits import enter, outsiders, page, press, queries_of, said, visit

pytestmark = pytest.mark.django_db
AT = instant("2019-03-01T12:00")


@pytest.fixture
def program():
    return a_program()


@pytest.fixture
def coordinator(program):
    return a_staff_member(program, language="en")


def test_a_role_is_given_to_an_account_or_to_somebody_new(client, program, coordinator):
    known = a_person("known@x.example")
    for email in ("KNOWN@x.example", "new@x.example"):
        for _twice in range(2):
            answer = press(client, coordinator, "roles", program.pk, email=email, role="author")
            assert answer.status_code == 302
    assert set(program.staff.filter(role="author").values_list("user__email", flat=True)) == {
        "known@x.example",
        "new@x.example",
    }
    known.refresh_from_db()
    assert known.is_staff
    assert journal.history(program).filter(action="enrollment.grant_role").count() == 2
    letters = OutgoingMessage.objects.filter(template="enrollment/mail/role_given")
    assert letters.count() == 2
    assert letters.first().scope == program.slug


def test_others_do_not_give_roles(client, program, coordinator):
    for person in outsiders(program, StaffRole.COORDINATOR, StaffRole.SECOND_APPROVER):
        answer = press(client, person, "roles", program.pk, email="x@x.example", role="author")
        assert answer.status_code == 404
    approver = a_staff_member(program, StaffRole.SECOND_APPROVER)
    answer = press(client, approver, "roles", program.pk, email="x@x.example", role="author")
    assert answer.status_code == 200
    assert not RoleAssignment.objects.filter(user__email="x@x.example").exists()


def test_a_superuser_holds_no_right_over_a_program_that_has_its_people(program, coordinator):
    admin = a_person(is_staff=True, is_superuser=True)
    for role in StaffRole.values:
        if role == StaffRole.SECOND_APPROVER:
            continue
        with pytest.raises(DomainError):
            staff.appoint("friend@x.example", program, role, by=admin, at=AT)


def test_no_coordinator_makes_a_second_approver_alone(client, program, coordinator):
    with pytest.raises(DomainError) as refusal:
        staff.appoint(coordinator.email, program, "second_approver", by=coordinator, at=AT)
    assert refusal.value.code == "first_approver"
    approver = a_staff_member(program, StaffRole.SECOND_APPROVER)
    answer = press(
        client, coordinator, "roles", program.pk, email="new@x.example", role="second_approver"
    )
    person = User.objects.get(email="new@x.example")
    asking = client.get(answer["Location"])
    assert person.email in asking.content.decode()
    assert not person.is_staff
    act = joint.ask("appoint_approver", program, by=coordinator, at=AT, user=person.pk)
    with pytest.raises(DomainError):
        joint.confirm(act, by=coordinator, at=AT)
    joint.confirm(act, by=approver, at=AT)
    assert program.staff.filter(user=person, role="second_approver").exists()
    assert JointAct.objects.get().confirmed_by == approver


def test_the_page_that_asks_for_an_approver_tells_nobody_whose_account_has_an_id(
    client, program, coordinator
):
    stranger = a_person("stranger@x.example")
    enter(client, coordinator)
    address = page("ask", "appoint_approver", f"program:{program.pk}")
    for query in (f"?user={stranger.pk}", f"?given={stranger.pk}", ""):
        assert client.get(address + query).status_code == 404
        assert client.post(address + query).status_code == 404
    assert not JointAct.objects.exists()


def test_a_role_is_taken_and_with_the_last_one_the_door_closes(client, program, coordinator):
    staff.appoint("author@x.example", program, "author", by=coordinator, at=AT)
    held = program.staff.get(role="author")
    assert press(client, coordinator, "role_take", program.pk, held.pk).status_code == 302
    person = User.objects.get(email="author@x.example")
    assert (person.is_staff, person.groups.count()) == (False, 0)
    assert journal.history(program).filter(action="enrollment.revoke_role").count() == 1
    assert press(client, coordinator, "role_take", program.pk, held.pk).status_code == 404
    assert client.get(page("role_take", program.pk, held.pk)).status_code == 405


def test_the_last_coordinator_stays(client, program, coordinator):
    held = program.staff.get()
    assert "at least one" in said(press(client, coordinator, "role_take", program.pk, held.pk))
    assert program.staff.filter(pk=held.pk).exists()
    a_staff_member(program)
    press(client, coordinator, "role_take", program.pk, held.pk)
    assert not program.staff.filter(pk=held.pk).exists()


def test_a_role_of_another_program_is_not_found(client, program, coordinator):
    other = a_staff_member(a_program())
    answer = press(client, coordinator, "role_take", program.pk, other.roles.get().pk)
    assert answer.status_code == 404


def test_authors_write_and_coordinators_publish_below_the_programs_page(program, coordinator):
    staff.appoint("author@x.example", program, "author", by=coordinator, at=AT)
    staff.appoint("second@x.example", program, "coordinator", by=coordinator, at=AT)
    page_of_program = Page.get_first_root_node().add_child(title="Program", slug="program")
    for _twice in range(2):
        staff.open_pages(program, page_of_program)
    below = page_of_program.add_child(title="Lesson", slug="lesson")
    beside = Page.get_first_root_node().add_child(title="Other", slug="other")
    author = User.objects.get(email="author@x.example")
    publisher = User.objects.get(email="second@x.example")
    assert below.permissions_for_user(author).can_edit()
    assert not below.permissions_for_user(author).can_publish()
    assert below.permissions_for_user(publisher).can_publish()
    assert not beside.permissions_for_user(author).can_edit()
    assert not beside.permissions_for_user(publisher).can_edit()
    other = a_program()
    staff.open_pages(other, page_of_program)
    author = User.objects.get(pk=author.pk)
    assert not Page.objects.get(pk=below.pk).permissions_for_user(author).can_edit()
    assert GroupPagePermission.objects.filter(page=page_of_program).count() == 6


def test_staff_lists_cost_the_same_for_few_and_for_many(client, program, coordinator):
    enter(client, coordinator)
    client.get(page("roles", program.pk))
    before = queries_of(client, page("roles", program.pk))
    a_staff_member(program, StaffRole.AUTHOR)
    a_staff_member(program, StaffRole.EXPERT)
    assert queries_of(client, page("roles", program.pk)) == before
    assert len(visit(client, coordinator, "roles", program.pk).context["held"]) == 3
