"""The page of one application, and what a coordinator does there."""

import pytest

from enrollment.answers import submitted_values
from enrollment.models import (
    AlumniMatch,
    Alumnus,
    ApplicationStatus,
    Eligibility,
    OfferStatus,
    Outcome,
    StaffRole,
)
from enrollment.services.duplicates import merge_application
from enrollment.services.eligibility import assess_edition
from enrollment.services.offers import expire_offers
from enrollment.services.waitlist import call_waitlist
from enrollment.staff.figures import figures_of
from lms import journal
from lms.decisions import DomainError
from tests.builders import OFFERS_EXPIRE, a_submitted_application, an_edition, instant
from tests.enrollment.seats import a_decision, a_released_edition, an_offer, somebody_waiting
from tests.enrollment.staff.desk import AFTER_THE_CLOSE, address, at_the_desk
from tests.lms.builders import a_message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(clock):
    clock(AFTER_THE_CLOSE)


@pytest.fixture
def application():
    edition = an_edition(capacity=1)
    edition.program.needs_alumni = True
    edition.program.save()
    return a_submitted_application(
        edition, alumni_match=AlumniMatch.SELF_DECLARED, answers={"motivation": "Por los casos."}
    )


def page(client, application):
    return client.get(address("application", application.pk))


def act(client, application, name, **values):
    shown = page(client, application)
    form = next(one.form for one in shown.context["acts"] if one.form and one.form.prefix == name)
    data = {"act": name, f"{name}-seen": form["seen"].value()}
    data |= {f"{name}-{key}": value for key, value in values.items()}
    return client.post(address("application", application.pk), data)


def test_page_shows_answers_changes_findings_and_letters(client, application):
    edition = application.edition
    at_the_desk(client, edition.program)
    before = submitted_values(application)
    application.versions.create(number=1, answers=before, at=instant("2019-04-02T15:00"))
    now = {**before, "institution": "Corte Suprema"}
    application.versions.create(number=2, answers=now, at=instant("2019-04-03T15:00"))
    a_message(application.person, scope=edition.program.slug, subject="Recibimos su postulación")
    a_message(application.person, scope=edition.program.slug, subject="123456", is_code=True)
    a_message(application.person, scope="another", subject="De otro programa")
    shown = page(client, application)
    text = shown.content.decode()
    assert "Por los casos." in text
    change = shown.context["versions"][0].changes[0]
    assert (change.before["text"], change.after["text"]) == ("Corte Superior", "Corte Suprema")
    assert "Recibimos su postulación" in text
    assert "123456" not in text and "De otro programa" not in text


def test_page_shows_the_row_of_the_list_beside_it(client, application):
    program = application.edition.program
    source = program.alumni_imports.create(file_name="a.csv", checksum="x", at=AFTER_THE_CLOSE)
    application.alumnus = Alumnus.objects.create(
        program=program, source=source, line=1, raw={}, name="ROSA MEDINA Q.", email="r@x.example"
    )
    application.save()
    at_the_desk(client, program)
    assert "ROSA MEDINA Q." in page(client, application).content.decode()


def test_match_is_settled_with_a_reason_and_told_in_the_history(client, application):
    coordinator = at_the_desk(client, application.edition.program)
    act(client, application, "match", outcome="proof_accepted", reason="Certificate of 2017 seen")
    application.refresh_from_db()
    assert application.alumni_match == AlumniMatch.PROOF_ACCEPTED
    done = page(client, application).context["history"][0:2]
    settled = next(one for one in done if one.reason)
    assert settled.reason == "Certificate of 2017 seen"
    assert settled.who == str(coordinator)
    assert (settled.before, settled.after) == ("declared by the applicant", "proof accepted")


def test_act_without_a_reason_changes_nothing_and_keeps_what_was_typed(client, application):
    at_the_desk(client, application.edition.program)
    answer = act(client, application, "match", outcome="rejected", reason="")
    application.refresh_from_db()
    assert application.alumni_match == AlumniMatch.SELF_DECLARED
    tried = next(one.form for one in answer.context["acts"] if one.is_open)
    assert tried["outcome"].value() == "rejected"
    assert tried.errors["reason"]


def test_act_on_what_has_changed_meanwhile_is_looked_at_again(client, application):
    at_the_desk(client, application.edition.program)
    data = {
        "act": "match",
        "match-outcome": "rejected",
        "match-reason": "No",
        "match-seen": "auto:",
    }
    answer = client.post(address("application", application.pk), data)
    assert "changed in the meantime" in answer.content.decode()
    application.refresh_from_db()
    assert application.alumni_match == AlumniMatch.SELF_DECLARED


def test_eligibility_is_set_by_hand_and_given_back(client, application):
    at_the_desk(client, application.edition.program)
    act(client, application, "eligibility", outcome="ineligible", reason="Not a judge")
    application.refresh_from_db()
    assert application.eligibility == Eligibility.INELIGIBLE
    act(client, application, "eligibility", outcome="", reason="She is")
    application.refresh_from_db()
    assert application.eligibility == Eligibility.ELIGIBLE and not application.eligibility_by_hand


def test_decision_by_hand_and_what_the_rule_refuses(client, application):
    at_the_desk(client, application.edition.program)
    answer = act(client, application, "decision", outcome="selected", reason="Only court of Puno")
    assert "Nobody is selected while" in answer.content.decode()
    act(client, application, "decision", outcome="waitlisted", reason="Only court of Puno")
    decision = application.decisions.get()
    assert (decision.outcome, decision.reason) == (Outcome.WAITLISTED, "Only court of Puno")


def test_acts_say_why_not_once_locked(client, application):
    edition = application.edition
    edition.decisions_locked_at = AFTER_THE_CLOSE
    edition.save()
    at_the_desk(client, edition.program)
    acts = page(client, application).context["acts"]
    assert all(one.form is None and str(one.refusal) for one in acts)


def test_expired_offer_is_given_again(client, clock):
    offer = an_offer()
    offer.status = OfferStatus.EXPIRED
    offer.save()
    at_the_desk(client, offer.edition.program)
    clock(instant("2019-04-26T12:00"))
    act(client, offer.application, "offer", reason="She was in hospital")
    offer.refresh_from_db()
    assert offer.status == OfferStatus.PENDING


def test_expired_offer_is_not_given_again_when_the_seat_went_to_another_meanwhile(client, clock):
    offer = an_offer(a_released_edition(capacity=1))
    clock(OFFERS_EXPIRE)
    expire_offers(offer.edition, OFFERS_EXPIRE)
    at_the_desk(client, offer.edition.program)
    clock("2019-04-27T15:00:00Z")
    somebody_waiting(offer.edition, 1)
    seen = page(client, offer.application)
    [form] = [one.form for one in seen.context["acts"] if one.form and one.form.prefix == "offer"]
    call_waitlist(offer.edition, instant("2019-04-27T15:00"))
    data = {"act": "offer", "offer-seen": form["seen"].value(), "offer-reason": "Holy Week leave"}
    answer = client.post(address("application", offer.application_id), data)
    assert answer.status_code == 200 and "No seat is free." in answer.text
    offer.refresh_from_db()
    assert offer.status == OfferStatus.EXPIRED
    forms = [one.form for one in page(client, offer.application).context["acts"] if one.form]
    assert "offer" not in [form.prefix for form in forms]


DECLARED = {"basic_module_edition": "2017"}


@pytest.fixture
def twins(application):
    application.answers = DECLARED
    application.save()
    twin = a_submitted_application(application.edition, answers=DECLARED)
    assess_edition(application.edition, at=AFTER_THE_CLOSE)
    for one in (application, twin):
        one.refresh_from_db()
    return application, twin


def open_duplicates(edition) -> int:
    return figures_of(edition, AFTER_THE_CLOSE).duplicates


def test_two_people_who_look_alike_are_settled_with_a_reason(client, twins):
    application, twin = twins
    assert open_duplicates(application.edition) == 1
    at_the_desk(client, application.edition.program)
    act(client, application, "duplicate", outcome="both", reason="Two sisters")
    for one in twins:
        assert journal.history(one).get(action="enrollment.note_duplicate").data["reason"]
    assert open_duplicates(application.edition) == 0
    assert "Looked at: two people." in page(client, twin).content.decode()


def test_a_settled_pair_is_open_again_when_a_third_looks_like_it(client, twins):
    application, _twin = twins
    at_the_desk(client, application.edition.program)
    act(client, application, "duplicate", outcome="both", reason="Two sisters")
    a_submitted_application(application.edition, answers=DECLARED)
    assess_edition(application.edition, at=AFTER_THE_CLOSE)
    assert open_duplicates(application.edition) == 1


def test_of_one_person_only_the_other_application_counts(client, twins):
    application, twin = twins
    at_the_desk(client, application.edition.program)
    act(client, application, "duplicate", outcome="merge", reason="Same identity card")
    for one in twins:
        one.refresh_from_db()
    assert application.status == ApplicationStatus.MERGED
    assert twin.is_in_selection and twin.duplicate_of is None
    assert open_duplicates(application.edition) == 0
    entry = journal.history(application).get(action="enrollment.merge_application")
    assert entry.data["other"] == twin.code


def test_nobody_is_merged_after_the_lock(client, twins):
    application, _twin = twins
    application.edition.decisions_locked_at = AFTER_THE_CLOSE
    application.edition.save()
    coordinator = at_the_desk(client, application.edition.program)
    with pytest.raises(DomainError):
        merge_application(application, by=coordinator, at=AFTER_THE_CLOSE, reason="Same card")


def test_second_approver_reads_and_changes_nothing(client, application):
    at_the_desk(client, application.edition.program, StaffRole.SECOND_APPROVER)
    assert page(client, application).context["acts"] == []
    data = {"act": "match", "match-outcome": "rejected", "match-reason": "x"}
    assert client.post(address("application", application.pk), data).status_code == 404


def test_unknown_act_is_not_found(client, application):
    at_the_desk(client, application.edition.program)
    assert client.post(address("application", application.pk), {"act": "x"}).status_code == 404


def test_draft_and_erased_applications_have_a_page(client):
    edition = an_edition()
    at_the_desk(client, edition.program)
    draft = a_submitted_application(edition, status="draft", submitted_at=None)
    assert "never submitted" in page(client, draft).content.decode()
    erased = a_decision(edition).application
    erased.person = None
    erased.save()
    assert page(client, erased).status_code == 200
    assert client.get(address("applications")).status_code == 200


def test_score_says_what_it_is_made_of(client, application):
    assess_edition(application.edition, at=AFTER_THE_CLOSE)
    at_the_desk(client, application.edition.program)
    text = " ".join(page(client, application).content.decode().split())
    assert "50 of 70 points" in text
    assert "Role: judge: 30 of 30" in text
    assert "Place of work: rural area or small town: 20 of 20" in text
    assert "Earlier course: no match: 0 of 20" in text
    assert "Something has changed" not in text


def test_score_that_is_behind_what_is_known_says_so(client, application):
    application.score = 12
    application.save()
    at_the_desk(client, application.edition.program)
    assert "Something has changed" in page(client, application).content.decode()
