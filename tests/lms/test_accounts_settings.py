"""The page of the account: preferences, addresses and sessions, over HTTP."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.accounts import changes
from lms.accounts.models import AddressChange, EmailedCode
from lms.mail.models import OutgoingMessage
from tests.builders import a_person, instant
from tests.entrance import SiteClient, last_code, path_to, sign_in
from tests.lms.accounts import acts_on, mails_to

EMAIL, NEW = "rosa@correo.example", "rosa.casa@correo.example"
SETTINGS = "/es/account/settings/"
BACKUP, CHANGE, CODE = SETTINGS + "backup/", SETTINGS + "address/", SETTINGS + "code/"
AT = instant("2019-03-25T15:00")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(clock):
    clock("2019-03-25T15:00:00Z")


@pytest.fixture
def rosa(client):
    person = a_person(EMAIL)
    client.force_login(person)
    return person


def prove(client, page, email=NEW):
    client.post(page, {"email": email})
    return client.post(CODE, {"code": last_code(email)}, follow=True)


# -- name, language, zone ----------------------------------------------------------------


def test_preferences_are_kept_and_used(client, rosa):
    data = {"first_name": "Rosa", "last_name": "Núñez", "language": "en"}
    answer = client.post(SETTINGS, {**data, "time_zone": "America/Lima"})
    assert answer.url == path_to("accounts:settings", "en")
    rosa.refresh_from_db()
    assert (rosa.get_full_name(), rosa.language, rosa.time_zone) == (
        "Rosa Núñez",
        "en",
        "America/Lima",
    )
    client.post(SETTINGS, {**data, "time_zone": "America/Lima"})
    assert acts_on(rosa) == ["set_preferences"]


def test_zones_are_named_once_by_country_in_her_language(client, rosa):
    page = client.get(SETTINGS).content.decode()
    region, others = page.split("<optgroup")[1:]
    assert 'value="America/Lima">Perú<' in region
    assert 'value="America/Ciudad_Juarez">México: Ciudad Juárez<' in region
    assert 'value="Europe/Athens">Grecia<' in others
    assert region.index(">México: Tijuana<") < region.index(">Perú<")
    for old in ("ComodRivadavia", "America/Buenos_Aires", "Kiev"):
        assert old not in page


@pytest.mark.parametrize("zone", ["", "America/Buenos_Aires", "Asia/Calcutta", "UTC"])
def test_zone_may_be_any_that_browsers_name_or_none(client, rosa, zone):
    client.post(SETTINGS, {"language": "es", "time_zone": zone})
    rosa.refresh_from_db()
    assert rosa.time_zone == zone
    assert f'value="{zone}" selected' in client.get(SETTINGS).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "America/Nowhere"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", "x" * 300),
        ("language", "fr"),
        ("language", ""),
        ("first_name", "x" * 151),
    ],
)
def test_bad_preference_is_said_beside_the_field(client, rosa, field, value):
    page = client.post(SETTINGS, {"language": "es", field: value})
    assert page.context["form"].errors[field]
    rosa.refresh_from_db()
    assert rosa.time_zone == ""


@pytest.mark.parametrize("saved", ["", "America/Lima"])
@pytest.mark.parametrize("zone", ["America/Tijuana", "Asia/Calcutta", ""])
def test_zone_that_was_chosen_outlives_another_field_s_error(client, rosa, saved, zone):
    rosa.time_zone = saved
    rosa.save()
    data = {"language": "es", "first_name": "x" * 151, "time_zone": zone}
    page = client.post(SETTINGS, data).content.decode()
    assert f'<option value="{zone}" selected' in page
    assert page.count(" selected") == 2  # and the language


def test_what_is_no_zone_leaves_the_person_s_own_on_the_page(client, rosa):
    rosa.time_zone = "America/Lima"
    rosa.save()
    page = client.post(SETTINGS, {"language": "es", "time_zone": "America/Nowhere"})
    assert page.context["form"].errors["time_zone"]
    assert '<option value="America/Lima" selected' in page.content.decode()


def test_name_cannot_turn_or_break_the_lines_around_it(client, rosa):
    names = {"first_name": "Ro\u202esa\x00\n  María\u2066", "last_name": "Nu\u0301n\u0303ez\r\n"}
    answer = client.post(SETTINGS, {**names, "language": "es"})
    assert answer.status_code == 302
    rosa.refresh_from_db()
    assert (rosa.first_name, rosa.last_name) == ("Rosa María", "N\u00fa\u00f1ez")


def test_new_account_takes_the_zone_of_the_browser(client):
    for email, zone, kept in [(EMAIL, "America/Lima", "America/Lima"), (NEW, "No/Where", "")]:
        client.post("/es/account/", {"email": email})
        client.post("/es/account/code/", {"code": last_code(email), "time_zone": zone})
        person = client.get(SETTINGS).wsgi_request.user
        assert (person.email, person.time_zone) == (email, kept)
        client.post("/es/account/leave/")


# -- a backup address --------------------------------------------------------------------


def test_backup_address_proves_itself_and_opens_the_same_account(client, rosa):
    prove(client, BACKUP)
    rosa.refresh_from_db()
    assert (rosa.backup_email, rosa.backup_verified_at) == (NEW, AT)
    assert mails_to(EMAIL) == ["backup_added"]
    elsewhere = SiteClient()
    sign_in(elsewhere, NEW)
    assert elsewhere.session["_auth_user_id"] == str(rosa.pk)


def test_backup_address_without_its_code_is_none(client, rosa):
    client.post(BACKUP, {"email": NEW})
    wrong = "000000" if last_code(NEW) != "000000" else "111111"
    assert client.post(CODE, {"code": wrong}).context["form"].errors["code"]
    rosa.refresh_from_db()
    assert rosa.backup_email == ""


def test_code_used_twice_adds_once(client, rosa, clock):
    prove(client, BACKUP)
    client.post(SETTINGS + "backup/remove/")
    clock("2019-03-25T15:01:00Z")
    assert client.post(CODE, {"code": last_code(NEW)}).context["form"].errors["code"]
    rosa.refresh_from_db()
    assert rosa.backup_email == ""


def test_code_belongs_to_who_asked(client, rosa):
    client.post(BACKUP, {"email": NEW})
    code = last_code(NEW)
    stranger = SiteClient()
    stranger.force_login(a_person("stranger@correo.example"))
    assert stranger.post(CODE, {"code": code}).url == SETTINGS
    session = stranger.session
    session["proving"] = EmailedCode.objects.get().pk
    session.save()
    assert stranger.post(CODE, {"code": code}).url == SETTINGS
    assert changes.User.objects.exclude(backup_email="").count() == 0


def test_backup_address_is_removed_and_told(client, rosa):
    prove(client, BACKUP)
    for _time in range(2):
        client.post(SETTINGS + "backup/remove/")
    rosa.refresh_from_db()
    assert (rosa.backup_email, rosa.backup_verified_at) == ("", None)
    assert mails_to(NEW) == ["backup_removed"]
    assert acts_on(rosa) == ["add_backup", "remove_backup"]


@pytest.mark.parametrize(("page", "email"), [(BACKUP, EMAIL), (CHANGE, EMAIL), (BACKUP, "x")])
def test_useless_address_is_said_beside_the_field(client, rosa, page, email):
    assert client.post(page, {"email": email}).context["form"].errors["email"]
    assert not OutgoingMessage.objects.exists()


# -- another main address ----------------------------------------------------------------


def test_change_tells_both_and_opens_with_the_new(client, rosa):
    prove(client, CHANGE)
    rosa.refresh_from_db()
    assert rosa.email == NEW
    assert mails_to(EMAIL) == ["address_changed"]
    assert mails_to(NEW) == ["address_changed_here"]
    assert acts_on(rosa) == ["change_address"]
    elsewhere = SiteClient()
    sign_in(elsewhere, NEW)
    assert elsewhere.session["_auth_user_id"] == str(rosa.pk)


def test_backup_that_becomes_the_main_address_is_no_backup(client, rosa):
    prove(client, BACKUP)
    prove(client, CHANGE)
    rosa.refresh_from_db()
    assert (rosa.email, rosa.backup_email) == (NEW, "")


def test_old_address_takes_the_account_back(client, rosa):
    prove(client, CHANGE)
    prove(client, BACKUP, "thief@correo.example")
    owner = SiteClient()
    assert sign_in(owner, EMAIL).url == "/es/account/cancel/"
    assert "_auth_user_id" not in owner.session
    page = owner.get("/es/account/cancel/").content.decode()
    assert EMAIL in page
    assert NEW not in page, "whose the other address is, is not told"
    owner.get("/es/account/cancel/")
    assert not AddressChange.objects.exclude(cancelled_at=None).exists()
    owner.post("/es/account/cancel/")
    rosa.refresh_from_db()
    assert (rosa.email, rosa.backup_email) == (EMAIL, "")
    assert client.get(SETTINGS).status_code == 302, "the thief is signed out"
    assert mails_to(EMAIL)[-1] == "change_cancelled"
    assert acts_on(rosa)[-1] == "cancel_change"
    sign_in(owner, EMAIL)
    assert owner.session["_auth_user_id"] == str(rosa.pk)


@pytest.mark.parametrize(("seconds", "cancels"), [(-1, True), (0, False), (1, False)])
def test_old_address_has_72_hours(client, rosa, clock, seconds, cancels):
    prove(client, CHANGE)
    clock(AT + timedelta(hours=72, seconds=seconds))
    owner = SiteClient()
    assert (sign_in(owner, EMAIL).url == "/es/account/cancel/") is cancels
    assert ("_auth_user_id" in owner.session) is not cancels, "then it makes an account anew"


def test_cancel_page_asked_in_time_is_refused_too_late(client, rosa, clock):
    prove(client, CHANGE)
    clock(AT + timedelta(hours=71, minutes=59))
    owner = SiteClient()
    sign_in(owner, EMAIL)
    clock(AT + timedelta(hours=72))
    owner.post("/es/account/cancel/")
    rosa.refresh_from_db()
    assert rosa.email == NEW


def test_cancel_page_opens_to_nobody_else(client, rosa, clock):
    prove(client, CHANGE)
    stranger = SiteClient()
    for answer in (stranger.get("/es/account/cancel/"), stranger.post("/es/account/cancel/")):
        assert answer.url == "/es/account/"
    owner = SiteClient()
    sign_in(owner, EMAIL)
    clock(AT + timedelta(minutes=20))
    assert owner.post("/es/account/cancel/").url == "/es/account/"
    rosa.refresh_from_db()
    assert rosa.email == NEW


def test_thiefs_chain_of_changes_falls_with_the_first(client, rosa):
    prove(client, CHANGE)
    prove(client, CHANGE, "third@correo.example")
    first, second = AddressChange.objects.all()
    changes.cancel_change(first, at=AT)
    changes.cancel_change(second, at=AT)
    rosa.refresh_from_db()
    assert rosa.email == EMAIL
    assert not AddressChange.objects.filter(cancelled_at=None).exists()


def test_address_in_its_72_hours_is_given_to_nobody_else(client, rosa):
    prove(client, CHANGE)
    other = SiteClient()
    person = a_person("other@correo.example")
    other.force_login(person)
    prove(other, BACKUP, EMAIL)
    person.refresh_from_db()
    assert person.backup_email == ""


# -- nobody learns whether an address has an account -------------------------------------


def shown(client, page, email) -> list:
    """All that one sees and all it costs, until the code is asked for."""
    client.get(page)  # whatever is kept for every page is kept before the counting begins
    with CaptureQueriesContext(connection) as queries:
        asked = client.post(page, {"email": email})
        code_page = client.get(CODE)
        wrong = client.post(CODE, {"code": "12"})
    text = "".join(answer.content.decode() for answer in (asked, code_page, wrong))
    text = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", text).replace(email, "?")
    return [asked.status_code, asked.headers["Location"], text, len(queries)]


@pytest.mark.parametrize("page", [BACKUP, CHANGE])
def test_taken_and_free_address_look_the_same(client, rosa, page):
    a_person("taken@correo.example", first_name="Ana")
    assert shown(client, page, "taken@correo.example") == shown(
        client, page, "freed@correo.example"
    )
    taken, free = OutgoingMessage.objects.order_by("pk")
    assert (taken.template, taken.subject, taken.person) == (
        free.template,
        free.subject,
        free.person,
    )


@pytest.mark.parametrize("page", [BACKUP, CHANGE])
def test_only_who_reads_its_mail_is_told_that_it_is_taken(client, rosa, page):
    a_person("taken@correo.example")
    told = prove(client, page, "taken@correo.example").content.decode()
    assert "notice error" in told
    rosa.refresh_from_db()
    assert (rosa.email, rosa.backup_email) == (EMAIL, "")


def test_codes_to_an_address_share_one_limit_with_the_entrance(client, rosa):
    for _time in range(5):
        client.post(BACKUP, {"email": NEW})
    assert client.post(CHANGE, {"email": NEW}).status_code == 429
    assert SiteClient().post("/es/account/", {"email": NEW}).status_code == 429


# -- sessions, and who may -----------------------------------------------------------------


def test_signing_out_elsewhere_keeps_this_session(client, rosa):
    elsewhere = SiteClient()
    elsewhere.force_login(rosa)
    rosa.refresh_from_db()
    client.post(SETTINGS + "sessions/")
    assert client.get(SETTINGS).status_code == 200
    assert elsewhere.get(SETTINGS).status_code == 302
    assert acts_on(rosa) == ["sign_out_elsewhere"]


PAGES = ["", "address/", "backup/", "code/"]
ACTS = ["backup/remove/", "sessions/", "keep/"]


@pytest.mark.parametrize("path", PAGES + ACTS)
def test_stranger_is_sent_to_the_entrance(client, path):
    assert client.post(SETTINGS + path).url.startswith("/es/account/?next=")


@pytest.mark.parametrize("path", ACTS)
def test_acts_are_posted(client, rosa, path):
    assert client.get(SETTINGS + path).status_code == 405


@pytest.mark.parametrize("language", ["es", "pt-br", "en"])
def test_page_costs_few_queries(client, rosa, language, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        assert client.get(path_to("accounts:settings", language)).status_code == 200
