"""What happens at once to an account: one code, one address, two of the staff."""

from functools import partial

import pytest
from django.db import connections

from lms.accounts import changes, codes, privacy, rescue
from lms.accounts.models import AddressChange, Purpose, User
from lms.mail.models import OutgoingMessage
from lms.mail.secrets import unseal
from tests.builders import a_person, instant
from tests.lms.accounts import acts_on, entering
from tests.rounds import RACES as ROUNDS
from tests.rounds import at_once

AT = instant("2019-04-02T15:00")


@pytest.fixture(autouse=True)
def _committed(real_database):
    yield
    connections.close_all()


def test_two_confirmations_make_one_change():
    for round_number in range(ROUNDS):
        lost, new = a_person(), f"new{round_number}@correo.example"
        staff = [a_person(is_staff=True) for _one in range(3)]
        asked = rescue.ask_rescue(lost, new, reason="x", by=staff[0], at=AT)
        confirm = partial(rescue.confirm_rescue, asked, at=AT)
        first, second = at_once(*(partial(confirm, by=one) for one in staff[1:]))
        assert first == second
        assert AddressChange.objects.filter(person=lost).count() == 1
        assert OutgoingMessage.objects.filter(person=lost).count() == 2


def test_two_who_carry_out_an_erasure_erase_once():
    for _round in range(ROUNDS):
        rosa, staff = a_person(), [a_person(is_staff=True) for _one in range(2)]
        request = privacy.ask_erasure(rosa, keep_verification=True, at=AT)
        OutgoingMessage.objects.all().delete()
        at_once(*(partial(privacy.carry_out_erasure, request, by=by, at=AT) for by in staff))
        assert acts_on(rosa).count("erase") == 1
        assert OutgoingMessage.objects.filter(template="accounts/mail/erased").count() == 1


def test_address_is_given_to_one_of_two_accounts():
    for round_number in range(ROUNDS):
        email, people = f"one{round_number}@correo.example", [a_person(), a_person()]
        given = at_once(*(partial(changes.add_backup, one, email, at=AT) for one in people))
        assert given.count("taken") == 1
        assert User.objects.filter(backup_email=email).count() == 1


def test_address_becomes_an_account_or_a_backup_not_both():
    for round_number in range(ROUNDS):
        email, person = f"either{round_number}@correo.example", a_person()
        entered, given = at_once(
            partial(entering, email, AT), partial(changes.add_backup, person, email, at=AT)
        )
        person.refresh_from_db()
        assert (given == "taken") is (entered.person != person)
        assert bool(person.backup_email) is (entered.person == person)


def test_two_who_enter_by_one_address_at_once_have_one_account():
    for round_number in range(ROUNDS):
        enter = partial(entering, f"first{round_number}@correo.example", AT)
        first, second = at_once(enter, enter)
        assert first.person == second.person


def test_code_tried_twice_is_spent_once_and_changes_the_address_once():
    for round_number in range(ROUNDS):
        rosa, new = a_person(), f"code{round_number}@correo.example"
        how = {"language": "es", "at": AT, "person": rosa}
        ticket = codes.send_code(Purpose.CHANGE, new, **how)
        code = unseal(ticket.sealed_code)

        def prove(ticket=ticket, code=code, rosa=rosa):
            codes.spend(ticket, code, at=AT).require()
            return changes.change_address(rosa, ticket.email, at=AT)

        first, second = at_once(prove, prove)
        assert first == second and acts_on(rosa) == ["change_address"]


def test_erasure_and_change_of_address_end_in_one_order():
    for round_number in range(ROUNDS):
        rosa, staff = a_person(), a_person(is_staff=True)
        request = privacy.ask_erasure(rosa, keep_verification=True, at=AT)
        at_once(
            partial(privacy.carry_out_erasure, request, by=staff, at=AT),
            partial(changes.change_address, rosa, f"late{round_number}@correo.example", at=AT),
        )
        rosa.refresh_from_db()
        assert rosa.erased_at == AT
        assert rosa.email.endswith("@erased.invalid")
        assert not AddressChange.objects.filter(person=rosa).exists()
