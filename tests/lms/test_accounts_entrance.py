"""The entrance: one form, a code, and nothing that tells who has an account."""

import re

import pytest

from lms.accounts import codes
from lms.accounts.models import EmailedCode, User
from lms.mail.models import OutgoingMessage
from tests.builders import a_person
from tests.entrance import SiteClient, last_code, path_to, sign_in

pytestmark = pytest.mark.django_db

ENTER = "/es/account/"
CODE = "/es/account/code/"
EMAIL = "rosa@correo.example"


@pytest.fixture(autouse=True)
def _monday(clock):
    clock("2019-03-25T15:00:00Z")


def ask(client, email=EMAIL):
    return client.post(ENTER, {"email": email})


def answer(client, code):
    return client.post(CODE, {"code": code})


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_entrance_makes_an_account_with_the_right_code(client):
    assert ask(client).url == CODE
    assert not User.objects.filter(email=EMAIL).exists()
    assert answer(client, last_code(EMAIL)).url == "/es/my/"
    person = User.objects.get(email=EMAIL)
    assert person.language == "es"
    assert not person.has_usable_password()
    assert is_signed_in(client)


def test_entrance_opens_the_account_that_is_there(client):
    person = a_person(EMAIL, language="pt-br")
    ask(client, "  ROSA@Correo.example ")
    answer(client, last_code(EMAIL))
    assert User.objects.count() == 1
    assert client.session["_auth_user_id"] == str(person.pk)
    person.refresh_from_db()
    assert person.language == "pt-br"


@pytest.mark.parametrize("language", ["es", "pt-br", "en"])
def test_new_account_takes_the_language_of_the_page(client, language):
    sign_in(client, EMAIL, language)
    assert User.objects.get(email=EMAIL).language == language
    assert OutgoingMessage.objects.get().language == language


def test_entrance_leads_where_the_person_was_going(client):
    assert sign_in(client, EMAIL, goal="/es/apply/?x=1").url == "/es/apply/?x=1"


@pytest.mark.parametrize("goal", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_entrance_never_leads_to_another_site(client, goal):
    assert sign_in(client, EMAIL, goal=goal).url == "/es/my/"


def test_signed_in_person_passes_by_the_entrance(client):
    client.force_login(a_person())
    assert client.get(ENTER + "?next=/es/apply/").url == "/es/apply/"


def test_wrong_code_is_said_and_counted(client):
    ask(client)
    wrong = "000000" if last_code(EMAIL) != "000000" else "111111"
    for _try in range(codes.MAX_TRIES):
        page = answer(client, wrong)
        assert page.context["form"].errors["code"]
    answer(client, last_code(EMAIL))
    assert not is_signed_in(client)
    client.post(CODE, {"again": "1"})
    answer(client, last_code(EMAIL))
    assert is_signed_in(client)


def test_code_may_be_typed_with_blanks(client):
    ask(client)
    code = last_code(EMAIL)
    answer(client, f" {code[:3]} {code[3:]} ")
    assert is_signed_in(client)


@pytest.mark.parametrize(("instant", "opens"), [("15:19:59", True), ("15:20:00", False)])
def test_code_lives_twenty_minutes(client, clock, instant, opens):
    ask(client)
    clock(f"2019-03-25T{instant}Z")
    answer(client, last_code(EMAIL))
    assert is_signed_in(client) is opens


def test_code_sent_again_is_the_same_and_lives_on(client, clock):
    ask(client)
    first = last_code(EMAIL)
    clock("2019-03-25T15:15:00Z")
    page = client.post(CODE, {"again": "1"}, follow=True)
    assert page.context["sent_again"]
    assert last_code(EMAIL) == first
    clock("2019-03-25T15:30:00Z")
    answer(client, first)
    assert is_signed_in(client)


def test_code_asked_again_after_its_end_is_a_new_one(client, clock):
    ask(client)
    ticket = EmailedCode.objects.get()
    clock("2019-03-25T15:40:00Z")
    client.post(CODE, {"again": "1"})
    assert EmailedCode.objects.get().sealed_code != ticket.sealed_code
    answer(client, last_code(EMAIL))
    assert is_signed_in(client)


def test_code_opens_once(client, clock):
    ask(client)
    code = last_code(EMAIL)
    answer(client, code)
    client.post("/es/account/leave/")
    clock("2019-03-25T15:00:30Z")
    page = answer(client, code)
    assert page.context["form"].errors["code"]
    assert not is_signed_in(client)


def test_double_click_on_the_right_code_signs_in_twice_the_same(client, clock):
    ask(client)
    before = {name: morsel.value for name, morsel in client.cookies.items()}
    code = last_code(EMAIL)
    answer(client, code)
    client.cookies.clear()
    client.cookies.load(before)
    clock("2019-03-25T15:00:02Z")
    assert answer(client, code).url == "/es/my/"
    assert is_signed_in(client)
    assert User.objects.count() == 1


def test_code_is_bound_to_the_browser_that_asked(client, django_user_model):
    ask(client)
    code = last_code(EMAIL)
    client.cookies.clear()
    assert answer(client, code).url == ENTER
    assert not is_signed_in(client)


def test_code_is_not_readable_in_the_database(client):
    ask(client)
    code, mail = last_code(EMAIL), OutgoingMessage.objects.get()
    assert code not in mail.text + mail.subject + EmailedCode.objects.get().sealed_code
    assert mail.is_code


def test_get_requests_change_nothing(client):
    ask(client)
    for path in (ENTER, CODE, CODE + "?again=1", "/es/account/leave/"):
        client.get(path)
    assert OutgoingMessage.objects.count() == 1
    assert EmailedCode.objects.get().tries == 0


def test_inactive_account_stays_closed(client):
    a_person(EMAIL, is_active=False)
    sign_in(client, EMAIL)
    assert not is_signed_in(client)


# -- nobody learns whether an address has an account ------------------------------------


def without_token(response) -> str:
    return re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", response.content.decode())


def everything_shown(client, email, count) -> list:
    """All that a stranger sees on the way, with the queries it cost."""
    seen = []
    client.cookies.clear()
    client.get(ENTER)  # whatever is kept for every page is kept before the counting begins
    with count as queries:
        for path, data in [
            (ENTER, {"email": email}),
            (CODE, None),
            (CODE, {"code": "12"}),
            (CODE, {"again": "1"}),
        ]:
            page = client.get(path) if data is None else client.post(path, data)
            seen += [page.status_code, page.headers.get("Location"), without_token(page)]
    return [*seen, len(queries)]


def test_entrance_shows_the_same_with_and_without_an_account(client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    a_person("known@correo.example")
    a_person("other@correo.example", backup_email="extra@correo.example")
    known, extra, nobody = (
        everything_shown(client, f"{name}@correo.example", CaptureQueriesContext(connection))
        for name in ("known", "extra", "nobod")
    )
    as_nobody = [str(x).replace("nobod@", "known@") for x in nobody]
    assert [str(x) for x in known] == as_nobody
    assert [str(x).replace("extra@", "known@") for x in extra] == as_nobody


def test_mail_is_the_same_with_and_without_an_account(client):
    a_person(EMAIL, first_name="Rosa")
    ask(client)
    ask(client, "nobody@correo.example")
    mine, theirs = OutgoingMessage.objects.order_by("pk")
    assert (mine.subject, mine.template, mine.person) == (theirs.subject, theirs.template, None)


# -- limits ----------------------------------------------------------------------------


def test_address_gets_five_codes_in_twenty_minutes(client, clock):
    for _code in range(5):
        assert ask(client).status_code == 302
    page = ask(client)
    assert page.status_code == 429
    assert page.context["form"].errors["email"]
    assert EMAIL in page.content.decode()
    assert ask(client, "other@correo.example").status_code == 302
    clock("2019-03-25T15:20:01Z")
    assert ask(client).status_code == 302


def test_another_network_does_not_lock_a_mailbox_out(client):
    stranger = SiteClient(REMOTE_ADDR="203.0.113.7")
    answers = [stranger.post(ENTER, {"email": "rosa@correo.example"}) for _one in range(6)]
    assert answers[-1].status_code == 429
    assert client.post(ENTER, {"email": "rosa@correo.example"}).status_code == 302


def test_sending_again_counts_towards_the_limit(client):
    ask(client)
    for _code in range(4):
        client.post(CODE, {"again": "1"})
    assert client.post(CODE, {"again": "1"}).status_code == 429
    assert OutgoingMessage.objects.count() == 5


def test_court_behind_one_address_gets_through(client):
    for number in range(50):
        assert ask(client, f"judge{number}@correo.example").status_code == 302


@pytest.mark.parametrize("email", ["", "not an address", "a" * 250 + "@correo.example", "ñ@b"])
def test_bad_address_is_said_beside_the_field(client, email):
    page = ask(client, email)
    assert page.status_code == 200
    assert page.context["form"].errors["email"]
    assert not OutgoingMessage.objects.exists()


def test_leaving_ends_the_session(client):
    client.force_login(a_person())
    assert client.get("/es/account/leave/").status_code == 405
    assert client.post(path_to("accounts:leave")).url == "/es/"


def test_leaving_says_that_the_session_is_closed(client):
    client.force_login(a_person())
    client.post(path_to("accounts:leave"))
    page = client.get("/es/account/")
    assert "Su sesión está cerrada." in page.content.decode()
    assert "_auth_user_id" not in client.session
    assert not is_signed_in(client)


@pytest.mark.parametrize("goal", ["/admin/", "/admin/enrollment/applications/?p=2"])
def test_who_may_not_enter_the_admin_is_told_so_and_not_sent_in_a_circle(client, goal):
    client.force_login(a_person())
    shown = client.get(goal, follow=True)
    assert shown.status_code == 200 and shown.redirect_chain[-1][0] == "/es/my/"
    assert client.get(ENTER, {"next": "/es/account/settings/"}).url == "/es/account/settings/"
