"""The coordination asks an applicant for more; the answer comes back as a new version."""

import pytest

from enrollment.models import InformationRequest, StaffRole
from enrollment.privacy import export_applications, forget_applications
from enrollment.services.information import ask_information, drop_information
from lms import journal
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
from tests.enrollment.applying import address, submit
from tests.enrollment.staff.visits import enter, page

pytestmark = pytest.mark.django_db
AFTER = instant("2019-04-14T12:00")
QUESTION = "¿En qué año\nhizo el curso? <b>"


@pytest.fixture
def edition(clock):
    clock(WINDOW_OPENS)
    return an_edition()


@pytest.fixture
def rosa(client, edition, clock):
    person = a_person(language="en")
    client.force_login(person)
    submit(client, edition)
    clock(AFTER)
    client.force_login(person)
    return edition.applications.get()


def test_what_is_asked_is_read_answered_and_comes_back(client, edition, rosa, clock):
    coordinator = a_staff_member(edition.program)
    ask_information(rosa, QUESTION, by=coordinator, at=AFTER)
    letter = OutgoingMessage.objects.get(template="enrollment/mail/information_requested")
    assert QUESTION in letter.text and letter.to == rosa.person.email
    status = client.get(address("application_status", edition, "en")).content.decode()
    assert "The coordination asks you:" in status
    assert "¿En qué año<br>hizo el curso? &lt;b&gt;" in status
    form = client.get(address("application_form", edition, "en")).content.decode()
    assert "The coordination asks you:" in form
    submit(client, edition, basic_module_edition="2016, Cusco")
    rosa.refresh_from_db()
    assert (rosa.status, rosa.version) == ("submitted", 2)
    assert rosa.answers["basic_module_edition"] == "2016, Cusco"
    assert InformationRequest.objects.get().answered_at == AFTER
    after = client.get(address("application_status", edition, "en")).content.decode()
    assert "The coordination asks you:" not in after
    refused = client.post(address("application_form", edition), {"continue": "1", "revision": "9"})
    assert refused.status_code == 403


def test_it_is_taken_back_and_asked_again(edition, rosa):
    coordinator = a_staff_member(edition.program)
    ask_information(rosa, QUESTION, by=coordinator, at=AFTER)
    for _twice in range(2):
        drop_information(rosa, by=coordinator, at=AFTER, reason="Found it.")
    rosa.refresh_from_db()
    assert rosa.status == "submitted"
    ask_information(rosa, "Otra cosa", by=coordinator, at=AFTER)
    assert [one.dropped_at is None for one in rosa.information_requests.all()] == [False, True]
    actions = [entry.action for entry in journal.history(rosa)]
    assert actions.count("enrollment.drop_information") == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"status": "withdrawn"}, "not_submitted"),
        ({"status": "info_requested"}, "not_submitted"),
    ],
)
def test_only_what_is_submitted_is_asked_about(edition, rosa, change, code):
    type(rosa).objects.filter(pk=rosa.pk).update(**change)
    with pytest.raises(DomainError) as refused:
        ask_information(rosa, QUESTION, by=a_staff_member(edition.program), at=AFTER)
    assert refused.value.code == code


def test_nobody_asks_after_the_lock_without_words_or_without_the_right(edition, rosa):
    coordinator = a_staff_member(edition.program)
    with pytest.raises(DomainError) as refused:
        ask_information(rosa, " \x00\n", by=coordinator, at=AFTER)
    assert refused.value.code == "text_missing"
    approver = a_staff_member(edition.program, StaffRole.SECOND_APPROVER)
    with pytest.raises(DomainError):
        ask_information(rosa, QUESTION, by=approver, at=AFTER)
    type(edition).objects.filter(pk=edition.pk).update(decisions_locked_at=AFTER)
    with pytest.raises(DomainError) as refused:
        ask_information(rosa, QUESTION, by=coordinator, at=AFTER)
    assert refused.value.code == "locked"


def test_a_coordinator_asks_on_the_application_s_page(client, edition, rosa):
    enter(client, a_staff_member(edition.program))
    url = page("application", rosa.pk)
    data = {"act": "information", "information-reason": QUESTION, "information-seen": "submitted"}
    assert client.post(url, data).status_code == 302
    rosa.refresh_from_db()
    assert rosa.status == "info_requested"
    stale = client.post(url, data)
    assert (stale.status_code, InformationRequest.objects.count()) == (404, 1)
    data = {"act": "drop", "drop-reason": "x", "drop-seen": "info_requested"}
    assert client.post(url, data).status_code == 302
    rosa.refresh_from_db()
    assert rosa.status == "submitted"


def test_the_copy_of_a_person_has_it_and_erasure_takes_it(edition, rosa):
    ask_information(rosa, QUESTION, by=a_staff_member(edition.program), at=AFTER)
    _name, rows, *_words = export_applications(rosa.person)
    assert rows[0]["information_requested"][0]["text"] == QUESTION
    forget_applications([rosa], by=None, at=WINDOW_CLOSES)
    assert not InformationRequest.objects.exists()
