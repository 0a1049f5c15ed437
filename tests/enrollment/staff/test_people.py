"""Staff's page of a person: only of one's own program, and what can be done there."""

import pytest

from enrollment.models import StaffRole
from enrollment.staff.access import READERS
from enrollment.staff.people import working_days
from lms import journal
from lms.accounts.models import MailboxRescue
from lms.accounts.privacy import ask_erasure, withdraw_erasure
from tests.builders import (
    a_person,
    a_program,
    a_staff_member,
    a_submitted_application,
    an_edition,
    an_enrollment,
    instant,
)
from tests.enrollment.staff.visits import enter, outsiders, page, press, queries_of, said, visit
from tests.lms.builders import a_message

pytestmark = pytest.mark.django_db
AT = instant("2019-04-02T12:00")


@pytest.fixture
def edition():
    return an_edition()


@pytest.fixture
def coordinator(edition):
    return a_staff_member(edition.program, language="en")


@pytest.fixture
def person(edition):
    return a_submitted_application(edition).person


def test_readers_see_a_person_of_their_program_and_nothing_of_another(
    client, edition, coordinator, person
):
    other = a_submitted_application(an_edition(), person)
    a_message(person, scope=other.edition.program.slug, subject="of another")
    mine = a_message(person, scope=edition.program.slug, subject="of ours")
    a_message(person, scope=edition.program.slug, subject="987654", is_code=True)
    response = visit(client, coordinator, "person", person.pk)
    assert [one.edition for one in response.context["applications"]] == [edition]
    assert [one.pk for one, _kind in response.context["letters"]] == [mine.pk]
    shown = response.content.decode()
    assert "of another" not in shown
    assert other.code not in shown
    assert "987654" not in shown
    for stranger in outsiders(edition.program, *READERS):
        assert visit(client, stranger, "person", person.pk).status_code == 404
    assert visit(client, coordinator, "person", a_person().pk).status_code == 404


def test_the_history_says_who_did_what_and_why(client, edition, coordinator, person):
    application = person.applications.get()
    journal.record(
        application, "enrollment.settle_match", by=coordinator, at=AT, reason="a letter came"
    )
    shown = visit(client, coordinator, "person", person.pk).content.decode()
    assert "a letter came" in shown


def test_another_address_takes_two_people(client, clock, edition, coordinator, person):
    clock(AT)
    approver = a_staff_member(edition.program, StaffRole.SECOND_APPROVER, language="en")
    data = {"new_email": "rosa@new.example", "reason": "Called the court."}
    for _twice in range(2):
        assert press(client, coordinator, "rescue_ask", person.pk, **data).status_code == 302
    lost = MailboxRescue.objects.get()
    assert visit(client, approver, "requests").context["rescues"][0]["row"] == lost
    assert "Another member" in said(
        press(client, coordinator, "rescue_confirm", person.pk, lost.pk)
    )
    lost.refresh_from_db()
    assert lost.confirmed_at is None
    press(client, approver, "rescue_confirm", person.pk, lost.pk)
    lost.refresh_from_db()
    assert lost.confirmed_by == approver
    for name in ("rescue_confirm", "rescue_refuse"):
        assert client.get(page(name, person.pk, lost.pk)).status_code == 405


def test_two_coordinators_alone_give_nobody_another_address(client, edition, coordinator, person):
    """One of them could have made the other."""
    data = {"new_email": "rosa@new.example", "reason": "Called the court."}
    press(client, coordinator, "rescue_ask", person.pk, **data)
    lost = MailboxRescue.objects.get()
    second = a_staff_member(edition.program, language="en")
    assert not visit(client, second, "person", person.pk).context["can_confirm"]
    response = press(client, second, "rescue_confirm", person.pk, lost.pk)
    assert "must be a second approver" in said(response)
    lost.refresh_from_db()
    assert lost.is_open


def test_another_address_falls_with_the_role_of_who_asked(client, edition, coordinator, person):
    data = {"new_email": "rosa@new.example", "reason": "Called the court."}
    press(client, coordinator, "rescue_ask", person.pk, **data)
    lost = MailboxRescue.objects.get()
    edition.program.staff.filter(user=coordinator).delete()
    approver = a_staff_member(edition.program, StaffRole.SECOND_APPROVER, language="en")
    response = press(client, approver, "rescue_confirm", person.pk, lost.pk)
    assert "no longer holds a role" in said(response)
    lost.refresh_from_db()
    assert lost.is_open


def test_the_page_that_asks_for_another_address_says_whose(client, coordinator, person):
    asked = visit(client, coordinator, "rescue_ask", person.pk).content.decode()
    assert person.email in asked


def test_another_address_is_refused_with_a_reason(client, edition, coordinator, person):
    data = {"new_email": "rosa@new.example", "reason": "Called the court."}
    press(client, coordinator, "rescue_ask", person.pk, **data)
    lost = MailboxRescue.objects.get()
    approver = a_staff_member(edition.program, StaffRole.SECOND_APPROVER, language="en")
    press(client, approver, "rescue_refuse", person.pk, lost.pk, reason=" ")
    lost.refresh_from_db()
    assert lost.is_open
    press(client, approver, "rescue_refuse", person.pk, lost.pk, reason="Not her voice.")
    lost.refresh_from_db()
    assert lost.refused_by == approver


def test_nobody_takes_over_the_account_of_staff(client, edition, coordinator):
    colleague = a_staff_member(a_program())
    a_submitted_application(edition, colleague)
    data = {"new_email": "mine@x.example", "reason": "They asked."}
    response = press(client, coordinator, "rescue_ask", colleague.pk, **data)
    assert "administrator" in str(response.context["form"].non_field_errors())
    assert not MailboxRescue.objects.exists()


def test_strangers_help_nobody(client, edition, person):
    data = {"new_email": "mine@x.example", "reason": "They asked."}
    for stranger in outsiders(edition.program, *READERS):
        assert press(client, stranger, "rescue_ask", person.pk, **data).status_code == 404


def test_a_coordinator_carries_out_an_erasure_that_was_asked_for(
    client, clock, edition, coordinator, person
):
    clock(AT)
    asked = ask_erasure(person, keep_verification=True, at=AT)
    assert visit(client, coordinator, "requests").context["erasures"][0]["row"] == asked
    assert "cannot be undone" in said(
        press(client, coordinator, "carry_out_erasure", person.pk, asked.pk)
    )
    person.refresh_from_db()
    assert person.erased_at is None
    press(client, coordinator, "carry_out_erasure", person.pk, asked.pk, sure="yes")
    person.refresh_from_db()
    assert person.erased_at == AT
    assert not visit(client, coordinator, "requests").context["erasures"]


def test_a_request_that_was_withdrawn_is_not_carried_out(
    client, clock, edition, coordinator, person
):
    clock(AT)
    asked = ask_erasure(person, keep_verification=True, at=AT)
    withdraw_erasure(person, at=AT)
    press(client, coordinator, "carry_out_erasure", person.pk, asked.pk, sure="yes")
    person.refresh_from_db()
    assert person.erased_at is None


def test_only_coordinators_erase(client, edition, person):
    asked = ask_erasure(person, keep_verification=True, at=AT)
    for other in outsiders(edition.program, StaffRole.COORDINATOR):
        answer = press(client, other, "carry_out_erasure", person.pk, asked.pk, sure="yes")
        assert answer.status_code == 404
    person.refresh_from_db()
    assert person.erased_at is None


def test_who_is_of_no_program_is_erased_by_any_coordinator(client, coordinator):
    nobody = a_person()
    assert visit(client, coordinator, "person", nobody.pk).status_code == 404
    asked = ask_erasure(nobody, keep_verification=True, at=AT)
    assert visit(client, coordinator, "requests").context["erasures"][0]["row"] == asked
    assert visit(client, coordinator, "person", nobody.pk).status_code == 200


@pytest.mark.parametrize(
    ("at", "days"),
    [
        ("2019-04-05T23:00", 0),
        ("2019-04-07T23:00", 0),
        ("2019-04-08T00:00", 1),
        ("2019-04-12T09:00", 5),
    ],
)
def test_a_requests_age_is_counted_in_working_days(at, days):
    assert working_days(instant("2019-04-05T12:00"), instant(at)) == days


def test_a_person_costs_the_same_for_few_and_for_many(client, edition, coordinator, person):
    enter(client, coordinator)
    a_message(person, scope=edition.program.slug)
    journal.record(person, "accounts.sign_up", by=person, at=AT)
    an_enrollment(an_edition(edition.program), person)
    urls = [page("person", person.pk), page("requests")]
    for url in urls:
        client.get(url)
    before = [queries_of(client, url) for url in urls]
    for _more in range(2):
        a_message(person, scope=edition.program.slug)
        an_enrollment(an_edition(edition.program), person)
        ask_erasure(a_submitted_application(edition).person, keep_verification=True, at=AT)
    assert [queries_of(client, url) for url in urls] == before
