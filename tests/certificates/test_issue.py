import pytest
from django.contrib.contenttypes.models import ContentType
from wagtail.models import ModelLogEntry

from certificates import rules, services
from certificates.models import TRANSITIONS, Certificate, CertificateStatus, Kind
from certificates.wagtail_hooks import next_step
from enrollment.models import StaffRole
from lms.accounts.models import User
from lms.decisions import DomainError
from lms.mail.models import OutgoingMessage
from tests.builders import CERTIFICATES, a_program, a_staff_member, an_edition, instant
from tests.certificates.builders import a_completed_enrollment, a_coordinator_of, a_design

ISSUE_QUERIES = 20
pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return an_edition()


@pytest.fixture
def design(edition):
    return a_design(edition.program)


@pytest.fixture
def issued(edition, design):
    a_completed_enrollment(edition)
    services.issue_due(edition, design, by=None, at=CERTIFICATES)
    return Certificate.objects.get()


def test_the_holder_of_a_certificate_is_led_to_it(issued, english):
    person = issued.enrollment.person
    step = next_step(person, CERTIFICATES)
    assert "certificate is ready" in step.standing and step.url.endswith("/certificates/")
    services.revoke(issued, by=None, reason="x", at=CERTIFICATES)
    assert next_step(User.objects.get(pk=person.pk), CERTIFICATES) is None


def test_program_certificate_is_due_when_every_phase_is_completed(edition, design):
    done = a_completed_enrollment(edition)
    a_completed_enrollment(edition, phases=(1,))
    assert list(rules.due(edition, design)) == [done]


def test_statement_is_due_when_its_phase_is_completed(edition):
    statement = a_design(edition.program, Kind.PHASE)
    a_completed_enrollment(edition, phases=(2,))
    done = a_completed_enrollment(edition, phases=(1,), status="withdrawn")
    assert list(rules.due(edition, statement)) == [done]


def test_nobody_removed_for_conduct_is_due(edition, design):
    a_completed_enrollment(edition, status="removed")
    assert not rules.due(edition, design).exists()


def test_issue_writes_certificate_log_and_letter(issued):
    assert issued.status == CertificateStatus.ISSUED
    assert issued.snapshot["name"] == "Rosa Medina Quispe"
    assert issued.snapshot["hours"] == 32
    assert (issued.snapshot["start"], issued.snapshot["end"]) == ("2019-04-22", "2019-06-23")
    assert ModelLogEntry.objects.get(object_id=issued.pk).action == "certificates.issue"
    letter = OutgoingMessage.objects.get()
    assert letter.language == "es"
    assert issued.printed_serial in letter.text


def test_issue_again_changes_nothing(edition, design, issued):
    assert services.issue_due(edition, design, by=None, at=CERTIFICATES) == 0
    assert Certificate.objects.count() == OutgoingMessage.objects.count() == 1


@pytest.mark.parametrize("people", [1, 3])
def test_issue_takes_as_many_queries_for_three_as_for_one(
    edition, design, people, django_assert_max_num_queries
):
    for _person in range(people):
        a_completed_enrollment(edition)
    ContentType.objects.get_for_model(Certificate)
    with django_assert_max_num_queries(ISSUE_QUERIES):
        assert services.issue_due(edition, design, by=None, at=CERTIFICATES) == people


def test_later_change_of_name_leaves_the_snapshot(issued):
    issued.enrollment.certificate_name = "Otra Persona"
    issued.enrollment.save()
    issued.refresh_from_db()
    assert issued.name == "Rosa Medina Quispe"


def test_corrected_name_replaces_the_certificate(issued):
    at = instant("2019-07-02T09:00")
    new = services.correct_name(
        issued, "Rosa Medina Q.", by=a_coordinator_of(issued), reason="errata", at=at
    )
    issued.refresh_from_db()
    assert issued.status == CertificateStatus.SUPERSEDED
    assert new.replaces == issued
    assert new.serial != issued.serial
    assert new.name == "Rosa Medina Q."
    assert OutgoingMessage.objects.filter(template__endswith="reissued").count() == 1


def test_corrected_twice_is_refused(issued):
    at = instant("2019-07-02T09:00")
    services.correct_name(issued, "Rosa M.", by=a_coordinator_of(issued), reason="errata", at=at)
    with pytest.raises(DomainError):
        services.correct_name(
            issued, "Rosa Q.", by=a_coordinator_of(issued), reason="errata", at=at
        )
    assert Certificate.objects.count() == 2


def test_only_a_coordinator_of_its_program_corrects_a_name(issued, edition, design):
    strangers = [
        None,
        issued.enrollment.person,
        a_staff_member(edition.program, StaffRole.SECOND_APPROVER),
        a_staff_member(a_program()),
    ]
    for by in strangers:
        with pytest.raises(DomainError) as refusal:
            services.correct_name(issued, "Otra", by=by, reason="errata", at=CERTIFICATES)
        assert refusal.value.code == "not_theirs"
        with pytest.raises(DomainError) as refusal:
            services.save_design(design, ["title"], by=by, at=CERTIFICATES)
        assert refusal.value.code == "not_theirs"
    assert Certificate.objects.get().is_valid


@pytest.mark.parametrize("name", ["", "   ", "Rosa Medina Quispe"])
def test_correction_without_a_new_name_is_refused(issued, name):
    with pytest.raises(DomainError):
        services.correct_name(
            issued, name, by=a_coordinator_of(issued), reason="errata", at=CERTIFICATES
        )


def test_revoke_needs_a_reason_and_tells_its_holder(issued):
    with pytest.raises(DomainError):
        services.revoke(issued, by=None, reason=" ", at=CERTIFICATES)
    services.revoke(issued, by=None, reason="suplantación", at=CERTIFICATES)
    services.revoke(issued, by=None, reason="suplantación", at=CERTIFICATES)
    letter = OutgoingMessage.objects.get(template__endswith="revoked")
    assert "suplantación" in letter.text
    assert ModelLogEntry.objects.filter(action="certificates.revoke").count() == 1


def test_revoked_person_is_not_due_again(edition, design, issued):
    services.revoke(issued, by=None, reason="suplantación", at=CERTIFICATES)
    assert not rules.due(edition, design).exists()


@pytest.mark.parametrize("before", CertificateStatus)
@pytest.mark.parametrize("after", [CertificateStatus.SUPERSEDED, CertificateStatus.REVOKED])
def test_state_follows_the_table(issued, before, after):
    Certificate.objects.filter(pk=issued.pk).update(
        status=before, ended_at=None if before == CertificateStatus.ISSUED else CERTIFICATES
    )
    acts = {
        CertificateStatus.SUPERSEDED: lambda: services.correct_name(
            issued, "Rosa M.", by=a_coordinator_of(issued), reason="errata", at=CERTIFICATES
        ),
        CertificateStatus.REVOKED: lambda: services.revoke(
            issued, by=None, reason="suplantación", at=CERTIFICATES
        ),
    }
    if after in TRANSITIONS[before] or before == after == CertificateStatus.REVOKED:
        acts[after]()
    else:
        with pytest.raises(DomainError):
            acts[after]()
