import pytest
from django.urls import reverse

from certificates import privacy, services
from certificates.models import Certificate
from certificates.serials import ALPHABET, as_typed, new_serial
from tests.builders import CERTIFICATES, a_person, an_edition
from tests.certificates.builders import a_completed_enrollment, a_coordinator_of, a_design

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate():
    edition = an_edition()
    a_completed_enrollment(edition)
    services.issue_due(edition, a_design(edition.program), by=None, at=CERTIFICATES)
    return Certificate.objects.get()


def verify(client, code):
    return client.get(f"/v/{code}", follow=True, headers={"accept-language": "es"})


def test_stranger_reads_what_the_paper_says(client, certificate):
    page = verify(client, certificate.printed_serial).content.decode()
    for said in ("Rosa Medina Quispe", "Certificado", "Primera edición", "32", "Válido"):
        assert said in page


def test_stranger_never_reads_more_than_the_paper(client, certificate):
    page = verify(client, certificate.printed_serial).content.decode()
    person = certificate.enrollment.person
    for secret in (person.email, "Corte Superior", "judge", "Perú"):
        assert secret not in page


@pytest.mark.parametrize(
    "typed", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("0", "o")]
)
def test_code_is_read_as_it_was_meant(client, certificate, typed):
    assert verify(client, typed(certificate.printed_serial)).status_code == 200


@pytest.mark.parametrize(
    "code", ["000000000000", "x", "'; drop", "Ñ" * 300, "%00", "0000-0000-0000"]
)
def test_unknown_code_is_not_found(client, certificate, code):
    assert verify(client, code).status_code == 404


def test_any_page_leads_to_the_form(client, certificate):
    page = client.get("/es/account/").content.decode()
    assert f'<a href="{reverse("certificates:verify")}">Verificar un certificado</a>' in page


def test_form_leads_to_the_certificate(client, certificate):
    page = client.get("/es/verify/", {"code": certificate.printed_serial.lower()}, follow=True)
    assert "Rosa Medina Quispe" in page.content.decode()


def test_form_says_what_is_wrong_with_a_code(client):
    page = client.get("/en/verify/", {"code": "7K2M-9QDX"}).content.decode()
    assert "this one has 8" in page


def test_replaced_certificate_shows_no_name(client, certificate):
    services.correct_name(
        certificate,
        "Rosa Median",
        by=a_coordinator_of(certificate),
        reason="errata",
        at=CERTIFICATES,
    )
    page = verify(client, certificate.printed_serial).content.decode()
    assert "Reemplazado" in page
    assert "Rosa" not in page


def test_revoked_certificate_says_so_without_the_reason(client, certificate):
    services.revoke(certificate, by=None, reason="suplantación", at=CERTIFICATES)
    page = verify(client, certificate.printed_serial).content.decode()
    assert "Revocado" in page
    assert "suplantación" not in page
    assert "Rosa" not in page


def test_erased_holder_leaves_an_answer_to_the_printed_name(client, certificate):
    privacy.erase_certificates(certificate.enrollment.person, None, CERTIFICATES)
    address = verify(client, certificate.printed_serial).request["PATH_INFO"]
    assert "Rosa" not in client.get(address).content.decode()
    yes = client.post(address, {"name": "Rosa  Medina Quispe"}).content.decode()
    no = client.post(address, {"name": "Rosa Medina"}).content.decode()
    assert "Sí: " in yes
    assert "No: " in no
    certificate.refresh_from_db()
    assert "Rosa" not in str(certificate.snapshot)


def test_holder_downloads_the_pdf(client, certificate, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(certificate.enrollment.person)
    address = f"/es/certificates/{certificate.serial}.pdf"
    first, second = client.get(address), client.get(address)
    assert first["Content-Type"] == "application/pdf"
    assert first.content[:5] == b"%PDF-"
    assert first.content == second.content


def test_stranger_downloads_nothing(client, certificate):
    client.force_login(a_person())
    assert client.get(f"/es/certificates/{certificate.serial}.pdf").status_code == 404


def test_holder_downloads_no_revoked_certificate(client, certificate):
    services.revoke(certificate, by=None, reason="suplantación", at=CERTIFICATES)
    client.force_login(certificate.enrollment.person)
    assert client.get(f"/es/certificates/{certificate.serial}.pdf").status_code == 404


def test_own_list_and_export_hold_only_own_certificates(client, certificate):
    holder = certificate.enrollment.person
    client.force_login(holder)
    assert certificate.printed_serial in client.get("/es/certificates/").content.decode()
    assert len(privacy.export_certificates(holder)[1]) == 1
    assert privacy.export_certificates(a_person())[1] == []


def test_serials_are_long_and_read_back():
    serial = new_serial()
    assert len(serial) == 12
    assert set(serial) <= set(ALPHABET)
    assert as_typed(f" {serial[:4]}-{serial[4:].lower()} ") == serial


def test_names_are_not_tried_without_end(client, certificate):
    services.forget_name(certificate)
    address = verify(client, certificate.printed_serial).request["PATH_INFO"]
    tried = [client.post(address, {"name": f"Rosa {number}"}) for number in range(11)]
    assert [one.status_code for one in tried] == [200] * 10 + [429]
    assert "answer" not in client.post(address, {"name": "Rosa Medina Quispe"}).context
