"""A scanner that follows every link of every letter accepts, declines and proves nothing."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.forms.models import model_to_dict
from wagtail.models import ModelLogEntry

from enrollment.models import Application, Enrollment, Offer, PhaseProgress
from enrollment.services.due import sweep_editions
from enrollment.services.enrollments import withdraw_enrollment
from enrollment.services.offers import accept_offer
from lms.accounts import changes, privacy, rescue
from lms.accounts.models import AddressChange, ErasureRequest, MailboxRescue, User
from lms.mail.models import OutgoingMessage
from lms.mail.secrets import unseal
from tests.builders import PHASE_ONE_OPENS, RELEASE, a_person, an_edition
from tests.enrollment.applying import address, submit
from tests.enrollment.seats import a_released_edition, an_offer, somebody_waiting
from tests.entrance import SiteClient, path_to, sign_in

pytestmark = pytest.mark.django_db
LINK = re.compile(r"https?://\S+")
LEADS_TO = re.compile(rb'(?:href|action)="(/es/(?!account/)[^"#]*)')
KEPT = (
    Application,
    Offer,
    Enrollment,
    PhaseProgress,
    User,
    AddressChange,
    ErasureRequest,
    MailboxRescue,
    ModelLogEntry,
)


def state():
    rows = {model: model.objects.order_by("pk") for model in KEPT}
    facts = {model: [model_to_dict(row) for row in found] for model, found in rows.items()}
    for row in facts[User]:
        row.pop("last_login")
    return facts, OutgoingMessage.objects.count()


def links() -> dict[object, set[str]]:
    """Every link of every letter, by whom it was written to."""
    found: dict[object, set] = {}
    for mail in OutgoingMessage.objects.select_related("person"):
        text = unseal(mail.text) if mail.is_code else mail.text
        found.setdefault(mail.person, set()).update(LINK.findall(text))
    assert any(found.values())
    return found


def scan() -> set[str]:
    """GET and HEAD each of them as a stranger and as its reader, and what the reader's pages lead
    to; gives the templates read."""
    before = state()
    for person, urls in links().items():
        stranger, reader = SiteClient(), SiteClient()
        if person is not None:
            reader.force_login(person)
        for client in (stranger, reader):
            for method in (client.head, client.get):
                for url in urls:
                    assert method(url, follow=True).status_code < 500
        follow(reader, urls)
    assert state() == before
    templates = OutgoingMessage.objects.values_list("template", flat=True)
    return {template.rpartition("/")[2] for template in templates}


def follow(client, urls) -> set[str]:
    """GET where the links, the buttons and the forms lead, from page to page; gives all of it."""
    seen, waiting = set(), list(urls)
    while waiting:
        url = waiting.pop()
        seen.add(url)
        page = client.get(url, follow=True)
        assert page.status_code < 500
        body = b"" if page.streaming else page.content
        found = {unescape(one.decode()) for one in LEADS_TO.findall(body)}
        waiting += found - seen - set(waiting)
    return seen


def test_the_letters_of_an_application(clock, client):
    clock("2019-04-02T15:00:00Z")
    edition = an_edition()
    sign_in(client, "rosa@correo.example")
    submit(client, edition)
    assert scan() >= {"code_enter", "application_received"}
    [application] = Application.objects.all()
    assert (application.status, application.version) == ("submitted", 1)


def test_the_letters_of_an_offer_and_a_place(clock):
    edition = a_released_edition(capacity=4)
    offers = [an_offer(edition) for _one in range(2)]
    somebody_waiting(edition, 1)
    clock(RELEASE)
    sweep_editions(RELEASE)
    assert scan() >= {"decision_offer", "decision_waitlist", "waitlist_called"}
    reader = SiteClient()
    reader.force_login(offers[0].application.person)
    pressed = {address(name, edition) for name in ("offer_accept", "offer_decline")}
    assert follow(reader, [path_to("home")]) >= pressed, "the scanner came to the buttons"
    accept_offer(offers[0], by=offers[0].application.person, at=RELEASE)
    soon = offers[1].respond_by - timedelta(days=1)
    sweep_editions(soon)
    clock(soon)
    assert scan() >= {"offer_accepted", "offer_reminder"}
    sweep_editions(PHASE_ONE_OPENS)
    clock(PHASE_ONE_OPENS)
    assert scan() >= {"phase_opened"}
    place = Enrollment.objects.get()
    withdraw_enrollment(place, by=place.person, at=PHASE_ONE_OPENS)
    assert scan() >= {"enrollment_withdrawn"}


def test_the_letters_of_an_account(clock):
    at = clock("2019-04-02T15:00:00Z")
    rosa, staff = a_person("rosa@correo.example"), [a_person(is_staff=True) for _one in range(2)]
    changes.add_backup(rosa, "segunda@correo.example", at=at)
    changes.change_address(rosa, "nueva@correo.example", at=at)
    privacy.ask_erasure(rosa, keep_verification=True, at=at)
    lost = a_person("perdida@correo.example")
    asked = rescue.ask_rescue(lost, "otra@correo.example", reason="x", by=staff[0], at=at)
    rescue.confirm_rescue(asked, by=staff[1], at=at)
    assert scan() >= {"backup_added", "address_changed", "erasure_asked", "rescue_confirmed"}
    assert AddressChange.objects.count() == 2
