"""What happens at once: the last seat, an answer at the deadline, two armings, a double click."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connections

from enrollment.models import Application, ApplicationVersion, JointAct, Offer, StaffRole
from enrollment.rules.seats import seats_taken
from enrollment.services import joint
from enrollment.services.alumni import receive_file
from enrollment.services.applications import save_draft, submit_application
from enrollment.services.due import sweep_editions
from enrollment.services.duplicates import keep_both, merge_application, pair_seen, take_back
from enrollment.services.eligibility import assess
from enrollment.services.extensions import make_code, use_code
from enrollment.services.letters import GroupLetter, write_letter
from enrollment.services.match_review import candidates_of, choose_row, seen_of
from enrollment.services.reviews import next_to_read
from enrollment.services.suspending import suspend_window, tell_resumed
from enrollment.services.wordings import change_mail
from lms import journal
from lms.accounts.models import User
from lms.mail.kinds import kinds
from lms.mail.models import OutgoingMessage, Wording
from lms.mail.rewording import digest
from lms.mail.wordings import Words, shipped
from tests.builders import (
    OFFERS_EXPIRE,
    RELEASE,
    a_person,
    a_program,
    a_staff_member,
    a_submitted_application,
    an_edition,
    instant,
)
from tests.enrollment.applying import answers
from tests.enrollment.deciding import MONDAY, decide, four_applicants
from tests.enrollment.seats import a_released_edition, an_offer
from tests.enrollment.test_reading import a_reviewer, an_edition_read
from tests.rounds import RACES as ROUNDS
from tests.rounds import at_once

AT = instant("2019-04-02T15:00")
MOMENT = timedelta(milliseconds=1)


@pytest.fixture(autouse=True)
def _committed(real_database):
    yield
    connections.close_all()


def test_two_askings_and_two_confirmations_arm_once():
    for _round in range(ROUNDS):
        edition, _people = four_applicants_of_their_own()
        coordinators = [a_staff_member(edition.program) for _one in range(2)]
        approvers = [a_staff_member(edition.program, StaffRole.SECOND_APPROVER) for _ in range(2)]
        asked = at_once(
            *(partial(joint.ask, "arm", edition, by=by, at=MONDAY) for by in coordinators)
        )
        assert asked[0] == asked[1]
        given = at_once(*(partial(joint.confirm, asked[0], by=by, at=MONDAY) for by in approvers))
        assert given[0] == given[1]
        assert Offer.objects.filter(edition=edition).count() == 1
        assert JointAct.objects.filter(act="arm", program=edition.program).count() == 1
        history = journal.history(edition)
        assert history.filter(action="enrollment.ask_arm").count() == 1
        assert history.filter(action="enrollment.arm").count() == 1


def four_applicants_of_their_own():
    User.objects.filter(applications__isnull=False).delete()
    edition, people = four_applicants()
    return decide(edition, "lock"), people


def test_a_double_submit_is_one_version_and_one_receipt():
    edition = an_edition()
    window = edition.windows.select_related("edition__program").get()
    for _round in range(ROUNDS):
        person = a_person()
        typed = answers(privacy_notice_version="1")
        application = save_draft(person, window, typed, revision=0, at=AT)

        def press(application=application, person=person):
            return submit_application(
                application, by=person, at=AT, revision=application.revision
            ).status

        assert at_once(press, press) == ["submitted", "submitted"]
        assert ApplicationVersion.objects.filter(application=application).count() == 1
        assert OutgoingMessage.objects.filter(person=person).count() == 1


def test_two_sweeps_tell_and_free_once():
    for _round in range(ROUNDS // 4):
        edition = a_released_edition(capacity=3)
        people = [an_offer(edition).application.person for _one in range(3)]
        for at in (RELEASE, OFFERS_EXPIRE - timedelta(days=2), OFFERS_EXPIRE):
            at_once(*(lambda at=at, n=n: sweep_editions(at + n * MOMENT) for n in range(2)))
        assert seats_taken(edition) == 0
        for person in people:
            told = OutgoingMessage.objects.filter(person=person).order_by("id")
            names = [row.template.rpartition("/")[2] for row in told]
            assert names == ["decision_offer", "offer_reminder", "offer_expired"]
        edition.status = "archived"
        edition.save()


def test_an_application_gets_no_more_readers_than_it_needs():
    for _round in range(ROUNDS):
        edition = an_edition_read(readers=2)
        rows = [a_submitted_application(edition) for _one in range(2)]
        readers = [a_reviewer(edition) for _one in range(5)]
        at_once(*(partial(next_to_read, who, edition, at=AT) for who in readers))
        assert sorted(row.reviews.count() for row in rows) == [2, 2]


def test_two_tabs_that_begin_at_once_begin_one_draft():
    window = an_edition().windows.select_related("edition__program").get()
    for _round in range(ROUNDS):
        person = a_person()
        begun = [answers(motivation=text) for text in ("Una", "Otra")]
        saved = at_once(
            *(partial(save_draft, person, window, typed, revision=0, at=AT) for typed in begun)
        )
        assert saved.count("stale") == 1
        application = person.applications.get()
        assert application.draft == begun[1 - saved.index("stale")]
        assert application.revision == 1


def test_what_is_saved_by_itself_while_it_is_submitted_is_lost_by_nobody():
    """Either it was saved before, and the submission is told of it; or it comes after, and waits
    as a change that is not submitted."""
    for _round in range(ROUNDS):
        edition = an_edition()
        window = edition.windows.first()
        person = a_person()
        first, later = answers(), answers(motivation="Otra cosa.")
        application = save_draft(person, window, first, revision=0, at=AT)
        submitted, saved = at_once(
            partial(submit_application, application, by=person, at=AT, revision=1),
            partial(save_draft, person, window, later, revision=1, at=AT),
        )
        application.refresh_from_db()
        assert [submitted, saved].count("stale") == 1
        if submitted == "stale":
            assert application.is_draft and application.draft["motivation"] == "Otra cosa."
        else:
            assert application.answers["motivation"] == first["motivation"]
            assert application.is_in_selection and not application.draft


def test_a_letter_posted_twice_at_once_is_written_once():
    for number in range(1, ROUNDS + 1):
        edition = an_edition()
        by = a_staff_member(edition.program)
        keys = [a_submitted_application(edition).pk for _one in range(3)]
        letter = GroupLetter(number, {"es": ("Aviso", "Hola, {name}.")}, "es")
        write = partial(write_letter, letter, Application, edition, keys, by=by, at=AT)
        assert at_once(write, write) == [3, 3]
        about = OutgoingMessage.objects.filter(scope=edition.program.slug)
        assert about.count() == 3
        assert journal.history(edition).filter(action="enrollment.write_letter").count() == 1


def test_of_two_who_change_a_mail_at_once_one_is_told_of_the_other():
    kind = kinds()["enrollment/mail/phase_completed"]
    for _round in range(ROUNDS):
        program = a_program()
        shown = {"es": digest(shipped(kind, "es"))}
        acts = [
            partial(
                change_mail,
                program,
                kind,
                {"es": Words("Listo", f"{number}\n{{link}}")},
                shown,
                by=a_staff_member(program),
                at=AT,
            )
            for number in range(2)
        ]
        answers = at_once(*acts)
        assert sorted(map(str, answers)) == ["1", "outdated"]
        row = Wording.objects.get(scope=program.slug)
        assert row.text == f"{answers.index(1)}\n{{link}}"
        assert journal.history(row).count() == 1


def test_a_window_is_resumed_by_one_of_two_confirmations_and_told_of_once():
    for _round in range(ROUNDS):
        window = an_edition().windows.get()
        program = window.edition.program
        save_draft(a_person(), window, {"given_names": "Rosa"}, revision=0, at=AT)
        coordinator = a_staff_member(program)
        both = [a_staff_member(program, StaffRole.SECOND_APPROVER) for _one in range(2)]
        suspend_window(window, by=coordinator, at=AT, reason="Down")
        given = {"new_closes_at": window.closes_at.isoformat()}
        act = joint.ask("resume", window, by=coordinator, at=AT, reason="Back", **given)
        at_once(*(partial(joint.confirm, act, by=one, at=AT + MOMENT) for one in both))
        window.refresh_from_db()
        assert window.is_open(AT + MOMENT)
        assert journal.history(window).filter(action="enrollment.resume").count() == 1
        at_once(*[partial(tell_resumed, window, act, AT + MOMENT)] * 2)
        told = OutgoingMessage.objects.filter(scope=program.slug)
        assert told.count() == 1


def test_two_who_compare_the_same_applicant_settle_it_once():
    for _round in range(ROUNDS):
        edition = an_edition(a_program(needs_alumni=True))
        both = [a_staff_member(edition.program) for _one in range(2)]
        rosa = a_submitted_application(edition)
        rows = b"nombre;correo;pais;estado\nRosa Medina;;Peru;si\nRosa Quispe;;Peru;si"
        receive_file(edition.program, "l.csv", rows, by=both[0], at=MONDAY)
        rosa.refresh_from_db()
        rosa.edition = edition
        shown = candidates_of(rosa)
        seen = seen_of(rosa, shown)
        given = at_once(
            *(
                partial(choose_row, rosa, row.pk, seen=seen, by=who, at=MONDAY)
                for row, who in zip(shown, both, strict=True)
            )
        )
        rosa.refresh_from_db()
        assert given.count("changed") == 1
        assert rosa.alumnus == shown[given.index("changed") - 1]


def test_a_code_for_two_is_used_by_two_of_five():
    for _round in range(ROUNDS):
        edition = an_edition()
        after = edition.windows.get().closes_at + timedelta(hours=1)
        code = make_code(
            edition.windows.get(),
            reason="x",
            expires_at=after + timedelta(hours=9),
            uses=2,
            by=a_staff_member(edition.program),
            at=after,
        )
        people = [a_person() for _one in range(5)]
        given = at_once(
            *(partial(use_code, code.window, code.code, by=one, at=after) for one in people)
        )
        assert given.count("code_used_up") == 3 and code.extensions.count() == 2


def test_one_code_typed_twice_at_once_by_one_person_is_one_use():
    for _round in range(ROUNDS):
        window = an_edition().windows.get()
        after = window.closes_at + timedelta(hours=1)
        how = {"reason": "x", "expires_at": after + timedelta(hours=9), "uses": 1}
        code = make_code(window, by=a_staff_member(window.edition.program), at=after, **how)
        type_it = partial(use_code, code.window, code.code, by=a_person(), at=after)
        first, second = at_once(type_it, type_it)
        assert first == second and code.extensions.count() == 1


def two_alike(edition) -> list[Application]:
    both = [
        a_submitted_application(edition, answers={"basic_module_edition": "2017"})
        for _one in range(2)
    ]
    for one in both:
        assess(one, at=AT)
    return [Application.objects.get(pk=one.pk) for one in both]


def test_of_two_merges_of_each_other_one_application_is_left():
    for _round in range(ROUNDS):
        edition = an_edition()
        both = two_alike(edition)
        merge = partial(
            merge_application, by=a_staff_member(edition.program), at=MONDAY, reason="x"
        )
        at_once(*(partial(merge, one) for one in both))
        for one in both:
            one.refresh_from_db()
        assert sorted(one.status for one in both) == ["merged", "submitted"]


def test_a_pair_that_two_settle_at_once_is_settled_by_one_of_them():
    for _round in range(ROUNDS):
        edition = an_edition()
        one, other = two_alike(edition)
        how = {"by": a_staff_member(edition.program), "at": MONDAY, "reason": "x"}
        given = at_once(
            partial(keep_both, one, **how, seen=pair_seen(one, other)),
            partial(merge_application, other, **how, seen=pair_seen(one, other)),
        )
        other.refresh_from_db()
        assert given.count("changed") == 1
        assert (other.status, bool(other.duplicate_settled_at)) in [
            ("merged", False),
            ("submitted", True),
        ]
        undo = partial(take_back, other, **how)
        assert at_once(undo, undo).count("not_settled") == 1


def test_two_applications_of_one_person_sent_at_once_are_both_found_alike():
    for _round in range(ROUNDS):
        edition = an_edition()
        window = edition.windows.first()
        drafts = [save_draft(a_person(), window, answers(), revision=0, at=AT) for _one in range(2)]
        at_once(
            *(
                partial(submit_application, one, by=one.person, at=AT, revision=one.revision)
                for one in drafts
            )
        )
        for one in drafts:
            one.refresh_from_db()
        assert [one.status for one in drafts] == ["submitted"] * 2
        assert drafts[0].duplicate_of == drafts[1] and drafts[1].duplicate_of == drafts[0]
