"""A lost second factor: two administrators, a reason, 72 hours, and a mailbox proved by a code."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from lms.accounts import factor_rescue
from lms.accounts.models import FactorRescue
from lms.decisions import DomainError
from tests.builders import a_person, instant
from tests.entrance import sign_in
from tests.lms.accounts import acts_on, mails_to

AT = instant("2019-04-02T15:00")
OPENS = AT + timedelta(hours=72)
CLOSES = OPENS + timedelta(days=14)
SECOND = timedelta(seconds=1)
EMAIL, BACKUP = "marcela@correo.example", "marcela@otro.example"
pytestmark = pytest.mark.django_db


@pytest.fixture
def marcela():
    person = a_person(EMAIL, is_staff=True, backup_email=BACKUP, backup_verified_at=AT)
    for kind in ("totp", "recovery_codes"):
        Authenticator.objects.create(user=person, type=kind, data={})
    return person


@pytest.fixture
def administrators():
    return [a_person(is_staff=True, is_superuser=True) for _one in range(2)]


def ask(by, email=EMAIL, reason="I called her at home"):
    return factor_rescue.ask(email, reason=reason, by=by, at=AT)


@pytest.fixture
def confirmed(marcela, administrators):
    return factor_rescue.confirm(ask(administrators[0]), by=administrators[1], at=AT)


def factors_of(person) -> int:
    return Authenticator.objects.filter(user=person).count()


def test_asking_changes_nothing_and_is_one(marcela, administrators):
    assert ask(administrators[0]) == ask(administrators[1], BACKUP)
    assert acts_on(marcela) == ["ask_factor_rescue"]
    assert factors_of(marcela) == 2 and not mails_to(EMAIL)


@pytest.mark.parametrize(
    ("email", "reason", "code"),
    [
        (EMAIL, " ", "reason_missing"),
        ("nobody@correo.example", "x", "no_factor"),
        ("", "x", "no_factor"),
    ],
)
def test_asking_is_refused(marcela, administrators, email, reason, code):
    with pytest.raises(DomainError) as refusal:
        ask(administrators[0], email, reason)
    assert refusal.value.code == code


def test_only_two_administrators_neither_of_them_the_person(marcela, administrators):
    colleague, asked = a_person(is_staff=True), ask(administrators[0])
    marcela.is_superuser = True
    marcela.save()
    for by, code in [
        (administrators[0], "same_person"),
        (colleague, "not_theirs"),
        (marcela, "own_account"),
    ]:
        with pytest.raises(DomainError) as refusal:
            factor_rescue.confirm(asked, by=by, at=AT)
        assert refusal.value.code == code
    administrators[0].is_superuser = False
    administrators[0].save()
    with pytest.raises(DomainError):
        factor_rescue.confirm(asked, by=administrators[1], at=AT)


def test_confirming_tells_all_addresses_once_and_takes_nothing_off(
    marcela, administrators, confirmed
):
    factor_rescue.confirm(confirmed, by=administrators[1], at=AT)
    assert mails_to(EMAIL) == mails_to(BACKUP) == ["factor_rescue_confirmed"]
    assert acts_on(marcela) == ["ask_factor_rescue", "confirm_factor_rescue"]
    assert factors_of(marcela) == 2


@pytest.mark.parametrize(
    ("at", "applies"),
    [(OPENS - SECOND, False), (OPENS, True), (CLOSES - SECOND, True), (CLOSES, False)],
)
def test_it_applies_from_72_hours_on_for_14_days(marcela, confirmed, at, applies):
    assert factor_rescue.apply(marcela, at=at) is applies
    assert factors_of(marcela) == (0 if applies else 2)
    assert not factor_rescue.apply(marcela, at=at)


def test_entering_by_a_code_takes_it_off_and_asks_for_a_new_one(client, clock, marcela, confirmed):
    clock(OPENS)
    password = marcela.password
    sign_in(client, EMAIL)
    marcela.refresh_from_db()
    assert marcela.password != password, "who was signed in stays signed in"
    assert client.get("/admin/").url == "/es/account/second-factor/"
    assert factors_of(marcela) == 0
    assert mails_to(BACKUP) == ["factor_rescue_confirmed", "factor_removed"]
    assert acts_on(marcela)[-1] == "apply_factor_rescue"


def test_whoever_still_holds_it_keeps_it(client, clock, marcela, confirmed):
    clock(OPENS - SECOND)
    client.force_login(marcela)
    page = client.get(reverse("accounts:settings")).content.decode()
    assert reverse("accounts:keep_factor") in page
    for _twice in range(2):
        client.post(reverse("accounts:keep_factor"))
    assert acts_on(marcela)[-1] == "keep_factor"
    assert not factor_rescue.apply(marcela, at=OPENS)


def test_session_without_the_factor_keeps_nothing(client, clock, marcela, confirmed):
    clock(AT)
    client.force_login(marcela, factor=False)
    client.post(reverse("accounts:keep_factor"))
    assert FactorRescue.objects.open().exists()


@pytest.mark.parametrize("reason", ["", "Not her voice"])
def test_administrator_refuses_with_a_reason_even_after_it_was_confirmed(
    marcela, administrators, confirmed, reason
):
    if not reason:
        with pytest.raises(DomainError):
            factor_rescue.refuse(confirmed, reason=reason, by=administrators[0], at=AT)
        return
    for _twice in range(2):
        factor_rescue.refuse(confirmed, reason=reason, by=administrators[0], at=AT)
    assert acts_on(marcela)[-1] == "refuse_factor_rescue"
    assert not factor_rescue.apply(marcela, at=OPENS)


def test_what_came_too_late_is_asked_for_anew(marcela, administrators, confirmed):
    again = factor_rescue.ask(EMAIL, reason="Again", by=administrators[0], at=CLOSES)
    assert again != confirmed and again.confirmed_at is None


def test_what_came_too_late_waits_no_more(marcela, administrators):
    asked = ask(administrators[0])
    assert list(factor_rescue.waiting(CLOSES)) == [asked]
    factor_rescue.confirm(asked, by=administrators[1], at=AT)
    assert list(factor_rescue.waiting(CLOSES - SECOND)) == [asked]
    assert not factor_rescue.waiting(CLOSES)
