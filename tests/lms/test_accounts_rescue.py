"""A lost mailbox: two members of staff, a reason, and a new address that proves itself."""

from datetime import timedelta

import pytest

from lms.accounts import changes, rescue
from lms.accounts.models import AddressChange, MailboxRescue
from lms.decisions import DomainError
from lms.mail.models import OutgoingMessage
from tests.builders import a_person, instant
from tests.lms.accounts import acts_on, entering, mails_to

AT = instant("2019-04-02T15:00")
NEW = "rosa.nueva@correo.example"


@pytest.fixture
def rosa(db):
    return a_person("rosa@correo.example")


@pytest.fixture
def staff(db):
    return [a_person(is_staff=True) for _one in range(3)]


def ask(person, by, email=NEW, reason="She called from the court", at=AT):
    return rescue.ask_rescue(person, email, reason=reason, by=by, at=at)


def confirmed(person, staff, email=NEW):
    return rescue.confirm_rescue(ask(person, staff[0], email), by=staff[1], at=AT)


def test_asking_changes_nothing_yet(rosa, staff):
    asked = ask(rosa, staff[0], "  Rosa.NUEVA@correo.example ")
    assert (asked.new_email, asked.is_open) == (NEW, True)
    assert entering(NEW, AT).is_new
    assert acts_on(rosa) == ["ask_rescue"]
    assert not OutgoingMessage.objects.exists()


def test_asking_again_gives_the_open_one(rosa, staff):
    assert ask(rosa, staff[0]) == ask(rosa, staff[1])
    assert acts_on(rosa) == ["ask_rescue"]


def test_asking_for_another_address_waits_for_the_first(rosa, staff):
    ask(rosa, staff[0])
    with pytest.raises(DomainError) as refusal:
        ask(rosa, staff[1], "other@correo.example")
    assert refusal.value.code == "open_rescue"


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_asking_needs_a_reason(rosa, staff, reason):
    with pytest.raises(DomainError) as refusal:
        ask(rosa, staff[0], reason=reason)
    assert refusal.value.code == "reason_missing"


def test_nobody_rescues_the_own_account(rosa, staff):
    for one in (lambda: ask(staff[0], staff[0]), lambda: confirmed(staff[1], staff)):
        with pytest.raises(DomainError) as refusal:
            one()
        assert refusal.value.code == "own_account"


def test_who_asked_cannot_confirm(rosa, staff):
    asked = ask(rosa, staff[0])
    with pytest.raises(DomainError) as refusal:
        rescue.confirm_rescue(asked, by=staff[0], at=AT)
    assert refusal.value.code == "same_person"
    assert not AddressChange.objects.exists()


def test_confirming_tells_both_addresses_and_applies_nothing(rosa, staff):
    change = confirmed(rosa, staff)
    rosa.refresh_from_db()
    assert rosa.email == "rosa@correo.example"
    assert change.applied_at is None
    assert mails_to("rosa@correo.example") == ["rescue_confirmed"]
    assert mails_to(NEW) == ["rescue_invites"]
    assert acts_on(rosa) == ["ask_rescue", "confirm_rescue"]


def test_confirming_twice_changes_nothing(rosa, staff):
    change = confirmed(rosa, staff)
    asked = MailboxRescue.objects.get()
    assert rescue.confirm_rescue(asked, by=staff[2], at=AT) == change
    assert len(acts_on(rosa)) == 2
    assert OutgoingMessage.objects.count() == 2


def test_new_address_proves_itself_by_entering(rosa, staff):
    confirmed(rosa, staff)
    password = rosa.password
    entrance = entering(NEW, AT + timedelta(hours=1))
    rosa.refresh_from_db()
    assert entrance.person == rosa
    assert not entrance.is_new
    assert rosa.email == NEW
    assert rosa.password != password, "who was signed in stays signed in"
    assert entering(NEW, AT + timedelta(hours=2)).person == rosa
    assert acts_on(rosa) == ["ask_rescue", "confirm_rescue", "change_address"]


def test_refused_rescue_gives_nothing(rosa, staff):
    asked = ask(rosa, staff[0])
    rescue.refuse_rescue(asked, reason="The voice was not hers", by=staff[1], at=AT)
    rescue.refuse_rescue(asked, reason="Again", by=staff[2], at=AT)
    with pytest.raises(DomainError) as refusal:
        rescue.confirm_rescue(asked, by=staff[2], at=AT)
    assert refusal.value.code == "refused"
    assert entering(NEW, AT).is_new
    assert acts_on(rosa) == ["ask_rescue", "refuse_rescue"]


def test_confirmed_rescue_cannot_be_refused(rosa, staff):
    confirmed(rosa, staff)
    with pytest.raises(DomainError) as refusal:
        rescue.refuse_rescue(MailboxRescue.objects.get(), reason="Late", by=staff[2], at=AT)
    assert refusal.value.code == "confirmed"


def test_old_address_cancels_before_the_new_one_entered(rosa, staff):
    change = confirmed(rosa, staff)
    assert entering("rosa@correo.example", AT).person == rosa
    assert changes.cancellable_by(rosa, AT) == change
    changes.cancel_change(change, at=AT)
    assert entering(NEW, AT).is_new
    assert changes.cancellable_by(rosa, AT) is None


@pytest.mark.parametrize(("seconds", "cancels"), [(-1, True), (0, False), (1, False)])
def test_old_address_cancels_for_72_hours(rosa, staff, seconds, cancels):
    change = confirmed(rosa, staff)
    entering(NEW, AT + timedelta(hours=1))
    late = AT + timedelta(hours=72, seconds=seconds)
    assert (entering("rosa@correo.example", late).change == change) is cancels
    if cancels:
        changes.cancel_change(change, at=late)
    else:
        with pytest.raises(DomainError):
            changes.cancel_change(change, at=late)
    rosa.refresh_from_db()
    assert (rosa.email == "rosa@correo.example") is cancels


def test_staff_do_not_learn_that_the_address_opens_an_account(rosa, staff):
    other = a_person(NEW)
    change = confirmed(rosa, staff)
    assert change.applied_at is None
    assert mails_to(NEW) == ["rescue_taken"]
    assert entering(NEW, AT).person == other
    rosa.refresh_from_db()
    assert rosa.email == "rosa@correo.example"


def test_later_rescue_takes_the_place_of_one_that_waits(rosa, staff):
    confirmed(rosa, staff)
    confirmed(rosa, staff, "third@correo.example")
    assert entering(NEW, AT).is_new
    assert entering("third@correo.example", AT).person == rosa
