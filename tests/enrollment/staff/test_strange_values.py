"""Values that no page offers, typed or forged: they are refused or found nowhere, never a 500."""

import pytest
from django.conf import settings

from enrollment.models import StaffRole
from tests.builders import a_program, a_staff_member, a_submitted_application, an_edition
from tests.enrollment.staff.visits import enter, page, press, visit

pytestmark = pytest.mark.django_db
TOO_LARGE = 10**24
NEVER = "9999-12-31T23:59"


@pytest.fixture
def edition():
    return an_edition(a_program())


@pytest.fixture
def coordinator(edition):
    return a_staff_member(edition.program)


@pytest.mark.parametrize("name", ["submitted_from", "submitted_to"])
def test_the_last_day_of_all_calendars_can_be_asked_for(client, edition, coordinator, name):
    application = a_submitted_application(edition)
    enter(client, coordinator)
    shown = client.get(page("applications"), {name: "9999-12-31"})
    assert shown.status_code == 200
    assert (application.code in shown.content.decode()) == (name == "submitted_to")


def test_an_instant_that_no_calendar_reaches_is_told_at_its_field(client, edition, coordinator):
    window = edition.windows.get()
    data = {"reason": "x", "uses": 1, "expires_at": NEVER.replace("T", " ")}
    answer = press(client, coordinator, "extension_codes", edition.pk, window.pk, **data)
    assert "calendario" in answer.context["form"].errors["expires_at"][0]


def test_a_zone_that_is_none_is_told_at_its_field(client, edition, coordinator):
    answer = press(
        client, coordinator, "edition_edit", edition.pk, ruling_zone="-1", deadline_zone="nowhere"
    )
    assert {"ruling_zone", "deadline_zone"} <= answer.context["form"].errors.keys()


@pytest.mark.parametrize(
    ("name", "field"),
    [("extension_codes", "email"), ("roles", "email"), ("rescue_ask", "new_email")],
)
def test_an_address_longer_than_mail_knows_is_told_at_its_field(
    client, edition, coordinator, name, field
):
    keys = {
        "extension_codes": [edition.pk, edition.windows.get().pk],
        "roles": [edition.program.pk],
        "rescue_ask": [a_submitted_application(edition).person.pk],
    }
    answer = press(client, coordinator, name, *keys[name], **{field: "a" * 300 + "@x.example"})
    assert "254" in answer.context["form"].errors[field][0]


def test_a_title_that_nobody_sees_is_none_and_one_turns_no_line(client, edition, coordinator):
    address = ("edition_copy", edition.program.pk)
    hidden = {f"title_{code}": "\u200b\u202e" for code, _name in settings.LANGUAGES}
    form = press(client, coordinator, *address, **hidden).context["form"]
    assert "title" in form.errors
    form = press(client, coordinator, *address, **hidden | {"title_es": "Uno\u202e"}).context[
        "form"
    ]
    assert "title" not in form.errors and form.cleaned_data["title"] == {"es": "Uno"}


def test_a_number_larger_than_a_key_leads_nowhere(client, edition, coordinator):
    program = edition.program
    assert visit(client, coordinator, "reader", program.pk, TOO_LARGE).status_code == 404
    url = page("application_file", TOO_LARGE, "some-key")
    a_staff_member(program, StaffRole.SECOND_APPROVER)
    assert client.get(url).status_code == 404
    assert client.get(page("messages"), {"mailing": TOO_LARGE}).status_code == 200
