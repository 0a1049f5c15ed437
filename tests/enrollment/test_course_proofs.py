"""Who is not found on the list of alumni writes on the site how they took the earlier course."""

import pytest

from enrollment.models import AlumniMatch, Application, CourseProof, Edition, StaffRole
from enrollment.privacy import export_applications, forget_applications
from enrollment.services.eligibility import settle_match
from enrollment.services.proofs import give_proof
from lms.decisions import DomainError
from tests.builders import (
    WINDOW_OPENS,
    a_person,
    a_program,
    a_staff_member,
    a_submitted_application,
    an_edition,
)
from tests.enrollment.applying import address
from tests.enrollment.staff.visits import enter, page, visit

pytestmark = pytest.mark.django_db
TEXT = "Lo cursé en 2016 en Lima,\ncomo Rosa Medina. <b>"


@pytest.fixture
def edition(clock):
    clock(WINDOW_OPENS)
    return an_edition(a_program(needs_alumni=True))


@pytest.fixture
def rosa(edition) -> Application:
    person = a_person(language="en")
    return a_submitted_application(edition, person=person, alumni_match=AlumniMatch.NONE)


def status_of(client, application) -> str:
    client.force_login(application.person)
    return client.get(address("application_status", application.edition, "en")).text


def write(client, application, text=TEXT):
    client.force_login(application.person)
    url = address("course_proof", application.edition, "en")
    return client.post(url, {"text": text}, follow=True)


def test_what_she_writes_is_shown_to_her_and_settles_nothing(client, rosa):
    assert "I do not read that address any more" in status_of(client, rosa)
    shown = write(client, rosa).text
    assert "somebody of the office looks at it" in shown
    assert "Lo cursé en 2016 en Lima,<br>como Rosa Medina. &lt;b&gt;" in shown
    rosa.refresh_from_db()
    assert rosa.alumni_match == AlumniMatch.NONE
    write(client, rosa, "Con certificado 123.")
    assert CourseProof.objects.get().text == "Con certificado 123."


def test_the_same_again_is_not_written_again(client, rosa, clock):
    first = give_proof(rosa, TEXT, by=rosa.person, at=WINDOW_OPENS)
    again = give_proof(rosa, f" {TEXT} ", by=rosa.person, at=WINDOW_OPENS.replace(hour=23))
    assert (again.pk, again.at) == (first.pk, WINDOW_OPENS)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "required"),
        (" \u200b\u200d\u2060\ufeff\n", "required"),
        ("\u3164\u2800\u034f", "required"),
        ("x" * 1001, "1 character too many"),
        ("x" * 25_000, "24000 characters too many: at most 1000, and you wrote 25000"),
    ],
)
def test_what_cannot_be_taken_is_told_beside_it_and_stays_typed(client, rosa, typed, said):
    form = write(client, rosa, typed).context["form"]
    assert said in form.errors["text"][0] and form["text"].value() == typed
    assert not CourseProof.objects.exists()


@pytest.mark.parametrize("why", ["settled", "locked", "not_yours"])
def test_it_is_taken_until_somebody_settles_it_or_the_lock(client, edition, rosa, why):
    by = a_person() if why == "not_yours" else rosa.person
    if why == "settled":
        staff = a_staff_member(edition.program)
        settle_match(
            rosa, AlumniMatch.PROOF_ACCEPTED, by=staff, at=WINDOW_OPENS, reason="Certificate."
        )
    if why == "locked":
        Edition.objects.filter(pk=edition.pk).update(decisions_locked_at=WINDOW_OPENS)
    with pytest.raises(DomainError) as refused:
        give_proof(rosa, TEXT, by=by, at=WINDOW_OPENS)
    assert refused.value.code == why
    if why != "not_yours":
        assert "I do not read that address" not in status_of(client, rosa)
        assert write(client, rosa).redirect_chain and not CourseProof.objects.exists()


def test_what_nobody_can_see_is_no_text(rosa):
    with pytest.raises(DomainError) as refused:
        give_proof(rosa, "\u200b\u202e", by=rosa.person, at=WINDOW_OPENS)
    assert refused.value.code == "text_missing"


def test_written_again_and_again_it_stays_typed_and_what_was_sent_is_kept(client, rosa, settings):
    limit = {"course_proof": "2/h/key"}
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, **limit}
    write(client, rosa, "One.")
    write(client, rosa, "x" * 1001)
    write(client, rosa, "Two.")
    form = write(client, rosa, "Three.").context["form"]
    assert "in an hour" in form.errors["text"][0] and form["text"].value() == "Three."
    assert CourseProof.objects.get().text == "Two."


@pytest.mark.parametrize(
    ("status", "said"), [("draft", "Submit the application first"), ("withdrawn", "not in the sel")]
)
def test_what_is_not_in_the_selection_is_told_so(client, edition, rosa, status, said):
    Application.objects.filter(pk=rosa.pk).update(status=status)
    assert said in write(client, rosa).text
    assert not CourseProof.objects.exists()


def test_who_has_not_applied_has_nothing_to_prove(client, edition):
    client.force_login(a_person())
    assert client.post(address("course_proof", edition), {"text": TEXT}).status_code == 404


def test_the_staff_are_told_find_it_and_read_it(client, edition, rosa):
    give_proof(rosa, TEXT, by=rosa.person, at=WINDOW_OPENS)
    other = a_submitted_application(edition, alumni_match=AlumniMatch.NONE)
    coordinator = a_staff_member(edition.program, language="en")
    enter(client, coordinator)
    home = client.get("/admin/").text
    assert "1 applicant wrote how they took the earlier course." in home
    found = client.get(page("applications"), {"edition": edition.pk, "proof": "open"}).text
    assert rosa.code in found and other.code not in found
    shown = visit(client, coordinator, "application", rosa.pk).text
    assert "como Rosa Medina. &lt;b&gt;" in shown and "Proof of the earlier course written" in shown


def test_who_compares_reads_it_beside_the_rows(client, edition, rosa):
    give_proof(rosa, TEXT, by=rosa.person, at=WINDOW_OPENS)
    Application.objects.filter(pk=rosa.pk).update(alumni_match=AlumniMatch.REVIEW)
    shown = visit(client, a_staff_member(edition.program), "matches", edition.pk).text
    assert "como Rosa Medina. &lt;b&gt;" in shown


def test_it_is_in_the_person_s_copy_and_goes_with_her(edition, rosa):
    give_proof(rosa, TEXT, by=rosa.person, at=WINDOW_OPENS)
    _name, rows, *_words = export_applications(rosa.person)
    assert rows[0]["course_proof"]["text"] == TEXT
    forget_applications([rosa], by=None, at=WINDOW_OPENS)
    assert not CourseProof.objects.exists()


def test_a_reviewer_is_told_of_no_proof(client, edition, rosa):
    give_proof(rosa, TEXT, by=rosa.person, at=WINDOW_OPENS)
    enter(client, a_staff_member(edition.program, StaffRole.REVIEWER))
    assert "proof=open" not in client.get("/admin/").text
