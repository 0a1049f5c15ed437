"""Every act on a person is on their page: who, when, why, before and after, in words."""

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import override

from enrollment.log_actions import DONE
from enrollment.models import (
    Decision,
    LateAttempt,
    Offer,
    OfferStatus,
    Outcome,
    ReviewStatus,
    StaffRole,
)
from enrollment.models import Review as Reading
from enrollment.services import joint
from enrollment.services.duplicates import merge_application
from enrollment.services.eligibility import assess_edition, override_eligibility
from enrollment.services.extensions import make_code, use_code
from enrollment.services.reviews import give_back_review
from enrollment.staff.history import by_a_code, history_of, rows_of, spoken
from lms import journal
from lms.mail.models import MessageStatus
from tests.builders import (
    OFFERS_EXPIRE,
    RELEASE,
    a_submitted_application,
    an_edition,
    an_enrollment,
    instant,
)
from tests.enrollment.seats import a_decision, a_released_edition
from tests.enrollment.staff.desk import AFTER_THE_CLOSE, a_member, address, at_the_desk
from tests.enrollment.staff.visits import queries_of
from tests.lms.builders import a_message

pytestmark = pytest.mark.django_db
AT = instant("2019-04-14T10:00")

OF_THE_APPLICATION = [
    "submit_application",
    "edit_application",
    "withdraw_application",
    "return_application",
    "assess_application",
    "settle_match",
    "override_eligibility",
    "note_duplicate",
    "merge_application",
    "take_back_duplicate",
    "decide",
    "wait",
    "assign_review",
    "score_review",
    "recuse_review",
    "give_back_review",
    "ask_information",
    "drop_information",
    "ask_reconsideration",
    "answer_reconsideration",
    "give_course_proof",
    "erase",
]
OF_THE_OFFER = [
    "accept_offer",
    "decline_offer",
    "expire_offer",
    "reinstate_offer",
    "call_waitlist",
    "call_first_to_confirm",
    "outrun",
    "end_call",
]
OF_THE_PLACE = [
    "enroll",
    "withdraw_enrollment",
    "undo_withdrawal",
    "end_enrollment",
    "restore_enrollment",
    "confirm_name",
    "sign_up",
    "extend_phase",
    "complete_phase",
    "settle",
]
OF_THE_PERSON = {
    **dict.fromkeys(OF_THE_APPLICATION, "application"),
    **dict.fromkeys(OF_THE_OFFER, "offer"),
    **dict.fromkeys(OF_THE_PLACE, "place"),
    "attempt_late": "late",
}
OF_NO_APPLICANT = [
    "export_applications",
    "export_places",
    "propose",
    "change_balance",
    "draw",
    "export_draw",
    "make_offers",
    "unmake_offers",
    "change_reading_plan",
    "change_reader",
    "rehearse",
    "make_extension_code",
    "revoke_extension_code",
    "share_filter",
    "remove_filter",
    "freeze_form",
    "suspend_window",
    "change_form",
    "close_edition",
    "archive_edition",
    "create_program",
    "change_program",
    "add_applicant_role",
    "change_applicantrole",
    "create_edition",
    "change_edition",
    "add_phase",
    "change_phase",
    "add_registrationwindow",
    "change_registrationwindow",
    "delete_of_draft",
    "receive_alumni",
    "choose_columns",
    "import_alumni",
    "export_quarantine",
    "undo_import",
    "start_first_to_confirm",
    "end_first_to_confirm",
    "write_letter",
    "grant_role",
    "revoke_role",
    "drop_act",
    "change_mail",
]


@pytest.fixture(autouse=True)
def _now(clock):
    clock(AFTER_THE_CLOSE)


@pytest.fixture
def rows():
    place = an_enrollment(an_edition())
    application = place.application
    return {
        "application": application,
        "place": place,
        "offer": Offer.objects.create(
            application=application,
            edition=place.edition,
            status=OfferStatus.ACCEPTED,
            visible_at=RELEASE,
            respond_by=OFFERS_EXPIRE,
        ),
        "late": LateAttempt.objects.create(person=place.person, window=application.window, at=AT),
    }


def test_every_logged_act_is_said_to_be_of_a_person_or_not():
    """A new one has to be put where it belongs, and is then looked for on the pages."""
    about_wordings = {name for name in DONE if "wording" in name}
    known = {*OF_THE_PERSON, *OF_NO_APPLICANT, "use_extension_code"} | about_wordings
    assert set(DONE) == known
    assert len(known) == len(OF_THE_PERSON) + len(OF_NO_APPLICANT) + 1 + len(about_wordings)


def pages(client, application):
    """The history on the application's page and on the person's, as they are shown."""
    for url in (
        address("application", application.pk),
        address("person", application.person_id),
    ):
        page = client.get(url).content.decode()
        yield page.partition('id="panel-history')[2] or page.rpartition("History")[2]


@pytest.mark.parametrize(("action", "kind"), sorted(OF_THE_PERSON.items()))
def test_an_act_is_on_the_page_of_the_application_and_of_the_person(client, rows, action, kind):
    application = rows["application"]
    by = a_member(application.edition.program, first_name="Zoila", last_name="Quintanar")
    journal.record(
        rows[kind],
        f"enrollment.{action}",
        by=by,
        at=AT,
        reason="As the board has written",
        before="needs_proof",
        after="proof_accepted",
    )
    at_the_desk(client, application.edition.program)
    for page in pages(client, application):
        assert str(DONE[action]) in page
        assert "Zoila Quintanar" in page
        assert "As the board has written" in page
        assert "needs proof" in page and "proof accepted" in page
        assert "14 Apr 2019" in page


def test_an_offer_that_was_accepted_is_not_said_to_be_a_mail(rows):
    journal.record(
        rows["offer"], "enrollment.accept_offer", by=None, at=AT, before="pending", after="accepted"
    )
    done = done_to(rows["application"], "accept_offer")
    assert done.after == str(OfferStatus.ACCEPTED.label)
    assert done.after != str(MessageStatus.ACCEPTED.label)


def done_to(application, action):
    found = history_of(*rows_of(application), also=by_a_code(application))
    label = str(DONE[action])
    return next(one for one in found if one.what == label)


def test_a_window_opened_by_a_code_is_an_act_of_the_person(client, clock):
    edition = an_edition()
    application = a_submitted_application(edition)
    other = a_submitted_application(edition)
    window = application.window
    coordinator = a_member(edition.program)
    code = make_code(
        window,
        reason="Storm",
        uses=1,
        expires_at=instant("2019-04-15T12:00"),
        by=coordinator,
        at=AFTER_THE_CLOSE,
    )
    use_code(window, code.code, by=application.person, at=AT)
    assert done_to(application, "use_extension_code").who == str(application.person)
    with pytest.raises(StopIteration):
        done_to(other, "use_extension_code")


def test_a_merge_names_the_other_application():
    edition = an_edition()
    first = a_submitted_application(edition)
    second = a_submitted_application(edition, duplicate_of=first)
    coordinator = a_member(edition.program)
    merge_application(second, by=coordinator, at=AT, reason="One person")
    done = done_to(second, "merge_application")
    assert (done.before, done.after, done.reason) == ("submitted", "merged", "One person")
    assert first.code in done.details
    assert second.code in done_to(first, "note_duplicate").details


def test_what_the_rules_found_is_in_words():
    edition = an_edition()
    application = a_submitted_application(edition, country="AR")
    assess_edition(edition, at=AT)
    done = done_to(application, "assess_application")
    assert done.before == "eligible · no match"
    assert done.after == "ineligible · not of a country of the program · no match"


def test_what_changes_in_nothing_that_is_told_is_no_act():
    edition = an_edition()
    application = a_submitted_application(edition)
    assess_edition(edition, at=AT)
    application.refresh_from_db()
    before = application.score
    application.role.relevance -= 3
    application.role.save()
    assess_edition(edition, at=AT)
    entries = journal.history(application).filter(action="enrollment.assess_application")
    assert all(one.data["before"] != one.data["after"] for one in entries)
    application.refresh_from_db()
    assert application.score == before - 3


def test_scores_are_written_as_people_read_them():
    with override("es"):
        assert (spoken("30.00"), spoken("41.50"), spoken("0.25")) == ("30", "41,50", "0,25")


def test_what_was_set_by_hand_and_given_back_is_in_the_reader_s_language():
    edition = an_edition()
    application = a_submitted_application(edition)
    coordinator = a_member(edition.program)
    for eligibility in ("ineligible", ""):
        with override("pt-br"):
            override_eligibility(application, eligibility, by=coordinator, at=AT, reason="Seen")
    assert done_to(application, "override_eligibility").after in ("by the rules", "ineligible")
    stored = journal.history(application).filter(action="enrollment.override_eligibility")
    assert {one.data["after"] for one in stored} == {"ineligible", "by_the_rules"}
    with override("es"):
        words = {one.after for one in history_of(application)}
        assert str(_("by the rules")) in words and "by the rules" not in words


def test_an_answer_to_a_reconsideration_says_which():
    application = a_submitted_application(an_edition())
    for granted, word in ((True, "granted"), (False, "not granted")):
        journal.record(
            application, "enrollment.answer_reconsideration", by=None, at=AT, granted=granted
        )
        latest = history_of(application)[0]
        assert latest.after == word


def test_a_place_on_the_waitlist_and_a_phase_have_their_number():
    place = an_enrollment(an_edition())
    journal.record(place.application, "enrollment.wait", by=None, at=AT, rank=7)
    journal.record(place, "enrollment.complete_phase", by=None, at=AT, phase=2)
    assert done_to(place.application, "wait").details == "number 7 on the waiting list"
    assert done_to(place.application, "complete_phase").details == "phase 2"


def test_taken_back_from_a_reader_names_the_reader(client):
    edition = an_edition()
    application = a_submitted_application(edition)
    reader = a_member(edition.program, StaffRole.REVIEWER, first_name="Renata", last_name="M.")
    from enrollment.models import ReadingPlan

    ReadingPlan.objects.create(edition=edition)
    review = Reading.objects.create(
        application=application, reader=reader, status=ReviewStatus.ASSIGNED, assigned_at=AT
    )
    give_back_review(review, by=a_member(edition.program), at=AT)
    assert "Renata" in done_to(application, "give_back_review").details


def test_a_correction_names_both_people_and_both_outcomes(client, clock):
    edition = a_released_edition()
    decision = a_decision(edition, Outcome.NOT_SELECTED)
    asks = a_member(edition.program, first_name="Ana", last_name="Primera")
    confirms = a_member(edition.program, StaffRole.SECOND_APPROVER, first_name="Bea")
    at = instant("2019-04-17T10:00")
    clock(at)
    act = joint.ask(
        "correct_outcome", decision, by=asks, at=at, reason="Our error", outcome="selected"
    )
    joint.confirm(act, by=confirms, at=at)
    application = decision.application
    found = history_of(*rows_of(application))
    done = next(one for one in found if one.what == "correct the outcome")
    assert (done.before, done.after) == ("not selected", "selected")
    assert done.reason == "Our error" and done.who == str(confirms)
    assert "asked by Ana Primera" in done.details
    at_the_desk(client, edition.program)
    for page in pages(client, application):
        assert "correct the outcome" in page
    assert Decision.objects.filter(application=application).count() == 2


def test_a_letter_sent_again_is_in_the_person_s_history(client):
    edition = an_edition()
    person = a_submitted_application(edition).person
    letter = a_message(person, scope=edition.program.slug, status="uncertain")
    coordinator = at_the_desk(client, edition.program)
    client.post(address("message_resend", letter.pk))
    history = client.get(address("person", person.pk)).context["history"]
    done = next(one for one in history if one.before.startswith("uncertain"))
    assert (done.who, done.after) == (str(coordinator), "queued")


def test_no_act_on_another_person_is_shown(client, rows):
    application = rows["application"]
    other = a_submitted_application(application.edition)
    journal.record(other, "enrollment.decide", by=None, at=AT, reason="Of somebody else")
    at_the_desk(client, application.edition.program)
    for page in pages(client, application):
        assert "Of somebody else" not in page


def test_many_acts_take_no_more_queries_than_a_few(client, rows):
    application = rows["application"]
    at_the_desk(client, application.edition.program)
    url = address("person", application.person_id)
    journal.record(application, "enrollment.decide", by=None, at=AT)
    client.get(url)
    few = queries_of(client, url)
    for _one in range(5):
        journal.record(application, "enrollment.decide", by=None, at=AT)
        journal.record(rows["offer"], "enrollment.accept_offer", by=application.person, at=AT)
    assert queries_of(client, url) == few
