"""Who waits for a seat with something still to show is told so, can show it, and is called then."""

import pytest
from django.utils import translation

from enrollment.models import AlumniImport, AlumniMatch, Alumnus, CourseProof, Eligibility, Offer
from enrollment.next_step import next_step
from enrollment.queries import waiting
from enrollment.rules.eligibility import may_claim_course
from enrollment.services.eligibility import look_again, settle_match
from enrollment.services.proofs import give_proof
from enrollment.services.release import write_due_messages
from enrollment.services.waitlist import call_waitlist
from lms.decisions import DomainError
from lms.mail.models import OutgoingMessage
from tests.builders import LAST_ENTRY, RELEASE, a_program, a_staff_member, instant
from tests.enrollment.applying import address
from tests.enrollment.seats import a_decision, a_released_edition, an_applicant, somebody_waiting
from tests.enrollment.staff.desk import address as desk
from tests.enrollment.staff.desk import at_the_desk

pytestmark = pytest.mark.django_db
AT = instant("2019-04-20T15:00")
SHOW = "completed the earlier course"


@pytest.fixture
def edition(clock):
    clock(AT)
    return a_released_edition(program=a_program(needs_alumni=True), capacity=1)


def one_waiting(edition, rank=1, **fields):
    fields = {"alumni_match": AlumniMatch.NONE, "person": an_applicant(language="en"), **fields}
    return somebody_waiting(edition, rank, **fields).application


def test_she_reads_in_the_letter_on_the_page_and_at_home_what_to_show(client, edition):
    open_one = one_waiting(edition)
    settled = one_waiting(edition, 2, alumni_match=AlumniMatch.AUTO)
    write_due_messages(AT)
    for application, has_to_show in ((open_one, True), (settled, False)):
        [letter] = OutgoingMessage.objects.filter(person=application.person)
        assert (SHOW in letter.text) == has_to_show
        assert ("You do not have to do anything" in letter.text) != has_to_show
        client.force_login(application.person)
        page = client.get(address("outcome", edition, "en")).text
        assert (SHOW in page) == has_to_show
        assert (address("application_status", edition, "en") in page) == has_to_show
        assert ("meets the requirements" in page) != has_to_show
        with translation.override("en"):
            step = next_step(application.person, AT)
        assert ("cannot be called before we know" in step.standing) == has_to_show


def test_after_the_release_she_may_show_it_as_long_as_she_waits(client, edition):
    application = one_waiting(edition)
    client.force_login(application.person)
    client.post(address("course_proof", edition, "en"), {"text": "In 2016, in Lima."})
    assert CourseProof.objects.get().text == "In 2016, in Lima."
    with pytest.raises(DomainError) as refusal:
        give_proof(application, "Later.", by=application.person, at=LAST_ENTRY)
    assert refusal.value.code == "locked"
    with pytest.raises(DomainError):
        give_proof(application, "Before.", by=application.person, at=RELEASE.replace(hour=12))
    refused = a_decision(edition, "not_selected", alumni_match=AlumniMatch.NONE).application
    assert may_claim_course(refused, AT).code == "locked"


@pytest.mark.parametrize("eligibility", ["eligible", "needs_proof"])
def test_settled_after_the_release_she_is_called_and_her_score_stays(edition, eligibility):
    reason = "alumni_not_completed" if eligibility == "needs_proof" else ""
    application = one_waiting(
        edition,
        alumni_match=AlumniMatch.REVIEW,
        eligibility=eligibility,
        eligibility_reason=reason,
        score=30,
    )
    assert call_waitlist(edition, AT) == 0
    staff = a_staff_member(edition.program)
    settle_match(application, AlumniMatch.PROOF_ACCEPTED, by=staff, at=AT, reason="Certificate.")
    application.refresh_from_db()
    assert (application.eligibility, application.score) == (Eligibility.ELIGIBLE, 30)
    assert call_waitlist(edition, AT) == 1
    assert Offer.objects.get().application == application


def test_what_another_requirement_lacks_stays_when_the_match_is_settled(edition):
    application = one_waiting(edition, eligibility="needs_proof", eligibility_reason="by_hand")
    staff = a_staff_member(edition.program)
    settle_match(application, AlumniMatch.PROOF_ACCEPTED, by=staff, at=AT, reason="Certificate.")
    assert call_waitlist(edition, AT) == 0


def test_an_address_proved_after_the_release_is_looked_for_and_finds_her(edition):
    application = one_waiting(edition, score=30)
    other = one_waiting(edition, 2)
    source = AlumniImport.objects.create(
        program=edition.program, at=AT, file_name="l", checksum="x"
    )
    Alumnus.objects.create(
        program=edition.program, source=source, line=2, raw={}, name="Rosa", email="old@pj.example"
    )
    person = application.person
    person.backup_email, person.backup_verified_at = "old@pj.example", AT
    person.save()
    look_again(person, RELEASE.replace(hour=12))
    assert not waiting(edition, AT).exists(), "nothing moves between the lock and the release"
    look_again(person, AT)
    assert [one.application for one in waiting(edition, AT)] == [application]
    application.refresh_from_db()
    other.refresh_from_db()
    assert (application.alumni_match, application.score) == (AlumniMatch.AUTO, 30)
    assert other.alumni_match == AlumniMatch.NONE


@pytest.mark.usefixtures("english")
def test_coordinators_read_how_many_cannot_be_called_and_whom(client, edition):
    application = one_waiting(edition)
    one_waiting(edition, 2, alumni_match=AlumniMatch.AUTO)
    give_proof(application, "In Lima.", by=application.person, at=AT)
    at_the_desk(client, edition.program)
    for name in ("waitlist", "selection"):
        page = client.get(desk(name, edition.pk))
        assert "1 of the 2 people who wait cannot be called" in page.content.decode()
        found = client.get(page.context["waits"].url).context["object_list"]
        assert [one.pk for one in found] == [application.pk]
    waitlist = client.get(desk("waitlist", edition.pk)).content.decode()
    assert "The order is that of the score" in waitlist
    assert waitlist.count("waiting; cannot be called yet") == 1
    home = client.get("/admin/").content.decode()
    assert "Still to be settled of those who wait" in home and "1 applicant wrote how" in home
    settle_match(
        application, AlumniMatch.NOT_LISTED, by=a_staff_member(edition.program), at=AT, reason="x"
    )
    home = client.get("/admin/").content.decode()
    assert "Still to be settled of those who wait" in home and "wrote how" not in home
    give_proof(application, "In Quito.", by=application.person, at=AT)
    assert "1 applicant wrote how" in client.get("/admin/").content.decode()
