"""Issued certificates as the staff find, correct and end them."""

import csv
import io

import pytest
from wagtail.models import ModelLogEntry

from certificates.models import Certificate, CertificateStatus, Kind
from certificates.services import correct_name, forget_name, issue_due
from certificates.staff.panel import person_panel
from enrollment.models import StaffRole
from tests.builders import CERTIFICATES, a_program, a_submitted_application, an_edition, instant
from tests.certificates.builders import a_completed_enrollment, a_coordinator_of, a_design
from tests.certificates.desk import address, queries_of
from tests.enrollment.staff import desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LATER = instant("2019-07-02T09:00")


@pytest.fixture(autouse=True)
def _now(clock):
    clock(LATER)


@pytest.fixture
def edition():
    return an_edition()


@pytest.fixture
def certificate(edition):
    a_completed_enrollment(edition, certificate_name="José Ñáñez")
    issue_due(edition, a_design(edition.program), by=None, at=CERTIFICATES)
    return Certificate.objects.get()


@pytest.fixture
def coordinator(client, edition):
    return desk.at_the_desk(client, edition.program)


def found(client, **query):
    page = client.get(address("certificates", **query))
    assert page.status_code == 200
    return {row.pk for row in page.context["object_list"]}


def test_certificates_are_filtered(client, edition, certificate, coordinator):
    a_completed_enrollment(edition, phases=(1,), language="en")
    issue_due(edition, a_design(edition.program, Kind.PHASE), by=None, at=LATER)
    assert len(found(client)) == 3
    assert found(client, kind="program", edition=edition.pk) == {certificate.pk}
    assert len(found(client, language="en")) == 1
    assert found(client, status="revoked") == set()
    assert found(client, edition=an_edition(edition.program).pk) == set()


@pytest.mark.parametrize("text", ["josé", "NÁÑEZ", "nanez jose"])
def test_certificate_is_found_by_name(client, certificate, coordinator, text):
    application = certificate.enrollment.application
    application.search_text = "jose nanez"
    application.save()
    assert found(client, q=text) == {certificate.pk}
    assert found(client, q="nobody") == set()


def test_certificate_is_found_by_serial(client, certificate, coordinator):
    for typed in (
        certificate.serial,
        certificate.printed_serial.lower(),
        certificate.printed_serial.replace("-", " "),
        certificate.serial[:5],
    ):
        assert found(client, q=typed) == {certificate.pk}


def test_export_holds_the_filtered_rows_and_is_logged(client, certificate, coordinator):
    answer = client.get(address("certificates", export="csv", status="issued"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    heading, row = csv.reader(io.StringIO(text))
    assert heading[:2] == ["Serial", "Name"]
    assert row[:2] == [certificate.printed_serial, "José Ñáñez"]
    entry = ModelLogEntry.objects.get(action="certificates.export")
    assert (entry.user, entry.data["count"]) == (coordinator, "1")


def test_second_approver_exports_nothing(client, edition, certificate):
    desk.at_the_desk(client, edition.program, StaffRole.SECOND_APPROVER)
    assert found(client) == {certificate.pk}
    answer = client.get(address("certificates", export="csv"))
    assert "José" not in b"".join(answer.streaming_content).decode("utf-8-sig")


def test_page_shows_what_it_says_and_what_was_done(client, certificate, coordinator):
    page = client.get(address("certificate", certificate.pk)).content.decode()
    for said in ("José Ñáñez", "Certificado", "Cómo funciona Internet", "Certificate issued"):
        assert said in page
    assert desk.address("ask", "revoke_certificate", f"certificate:{certificate.pk}") in page


def test_coordinator_corrects_the_name(client, certificate, coordinator):
    answer = client.post(
        address("certificate", certificate.pk), {"name": "José  Núñez", "reason": "misspelt"}
    )
    certificate.refresh_from_db()
    new = certificate.replaced_by
    assert answer["Location"] == address("certificate", new.pk)
    assert (new.name, certificate.status) == ("José Núñez", CertificateStatus.SUPERSEDED)
    for one in (certificate, new):
        page = client.get(address("certificate", one.pk)).content.decode()
        assert certificate.printed_serial in page and new.printed_serial in page
    assert "misspelt" in client.get(address("certificate", certificate.pk)).content.decode()


@pytest.mark.parametrize(
    ("name", "reason"),
    [("José Ñáñez", "x"), ("José Núñez", " "), ("", "x"), ("123", "x"), ("Ñ" * 201, "x")],
)
def test_correction_says_what_is_wrong_and_keeps_what_was_typed(
    client, certificate, coordinator, name, reason
):
    answer = client.post(address("certificate", certificate.pk), {"name": name, "reason": reason})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert Certificate.objects.count() == 1


def test_second_approver_corrects_nothing(client, edition, certificate):
    desk.at_the_desk(client, edition.program, StaffRole.SECOND_APPROVER)
    page = client.get(address("certificate", certificate.pk))
    assert page.context["form"] is None
    data = {"name": "José Núñez", "reason": "x"}
    assert client.post(address("certificate", certificate.pk), data).status_code == 404


def test_two_people_revoke_from_page_to_inbox(client, edition, certificate, coordinator):
    ask = desk.address("ask", "revoke_certificate", f"certificate:{certificate.pk}")
    terms = client.get(ask).context["raw_terms"]
    client.post(ask, {"terms": terms, "reason": "impersonation"})
    certificate.refresh_from_db()
    assert certificate.is_valid
    assert b"Waiting for a second" in client.get(address("certificate", certificate.pk)).content
    desk.at_the_desk(client, edition.program, StaffRole.SECOND_APPROVER)
    waiting = client.get(desk.address("joint_acts")).context["waiting"]
    client.post(desk.address("confirm_act", waiting[0].act.pk))
    certificate.refresh_from_db()
    assert (certificate.status, certificate.reason) == ("revoked", "impersonation")


def test_staff_print_what_is_valid_and_named(client, certificate, coordinator, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    assert client.get(address("pdf", certificate.pk)).content[:5] == b"%PDF-"
    assert client.post(address("pdf", certificate.pk)).status_code == 405
    forget_name(certificate)
    assert client.get(address("pdf", certificate.pk)).status_code == 404
    page = client.get(address("certificate", certificate.pk)).content.decode()
    assert "(name erased)" in page and "Correct the name" not in page


@pytest.mark.parametrize("name", ["certificate", "pdf"])
def test_stranger_and_other_roles_find_nothing(client, edition, certificate, name):
    desk.at_the_desk(client, a_program())
    assert client.get(address(name, certificate.pk)).status_code == 404
    assert found(client) == set()
    for role in (StaffRole.REVIEWER, StaffRole.AUTHOR, StaffRole.OBSERVER):
        desk.at_the_desk(client, edition.program, role)
        assert client.get(address(name, certificate.pk)).status_code == 404
        assert client.get(address("certificates")).status_code == 404


def test_page_of_a_person_links_to_certificates(client, edition, certificate, coordinator):
    person = certificate.enrollment.person
    page = client.get(desk.address("person", person.pk)).content.decode()
    assert address("certificate", certificate.pk) in page
    assert person_panel(person, a_program().pk, LATER) is None


def test_queries_do_not_grow_with_the_rows(client, edition, certificate, coordinator):
    before = queries_of(client, address("certificates"))
    design = edition.program.designs.get()
    for _person in range(2):
        a_completed_enrollment(edition)
    issue_due(edition, design, by=None, at=LATER)
    assert queries_of(client, address("certificates")) == before
    page = queries_of(client, address("certificate", certificate.pk))
    new = correct_name(
        certificate, "J. Ñáñez", by=a_coordinator_of(certificate), reason="x", at=LATER
    )
    correct_name(new, "J. J. Ñáñez", by=a_coordinator_of(new), reason="x", at=LATER)
    assert queries_of(client, address("certificate", certificate.pk)) <= page


def test_menu_leads_to_certificates(client, edition, coordinator):
    a_submitted_application(edition)
    page = client.get("/admin/").content.decode()
    for name in ("issue", "certificates", "designs"):
        assert address(name) in page
