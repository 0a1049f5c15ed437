"""What happens at once to an account: one code, one address, two of the staff."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from lms.accounts import changes, codes, privacy, rescue
from lms.accounts.models import AddressChange, Purpose, User
from lms.decisions import DomainError
from lms.mail.models import OutgoingMessage
from lms.mail.secrets import unseal
from tests.builders import a_person, instant
from tests.lms.accounts import acts_on, entering

AT = instant("2019-04-02T15:00")
EMAIL = "rosa@correo.example"


@pytest.fixture(autouse=True)
def _committed(real_database):
    yield
    connections.close_all()


def at_once(act, things) -> list:
    """What `act` gives for each of the things, or the code with which it refused, all at once."""

    def one(thing):
        try:
            return act(thing)
        except DomainError as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(things)) as pool:
        return list(pool.map(one, things))


def test_two_confirmations_make_one_change():
    staff = [a_person(is_staff=True) for _one in range(3)]
    asked = rescue.ask_rescue(a_person(EMAIL), "n@correo.example", reason="x", by=staff[0], at=AT)
    made = at_once(lambda by: rescue.confirm_rescue(asked, by=by, at=AT).pk, staff[1:])
    assert made[0] == made[1]
    assert AddressChange.objects.count() == 1
    assert OutgoingMessage.objects.count() == 2


def test_two_who_carry_out_an_erasure_erase_once():
    rosa, staff = a_person(EMAIL), [a_person(is_staff=True) for _one in range(2)]
    request = privacy.ask_erasure(rosa, keep_verification=True, at=AT)
    at_once(lambda by: privacy.carry_out_erasure(request, by=by, at=AT).pk, staff)
    assert acts_on(rosa).count("erase") == 1
    assert OutgoingMessage.objects.filter(template="accounts/mail/erased").count() == 1


def test_address_is_given_to_one_of_two_accounts():
    people = [a_person(), a_person()]
    given = at_once(lambda person: changes.add_backup(person, EMAIL, at=AT).pk, people)
    assert given.count("taken") == 1
    assert User.objects.filter(backup_email=EMAIL).count() == 1


def test_address_becomes_an_account_or_a_backup_not_both():
    person = a_person()

    def take(way):
        if way == "enter":
            return entering(EMAIL, AT).person.pk
        return changes.add_backup(person, EMAIL, at=AT).pk

    entered, given = at_once(take, ["enter", "backup"])
    person.refresh_from_db()
    assert (given == "taken") is (entered != person.pk)
    assert bool(person.backup_email) is (entered == person.pk)


def test_code_tried_twice_changes_the_address_once():
    rosa = a_person(EMAIL)
    ticket = codes.send_code(Purpose.CHANGE, "n@correo.example", language="es", at=AT, person=rosa)
    code = unseal(ticket.sealed_code)

    def prove(_time):
        codes.spend(ticket, code, at=AT).require()
        return changes.change_address(rosa, ticket.email, at=AT).pk

    made = at_once(prove, [1, 2])
    assert made[0] == made[1]
    assert acts_on(rosa) == ["change_address"]


def test_erasure_and_change_of_address_end_in_one_order():
    rosa, staff = a_person(EMAIL), a_person(is_staff=True)
    request = privacy.ask_erasure(rosa, keep_verification=True, at=AT)

    def act(way):
        if way == "erase":
            return privacy.carry_out_erasure(request, by=staff, at=AT).pk
        return changes.change_address(rosa, "n@correo.example", at=AT).pk

    at_once(act, ["erase", "change"])
    rosa.refresh_from_db()
    assert rosa.erased_at == AT
    assert rosa.email.endswith("@erased.invalid")
    assert not AddressChange.objects.exists()
