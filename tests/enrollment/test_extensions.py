"""A code opens the closed window for single people, for so many, until it expires."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from enrollment.models import Application, Edition, Extension, LateAttempt, StaffRole
from enrollment.privacy import erase_person, export_extensions
from enrollment.rules.extensions import may_apply
from enrollment.services.extensions import make_code, revoke_code, use_code
from lms.decisions import DomainError
from lms.mail.models import OutgoingMessage
from tests.builders import (
    WINDOW_CLOSES,
    WINDOW_OPENS,
    a_person,
    a_staff_member,
    an_edition,
    instant,
)
from tests.enrollment.applying import address, answers, draft, press_submit
from tests.enrollment.staff.visits import outsiders, page, press, visit

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
AFTER = WINDOW_CLOSES + timedelta(hours=3)
EXPIRES = instant("2019-04-15T12:00")


@pytest.fixture
def edition(clock):
    clock(AFTER)
    return an_edition()


def window_of(edition):
    return edition.windows.get(kind="application")


def a_code(edition, **changes):
    given = {"reason": "Hospital.", "expires_at": EXPIRES, "uses": 1, "at": AFTER, **changes}
    given.setdefault("by", a_staff_member(edition.program))
    return make_code(window_of(edition), **given)


def refusal(act) -> str:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value.code


def type_code(client, edition, code):
    return client.post(address("application_code", edition, "en"), {"code": code}, follow=True)


def test_whoever_types_the_code_applies_after_the_close_until_it_expires(client, edition, clock):
    code = a_code(edition)
    person = a_person(language="en")
    client.force_login(person)
    closed = client.get(address("application_form", edition, "en")).content.decode()
    assert "I was given a code" in closed and 'name="given_names"' not in closed
    opened = type_code(client, edition, code.code.lower()[:4] + " - \u200b" + code.code[4:])
    text = opened.content.decode()
    assert 'name="given_names"' in text and "15 April 2019" in text
    clock(EXPIRES - SECOND)
    client.force_login(person)
    assert draft(client, edition).url == address("application_check", edition)
    press_submit(client, edition)
    application = Application.objects.get()
    assert application.is_in_selection and application.submitted_at == EXPIRES - SECOND
    clock(EXPIRES)
    client.force_login(person)
    again = client.post(address("application_form", edition), {**answers(), "continue": "1"})
    assert again.status_code == 403
    assert LateAttempt.objects.count() == 1


@pytest.mark.parametrize("way", ["expired", "revoked", "locked", "suspended"])
def test_an_extension_ends_with_its_code_and_opens_nothing_that_is_shut_for_all(edition, way):
    code, person, at = a_code(edition), a_person(), AFTER
    use_code(window_of(edition), code.code, by=person, at=AFTER)
    assert may_apply(window_of(edition), person, at)
    assert not may_apply(window_of(edition), a_person(), at)
    if way == "expired":
        at = EXPIRES
    if way == "revoked":
        revoke_code(code, by=code.by, at=AFTER)
    if way == "locked":
        Edition.objects.filter(pk=edition.pk).update(decisions_locked_at=AFTER)
    if way == "suspended":
        edition.windows.update(suspended_at=WINDOW_CLOSES - SECOND)
    window = type(code.window).objects.select_related("edition").get(pk=code.window_id)
    assert not may_apply(window, person, at)


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda one: None, "code_unknown"),
        (lambda one: use_code(one.window, one.code, by=a_person(), at=AFTER), "code_used_up"),
        (lambda one: revoke_code(one, by=one.by, at=AFTER), "code_revoked"),
    ],
)
def test_what_opens_nothing_says_why(edition, prepare, code):
    made = a_code(edition)
    prepare(made)
    typed = "WRONG234" if code == "code_unknown" else made.code
    assert refusal(lambda: use_code(made.window, typed, by=a_person(), at=AFTER)) == code


def test_an_expired_code_says_so(edition):
    made = a_code(edition)
    assert refusal(lambda: use_code(made.window, made.code, by=a_person(), at=EXPIRES)) == (
        "code_expired"
    )


def test_a_code_is_used_after_the_close_and_before_the_lock(client, edition, clock):
    made = a_code(edition)
    before = refusal(
        lambda: use_code(made.window, made.code, by=a_person(), at=WINDOW_CLOSES - SECOND)
    )
    assert before == "not_closed"
    Edition.objects.filter(pk=edition.pk).update(decisions_locked_at=AFTER)
    window = type(made.window).objects.select_related("edition").get(pk=made.window_id)
    assert refusal(lambda: use_code(window, made.code, by=a_person(), at=AFTER)) == "locked"
    client.force_login(a_person(language="en"))
    assert "given a code" not in client.get(address("application_form", edition, "en")).text
    assert type_code(client, edition, made.code).redirect_chain


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("WRONG234", "not known here"),
        ("", "required"),
        ("x" * 60, "20 characters too many"),
        ("a\x00<b>", "not known here"),
    ],
)
def test_a_wrong_code_is_told_beside_it_and_stays_typed(client, edition, typed, said):
    client.force_login(a_person(language="en"))
    shown = type_code(client, edition, typed)
    [error] = shown.context["code_form"].errors["code"]
    assert said in error and "<details open>" in shown.text
    assert shown.context["code_form"]["code"].value() == typed


def test_who_is_not_signed_in_is_led_to_the_entrance_before_a_code_is_typed(client, edition):
    shown = client.get(address("application_form", edition, "en")).text
    assert 'name="code"' not in shown
    back = quote(address("application_form", edition, "en"), safe="")
    assert f"?next={back}" in shown


def test_the_home_of_who_has_a_code_names_its_end(client, edition):
    code, person = a_code(edition), a_person(language="en")
    client.force_login(person)
    type_code(client, edition, code.code)
    draft(client, edition, button="save")
    home = client.get("/en/my/").content.decode()
    assert "15 April 2019" in home and "Go on with the application" in home


def test_a_code_used_twice_by_one_is_one_use(edition):
    code, person = a_code(edition, uses=2), a_person()
    for _twice in range(2):
        use_code(code.window, code.code, by=person, at=AFTER)
    use_code(code.window, code.code, by=a_person(), at=AFTER)
    assert Extension.objects.count() == 2
    assert refusal(lambda: use_code(code.window, code.code, by=a_person(), at=AFTER)) == (
        "code_used_up"
    )


def test_a_code_opens_its_own_window_alone(edition):
    code, other = a_code(edition), an_edition(edition.program)
    assert refusal(lambda: use_code(window_of(other), code.code, by=a_person(), at=AFTER)) == (
        "code_unknown"
    )


@pytest.mark.parametrize(
    ("expires", "code"),
    [
        (WINDOW_CLOSES, "expires_too_early"),
        (AFTER, "expires_too_early"),
        (instant("2019-04-15T21:00:01"), "expires_too_late"),
    ],
)
def test_a_code_expires_after_the_close_and_before_the_lock(edition, expires, code):
    assert refusal(lambda: a_code(edition, expires_at=expires)) == code


def test_only_a_coordinator_makes_one_and_gives_a_reason(edition):
    assert refusal(lambda: a_code(edition, reason="  ")) == "reason_missing"
    assert refusal(lambda: a_code(edition, reason="\u200b \u2060")) == "reason_missing"
    approver = a_staff_member(edition.program, StaffRole.SECOND_APPROVER)
    assert refusal(lambda: a_code(edition, by=approver)) == "not_theirs"
    code = a_code(edition)
    assert refusal(lambda: revoke_code(code, by=approver, at=AFTER)) == "not_theirs"


def test_it_is_mailed_to_whom_it_is_for_with_or_without_an_account(edition):
    known = a_person(language="pt-br")
    for email in (known.email, "nueva@correo.example"):
        code = a_code(edition, email=email)
        message = OutgoingMessage.objects.get(to=email)
        assert code.code in message.text and message.expires_at == EXPIRES
    assert OutgoingMessage.objects.get(to=known.email).language == "pt-br"


def test_codes_are_not_guessed_at_without_end(client, edition, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "extension_code": "3/m/key"}
    code = a_code(edition)
    client.force_login(a_person())
    for _try in range(3):
        type_code(client, edition, "WRONG234")
    assert "Too many codes" in type_code(client, edition, code.code).content.decode()
    assert not Extension.objects.exists()


def test_while_the_window_is_open_nobody_is_asked_for_a_code(client, edition, clock):
    clock(WINDOW_OPENS)
    client.force_login(a_person())
    page = client.get(address("application_form", edition, "en")).content.decode()
    assert "given a code" not in page


def test_staff_make_list_and_revoke_codes(client, edition):
    coordinator = a_staff_member(edition.program)
    args = (edition.pk, window_of(edition).pk)
    data = {"reason": "Huelga.", "expires_at": "2019-04-15 09:00", "uses": 2, "email": ""}
    answer = press(client, coordinator, "extension_codes", *args, **data)
    assert answer.url == page("extension_codes", *args)
    code = window_of(edition).extension_codes.get()
    assert code.expires_at == EXPIRES
    person = a_person("usada@correo.example")
    use_code(code.window, code.code, by=person, at=AFTER)
    shown = visit(client, coordinator, "extension_codes", *args).content.decode()
    assert code.code in shown and "usada@correo.example" in shown
    for typed in ({"uses": 0}, {"uses": "9" * 400}, {"expires_at": "ayer"}, {"email": "x"}):
        answer = press(client, coordinator, "extension_codes", *args, **{**data, **typed})
        assert answer.status_code == 200 and answer.context["form"].errors.keys() == typed.keys()
    press(client, coordinator, "extension_code_revoke", *args, code.pk)
    code.refresh_from_db()
    assert code.revoked_at == AFTER
    for other in outsiders(edition.program, StaffRole.COORDINATOR):
        assert visit(client, other, "extension_codes", *args).status_code == 404
        assert press(client, other, "extension_code_revoke", *args, code.pk).status_code == 404


def test_a_person_s_copy_tells_of_it_and_erasure_takes_it(edition):
    code, person = a_code(edition), a_person()
    use_code(code.window, code.code, by=person, at=AFTER)
    name, rows, _labels = export_extensions(person)
    assert name == "extensions" and rows[0]["extended_to"].startswith("2019-04-15T12:00")
    erase_person(person, code.by, AFTER)
    assert not Extension.objects.exists()
