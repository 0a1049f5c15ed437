import pytest

from certificates import acts, services
from certificates.models import Certificate, CertificateStatus
from certificates.tasks import task_render_pdfs
from enrollment.models import StaffRole
from enrollment.services import joint
from lms.decisions import DomainError
from tests.builders import CERTIFICATES, a_staff_member, an_edition
from tests.certificates.builders import a_completed_enrollment, a_design

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return an_edition()


@pytest.fixture
def coordinator(edition):
    return a_staff_member(edition.program, StaffRole.COORDINATOR)


@pytest.fixture
def approver(edition):
    return a_staff_member(edition.program, StaffRole.SECOND_APPROVER)


def ask(edition, design, by):
    return joint.ask(acts.ISSUE.name, edition, by=by, at=CERTIFICATES, design=design.pk)


def test_two_people_issue_what_is_due(edition, coordinator, approver):
    a_completed_enrollment(edition)
    act = ask(edition, a_design(edition.program), coordinator)
    assert not Certificate.objects.exists()
    joint.confirm(act, by=approver, at=CERTIFICATES)
    joint.confirm(act, by=approver, at=CERTIFICATES)
    assert Certificate.objects.count() == 1


def test_one_person_does_not_issue(edition, coordinator):
    a_completed_enrollment(edition)
    act = ask(edition, a_design(edition.program), coordinator)
    with pytest.raises(DomainError):
        joint.confirm(act, by=coordinator, at=CERTIFICATES)
    assert not Certificate.objects.exists()


def test_nothing_due_is_not_asked(edition, coordinator):
    with pytest.raises(DomainError):
        ask(edition, a_design(edition.program), coordinator)


@pytest.mark.parametrize("change", ["one more", "another name"])
def test_what_changed_since_it_was_asked_is_not_issued(edition, coordinator, approver, change):
    enrollment = a_completed_enrollment(edition)
    act = ask(edition, a_design(edition.program), coordinator)
    if change == "one more":
        a_completed_enrollment(edition)
    else:
        enrollment.certificate_name = "Otra"
        enrollment.save()
    with pytest.raises(DomainError) as refusal:
        joint.confirm(act, by=approver, at=CERTIFICATES)
    assert refusal.value.code == "terms_changed"
    assert not Certificate.objects.exists()


def test_two_people_in_two_languages_see_the_same_terms(edition, coordinator, approver):
    from django.utils import translation

    a_completed_enrollment(edition)
    design = a_design(edition.program, title={"es": "Certificado", "en": "Certificate"})
    with translation.override("es"):
        act = ask(edition, design, coordinator)
    with translation.override("en"):
        joint.confirm(act, by=approver, at=CERTIFICATES)
    assert Certificate.objects.count() == 1


def test_two_people_revoke_with_a_reason(edition, coordinator, approver):
    a_completed_enrollment(edition)
    services.issue_due(edition, a_design(edition.program), by=None, at=CERTIFICATES)
    certificate = Certificate.objects.get()
    with pytest.raises(DomainError):
        joint.ask(acts.REVOKE.name, certificate, by=coordinator, at=CERTIFICATES)
    act = joint.ask(
        acts.REVOKE.name, certificate, by=coordinator, at=CERTIFICATES, reason="suplantación"
    )
    joint.confirm(act, by=approver, at=CERTIFICATES)
    certificate.refresh_from_db()
    assert (certificate.status, certificate.reason) == (CertificateStatus.REVOKED, "suplantación")


def test_worker_renders_ahead_of_the_first_download(edition, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for _person in range(2):
        a_completed_enrollment(edition)
    services.issue_due(edition, a_design(edition.program), by=None, at=CERTIFICATES)
    assert task_render_pdfs(edition.pk) == 2
    assert task_render_pdfs(edition.pk) == 0
    assert all(Certificate.objects.values_list("pdf_sha256", flat=True))
