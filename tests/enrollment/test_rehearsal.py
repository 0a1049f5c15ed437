"""The release is carried out, looked at and taken back before it is armed."""

import pytest
from wagtail.models import ModelLogEntry

from enrollment.models import Application, Decision, Edition, Offer, StaffRole
from enrollment.services import joint
from enrollment.services.rehearsal import rehearse, send_samples
from lms.decisions import DomainError
from lms.mail.compose import reference
from lms.mail.models import OutgoingMessage
from tests.builders import RELEASE, a_person, a_staff_member, a_submitted_application, an_edition
from tests.enrollment.deciding import MONDAY, decide, four_applicants
from tests.enrollment.staff.visits import outsiders, press, queries_of, visit

pytestmark = pytest.mark.django_db


def everything() -> tuple:
    """What a rehearsal must leave as it was."""
    editions = list(Edition.objects.values_list("pk", "released_at", "decisions_locked_at"))
    told = list(Decision.objects.order_by("pk").values_list("pk", "told_at", "is_current"))
    counts = [model.objects.count() for model in (Offer, OutgoingMessage, ModelLogEntry)]
    return editions, told, counts


@pytest.mark.parametrize(
    "acts", [(), ("lock",), ("lock", "arm")], ids=["proposed", "locked", "armed"]
)
def test_it_counts_and_shows_every_letter_and_leaves_nothing_behind(acts):
    edition, people = four_applicants()
    type(people["selected"]).objects.filter(pk=people["selected"].pk).update(language="pt-br")
    decide(edition, *acts)
    before = everything()
    found = rehearse(edition, at=MONDAY)
    assert everything() == before
    assert found.holds and found.at == RELEASE
    assert [(one.outcome, one.language, one.count) for one in found.samples] == [
        ("selected", "pt-br", 1),
        ("waitlisted", "es", 1),
        ("not_selected", "es", 1),
        ("ineligible", "es", 1),
    ]
    assert found.letters == found.applications == 4
    by_outcome = {one.outcome: one for one in found.samples}
    assert by_outcome.keys() == {"selected", "waitlisted", "not_selected", "ineligible"}
    offer = by_outcome["selected"]
    assert (offer.code, offer.language) == ("CODE2340", "pt-br")
    assert "25 de abril" in offer.text


def broken(found) -> dict[str, list[str]]:
    return {str(one.label): one.codes for one in found.checks if not one.holds}


def test_what_does_not_hold_is_named_with_whom_it_concerns():
    edition, _people = four_applicants()
    decide(edition)
    a_submitted_application(edition, code="LATE2345")
    open_one = Application.objects.get(code="CODE2340")
    Application.objects.filter(pk=open_one.pk).update(eligibility="needs_proof")
    assert broken(rehearse(edition, at=MONDAY)) == {
        "Cada postulante tiene exactamente un resultado": ["LATE2345"],
        "Nadie es seleccionado con su elegibilidad o su curso previo pendientes": ["CODE2340"],
        "Nadie se queda sin carta": ["LATE2345"],
    }


def the_ineligible(edition, *reasons: str) -> None:
    for reason in reasons:
        a_submitted_application(
            edition, a_person(), eligibility="ineligible", eligibility_reason=reason
        )


def test_each_reason_of_a_refusal_has_a_letter_of_its_own_with_its_count(english):
    edition, _people = four_applicants()
    the_ineligible(edition, "role", "region", "role", "alumni")
    decide(edition)
    refusals = [one for one in rehearse(edition, at=MONDAY).samples if one.because]
    assert [(one.because, one.count) for one in refusals] == [
        ("One of the published requirements is not met.", 1),
        ("The program is for people who completed the earlier course.", 1),
        ("The program is for people who work in one of its countries.", 1),
        ("The program is not meant for those in the role that you chose.", 2),
    ]
    for one in refusals:
        assert one.code in Application.objects.values_list("code", flat=True)
    assert "completaron el curso" in refusals[1].text


@pytest.mark.parametrize(
    ("fields", "astray"),
    [({}, []), ({"language": "en"}, ["CODE2341"]), ({"person": None}, ["CODE2341"])],
    ids=["twice", "in another language", "to nobody"],
)
def test_a_letter_too_many_is_named_and_where_it_goes_astray(fields, astray, english):
    edition, people = four_applicants()
    decide(edition)
    about = Application.objects.get(code="CODE2341")
    OutgoingMessage.objects.create(
        **{
            "person": people["waitlisted"],
            "language": "es",
            "to": "somebody@correo.example",
            "template": "enrollment/mail/decision_waitlist",
            "about": reference(about),
            "version": 7,
            "scope": edition.program.slug,
            "created_at": RELEASE,
            "due_at": RELEASE,
            **fields,
        }
    )
    expected = {"Nobody gets two letters": ["CODE2341"]}
    if astray:
        expected["Everybody’s letter goes to them, in their language"] = astray
    assert broken(rehearse(edition, at=MONDAY)) == expected


def test_whoever_cannot_be_written_to_is_named():
    edition, people = four_applicants()
    decide(edition)
    type(people["waitlisted"]).objects.filter(pk=people["waitlisted"].pk).update(is_active=False)
    assert broken(rehearse(edition, at=MONDAY)) == {"Se puede escribir a todos": ["CODE2341"]}


def test_a_release_that_would_be_refused_says_why():
    edition, _people = four_applicants()
    decide(edition)
    Edition.objects.filter(pk=edition.pk).update(offers_respond_by=RELEASE)
    edition.refresh_from_db()
    found = rehearse(edition, at=MONDAY)
    assert not found.holds and found.checks[0].reason


def test_the_release_is_not_armed_while_something_does_not_hold():
    edition, _people = four_applicants()
    decide(edition, "lock")
    Application.objects.filter(code="CODE2340").update(eligibility="needs_proof")
    with pytest.raises(DomainError) as refused:
        joint.ask("arm", edition, by=a_staff_member(edition.program), at=MONDAY)
    assert refused.value.code == "selected_open"
    Application.objects.filter(code="CODE2340").update(eligibility="eligible")
    a_submitted_application(edition)
    with pytest.raises(DomainError) as refused:
        joint.ask("arm", edition, by=a_staff_member(edition.program), at=MONDAY)
    assert refused.value.code == "undecided"


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (an_edition, "nothing_decided"),
        (lambda: an_edition(admission_mode="open"), "not_selective"),
        (lambda: decide(four_applicants()[0], "lock", "arm"), "released"),
    ],
)
def test_where_there_is_nothing_to_rehearse_it_is_refused(prepare, code):
    edition = prepare()
    with pytest.raises(DomainError) as refused:
        rehearse(edition, at=RELEASE)
    assert refused.value.code == code


def test_staff_are_sent_the_letters_marked_as_a_rehearsal_as_often_as_they_ask():
    edition, people = four_applicants()
    decide(edition)
    coordinator = a_staff_member(edition.program, language="en")
    for times in (1, 2):
        assert send_samples(edition, by=coordinator, at=MONDAY) == 4
        sent = OutgoingMessage.objects.filter(person=coordinator)
        assert sent.count() == 4 * times
    assert all(one.subject.startswith("[Rehearsal] ") for one in sent)
    assert not OutgoingMessage.objects.filter(person__in=people.values()).exists()
    with pytest.raises(DomainError):
        send_samples(edition, by=a_person(), at=MONDAY)


def test_the_page_shows_it_to_those_who_arm(client, clock):
    clock(MONDAY)
    edition, _people = four_applicants()
    decide(edition)
    for role in (StaffRole.COORDINATOR, StaffRole.SECOND_APPROVER):
        shown = visit(client, a_staff_member(edition.program, role), "rehearsal", edition.pk)
        assert shown.status_code == 200 and len(shown.context["samples"]) == 4
    approver = a_staff_member(edition.program, StaffRole.SECOND_APPROVER)
    assert press(client, approver, "rehearsal", edition.pk).status_code == 404
    coordinator = a_staff_member(edition.program)
    assert press(client, coordinator, "rehearsal", edition.pk).status_code == 302
    assert OutgoingMessage.objects.filter(person=coordinator).count() == 4
    for other in outsiders(edition.program, StaffRole.COORDINATOR, StaffRole.SECOND_APPROVER):
        assert visit(client, other, "rehearsal", edition.pk).status_code == 404


def test_many_cost_as_many_queries_as_few(client, clock):
    clock(MONDAY)
    edition, _people = four_applicants(capacity=100)
    decide(edition)
    coordinator = a_staff_member(edition.program)
    visit(client, coordinator, "rehearsal", edition.pk)
    url = f"/admin/enrollment/editions/{edition.pk}/rehearsal/"
    few = queries_of(client, url)
    for _one in range(10):
        a_submitted_application(edition)
    decide(edition)
    assert queries_of(client, url) == few
