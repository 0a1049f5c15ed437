"""What erasure leaves of a certificate, and what a person is given of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from certificates import privacy, rules, services
from certificates.models import Certificate, Kind
from lms.accounts.export import as_json, as_nodes
from lms.accounts.privacy import ask_erasure, carry_out_erasure
from lms.decisions import DomainError
from tests.builders import CERTIFICATES, a_staff_member, an_edition, instant
from tests.certificates.builders import a_completed_enrollment, a_coordinator_of, a_design

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LATER = instant("2019-08-01T12:00")


@pytest.fixture
def edition():
    return an_edition()


@pytest.fixture
def certificate(edition):
    a_completed_enrollment(edition)
    services.issue_due(edition, a_design(edition.program), by=None, at=CERTIFICATES)
    return Certificate.objects.get()


def erase(certificate, *, keep_verification):
    request = ask_erasure(
        certificate.enrollment.person, keep_verification=keep_verification, at=LATER
    )
    carry_out_erasure(request, by=a_staff_member(certificate.edition.program), at=LATER)
    certificate.refresh_from_db()


def page_of(client, certificate):
    address = f"/v/{certificate.printed_serial}"
    return client.get(address, follow=True, headers={"accept-language": "en"})


def test_erased_with_the_check_kept_still_answers_to_the_name(client, certificate):
    erase(certificate, keep_verification=True)
    assert certificate.name == ""
    assert services.answers_to(certificate, "Rosa Medina Quispe")
    assert "Check the name" in page_of(client, certificate).content.decode()


def test_erased_without_the_check_is_not_available(client, certificate):
    erase(certificate, keep_verification=False)
    assert (certificate.name, certificate.name_hash) == ("", "")
    page = page_of(client, certificate)
    text = page.content.decode()
    assert "Not available" in text
    for said in ("Rosa", "Check the name", "Primera edición", "32"):
        assert said not in text.split("<main")[1]
    asked = client.post(page.request["PATH_INFO"], {"name": "Rosa Medina Quispe"})
    assert "Yes:" not in asked.content.decode()


def test_second_erasure_changes_nothing(certificate):
    person = certificate.enrollment.person
    privacy.erase_certificates(person, None, LATER)
    privacy.erase_certificates(person, None, LATER)
    certificate.refresh_from_db()
    assert services.answers_to(certificate, "Rosa Medina Quispe")


def test_erasure_takes_the_name_out_of_reasons(certificate):
    services.correct_name(
        certificate,
        "Rosa Q.",
        by=a_coordinator_of(certificate),
        reason="Rosa Median is wrong",
        at=CERTIFICATES,
    )
    privacy.erase_certificates(certificate.enrollment.person, None, LATER)
    certificate.refresh_from_db()
    assert certificate.reason == ""
    history = services.journal.history(certificate)
    assert history.exists()
    assert not any("Rosa" in str(entry.data) for entry in history)


def test_erased_holder_is_due_nothing_and_corrected_no_more(edition, certificate):
    statement = a_design(edition.program, Kind.PHASE)
    erase(certificate, keep_verification=True)
    assert not rules.due(edition, statement).exists()
    with pytest.raises(DomainError):
        services.correct_name(
            certificate, "Rosa", by=a_coordinator_of(certificate), reason="x", at=LATER
        )


def test_names_are_kept_as_long_as_the_program_says(certificate):
    kept = timedelta(days=certificate.edition.program.keep_certificates_days)
    privacy.forget_old_names(CERTIFICATES + kept)
    certificate.refresh_from_db()
    assert certificate.name
    privacy.forget_old_names(CERTIFICATES + kept + timedelta(seconds=1))
    certificate.refresh_from_db()
    assert certificate.name == "" and certificate.name_hash


def test_person_is_given_certificates_in_words(certificate):
    person = certificate.enrollment.person
    assert certificate.printed_serial in as_json(person, LATER)
    section = next(node for node in as_nodes(person) if node.label == "Certificates")
    labels = {node.label for node in section.below[0].below}
    assert {"Serial", "Issued", "What it says"} <= labels


def test_database_refuses_a_second_valid_certificate(edition, certificate):
    statement = a_design(edition.program, Kind.PHASE)
    services.issue_due(edition, statement, by=None, at=CERTIFICATES)
    for row in Certificate.objects.all():
        row.pk, row.serial = None, services.new_serial()
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


def test_database_refuses_a_second_design_of_a_kind(edition):
    for kind in Kind:
        a_design(edition.program, kind)
        with pytest.raises(IntegrityError), transaction.atomic():
            a_design(edition.program, kind)
