"""Who is due what, and the way to ask for it."""

from datetime import timedelta

import pytest

from certificates.models import Certificate, Kind
from certificates.services import issue_due
from certificates.tasks import task_render_pdfs
from enrollment.models import EditionStatus, StaffRole
from enrollment.services.enrollments import confirm_name
from enrollment.staff.joint import page_to_ask
from tests.builders import CERTIFICATES, a_program, an_edition, instant
from tests.certificates.builders import a_completed_enrollment, a_design
from tests.certificates.desk import address, queries_of
from tests.enrollment.staff import desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
BEFORE = instant("2019-06-30T12:00")


@pytest.fixture(autouse=True)
def _now(clock, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    clock(CERTIFICATES)


@pytest.fixture
def edition():
    return an_edition()


@pytest.fixture
def design(edition):
    return a_design(edition.program)


@pytest.fixture
def coordinator(client, edition):
    return desk.at_the_desk(client, edition.program)


def ask_page(edition, design):
    return page_to_ask("issue_certificates", edition, design=design.pk)


def test_page_counts_due_unconfirmed_and_issued(client, edition, design, coordinator):
    a_completed_enrollment(edition)
    issue_due(edition, design, by=None, at=CERTIFICATES)
    confirm_name(a_completed_enrollment(edition), "Ana Sosa", at=BEFORE)
    a_completed_enrollment(edition)
    page = client.get(address("issue_edition", edition.pk))
    [(standing, url)] = page.context["standings"]
    assert (standing.due, standing.unconfirmed) == (2, 1)
    assert (standing.valid, standing.printed) == (1, 0)
    assert url == ask_page(edition, design)


def test_names_are_previewed_as_they_would_be_printed(client, edition, design, coordinator):
    a_completed_enrollment(edition, certificate_name="Ñusta d'Ávila-Gonçalves")
    page = client.get(address("due", edition.pk, design.pk)).content.decode()
    assert "Ñusta d&#x27;Ávila-Gonçalves" in page
    assert ask_page(edition, design) in page


def test_preview_is_a_pdf_that_is_stored_nowhere(client, edition, design, coordinator):
    assert client.get(address("preview", edition.pk, design.pk)).status_code == 404
    a_completed_enrollment(edition)
    answer = client.get(address("preview", edition.pk, design.pk))
    assert answer.content[:5] == b"%PDF-"
    assert not Certificate.objects.exists()
    assert client.post(address("preview", edition.pk, design.pk)).status_code == 405


def test_two_people_issue_from_page_to_inbox(client, edition, design, coordinator):
    a_completed_enrollment(edition)
    asked = client.get(ask_page(edition, design))
    assert "Certificado" in asked.content.decode()
    client.post(ask_page(edition, design), {"terms": asked.context["raw_terms"], "reason": ""})
    assert (
        "Waiting for a second person"
        in client.get(address("issue_edition", edition.pk)).content.decode()
    )
    desk.at_the_desk(client, edition.program, StaffRole.SECOND_APPROVER)
    waiting = client.get(desk.address("joint_acts")).context["waiting"]
    client.post(desk.address("confirm_act", waiting[0].act.pk))
    assert Certificate.objects.count() == 1
    assert b"0 of 1 PDFs are made" in client.get(address("issue_edition", edition.pk)).content
    task_render_pdfs(edition.pk)
    assert b"PDFs are made" not in client.get(address("issue_edition", edition.pk)).content


def test_program_without_design_says_so(client, edition, coordinator):
    page = client.get(address("issue_edition", edition.pk)).content.decode()
    assert "no design of a certificate yet" in page
    assert address("designs") in page


def test_drafts_are_not_certified(client, edition, design, coordinator):
    draft = an_edition(edition.program, status=EditionStatus.DRAFT)
    assert client.get(address("issue_edition", draft.pk)).status_code == 404
    listed = {row.pk for row in client.get(address("issue")).context["object_list"]}
    assert listed == {edition.pk}


def test_design_of_another_program_is_not_found(client, edition, coordinator):
    other = a_design(a_program())
    assert client.get(address("due", edition.pk, other.pk)).status_code == 404


@pytest.mark.parametrize("name", ["issue_edition", "due", "preview"])
def test_stranger_and_other_roles_find_nothing(client, edition, design, name):
    a_completed_enrollment(edition)
    arguments = [edition.pk] if name == "issue_edition" else [edition.pk, design.pk]
    desk.at_the_desk(client, a_program())
    assert client.get(address(name, *arguments)).status_code == 404
    for role in (StaffRole.REVIEWER, StaffRole.AUTHOR, StaffRole.OBSERVER):
        desk.at_the_desk(client, edition.program, role)
        assert client.get(address(name, *arguments)).status_code == 404
        assert client.get(address("issue")).status_code == 404


def test_queries_do_not_grow_with_the_people(client, edition, design, coordinator):
    statement = a_design(edition.program, Kind.PHASE)
    pages = [
        address("issue"),
        address("issue_edition", edition.pk),
        address("due", edition.pk, statement.pk),
    ]

    def count():
        return [queries_of(client, page) for page in pages]

    a_completed_enrollment(edition)
    issue_due(edition, design, by=None, at=CERTIFICATES)
    before = count()
    for _person in range(2):
        a_completed_enrollment(edition)
        issue_due(edition, design, by=None, at=CERTIFICATES)
    assert count() == before


def test_page_says_how_many_are_issued_and_how_many_are_left(client, edition, design, coordinator):
    url = address("issue_edition", edition.pk)
    assert "nobody has yet completed" in client.get(url).content.decode()
    a_completed_enrollment(edition)
    issue_due(edition, design, by=None, at=CERTIFICATES)
    text = client.get(url).content.decode()
    assert "1 certificate is issued, and none is still to be issued" in text
    assert "Issued and valid</a><strong>1<" in text


def test_issuing_before_the_announced_day_is_warned_of_and_not_forbidden(
    client, clock, edition, design, coordinator
):
    a_completed_enrollment(edition)
    issue_page, ask = address("issue_edition", edition.pk), ask_page(edition, design)
    warned = "were announced for"
    assert warned not in client.get(issue_page).content.decode()
    assert warned not in client.get(ask).content.decode()
    clock(CERTIFICATES - timedelta(seconds=1))
    assert warned in client.get(issue_page).content.decode()
    asked = client.get(ask)
    assert warned in asked.content.decode()
    client.post(ask, {"terms": asked.context["raw_terms"], "reason": ""})
    desk.at_the_desk(client, edition.program, StaffRole.SECOND_APPROVER)
    inbox = client.get(desk.address("joint_acts"))
    assert warned in inbox.content.decode()
    client.post(desk.address("confirm_act", inbox.context["waiting"][0].act.pk))
    assert Certificate.objects.count() == 1
