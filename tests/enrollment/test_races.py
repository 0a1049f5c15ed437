"""What happens at once: the last seat, an answer at the deadline, two armings, a double click."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connections

from enrollment.models import (
    Application,
    ApplicationVersion,
    Enrollment,
    JointAct,
    Offer,
    StaffRole,
)
from enrollment.queries import waiting
from enrollment.rules.seats import seats_taken
from enrollment.services import joint
from enrollment.services.alumni import receive_file
from enrollment.services.applications import save_draft, submit_application
from enrollment.services.due import sweep_editions
from enrollment.services.duplicates import keep_both, merge_application, pair_seen, take_back
from enrollment.services.eligibility import assess
from enrollment.services.enrollments import withdraw_enrollment
from enrollment.services.extensions import make_code, use_code
from enrollment.services.first_to_confirm import (
    end_first_to_confirm,
    forecast,
    start_first_to_confirm,
)
from enrollment.services.letters import GroupLetter, write_letter
from enrollment.services.match_review import candidates_of, choose_row, seen_of
from enrollment.services.offers import (
    accept_offer,
    decline_offer,
    expire_offers,
    reinstate_offer,
)
from enrollment.services.reviews import next_to_read
from enrollment.services.suspending import suspend_window, tell_resumed
from enrollment.services.waitlist import call_waitlist, seat_or_wait
from enrollment.services.wordings import change_mail
from lms import journal
from lms.accounts.models import User
from lms.mail.kinds import kinds
from lms.mail.models import OutgoingMessage, Wording
from lms.mail.rewording import digest
from lms.mail.wordings import Words, shipped
from tests.builders import (
    LAST_ENTRY,
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
from tests.enrollment.seats import a_released_edition, an_offer, somebody_waiting
from tests.enrollment.test_reading import a_reviewer, an_edition_read
from tests.rounds import RACES as ROUNDS
from tests.rounds import at_once

AT = instant("2019-04-02T15:00")
MOMENT = timedelta(milliseconds=1)


@pytest.fixture(autouse=True)
def _committed(real_database):
    yield
    connections.close_all()


def test_the_last_seat_goes_to_one_of_two():
    for _round in range(ROUNDS):
        edition = an_edition(admission_mode="open", capacity=1)
        both = [a_submitted_application(edition) for _one in range(2)]
        given = at_once(*(lambda row=row: seat_or_wait(row, AT) for row in both))
        assert sum(place is not None for place in given) == 1
        assert seats_taken(edition) == 1
        queue = edition.decisions.filter(is_current=True)
        assert [decision.waitlist_rank for decision in queue] == [1]


def test_of_many_who_send_at_once_so_many_enter_as_there_are_seats():
    """Three seats and seven people, each with the form filled in: they press within one instant."""
    for _round in range(ROUNDS):
        edition = an_edition(admission_mode="open", capacity=3)
        seven = [filled_in(edition) for _one in range(7)]
        assert at_once(*map(pressing, seven)) == ["submitted"] * 7
        assert seats_taken(edition) == edition.enrollments.count() == 3
        queue = edition.decisions.filter(is_current=True)
        assert sorted(decision.waitlist_rank for decision in queue) == [1, 2, 3, 4]
        for row in seven:
            told = "offer_accepted" if hasattr(row, "enrollment") else "waitlisted"
            mails = OutgoingMessage.objects.filter(person=row.person).order_by("id")
            names = [mail.template.rpartition("/")[2] for mail in mails]
            assert names == ["application_received", told]


def test_a_seat_given_back_goes_to_who_waits_and_to_no_newcomer():
    """The one who leaves, the sweep that calls, and somebody who applies, all at once."""
    for _round in range(ROUNDS):
        edition = an_edition(admission_mode="open", capacity=1)
        first, second, newcomer = (filled_in(edition) for _one in range(3))
        pressing(first)(), pressing(second)()
        place = edition.enrollments.get()
        at_once(
            lambda place=place: withdraw_enrollment(place, by=place.person, at=AT),
            lambda edition=edition: call_waitlist(edition, AT + MOMENT),
            pressing(newcomer),
        )
        call_waitlist(edition, AT + 2 * MOMENT)
        assert seats_taken(edition) == 1
        [offer] = Offer.objects.filter(edition=edition)
        assert offer.application_id == second.pk
        assert newcomer.decisions.get(is_current=True).waitlist_rank == 2


def filled_in(edition):
    window = edition.windows.select_related("edition__program").get()
    typed = answers(privacy_notice_version="1")
    return save_draft(a_person(), window, typed, revision=0, at=AT)


def pressing(row):
    def press():
        return submit_application(row, by=row.person, at=AT, revision=row.revision).status

    return press


def test_of_two_called_for_the_last_seat_one_is_enrolled_and_one_keeps_the_rank():
    """999 of 1,000 seats are held; both of those called press within the same instant."""
    edition = a_released_edition(capacity=1000)
    people = User.objects.bulk_create(
        User(email=f"held{number}@correo.example") for number in range(999)
    )
    Enrollment.objects.bulk_create(
        Enrollment(person=person, edition=edition, language="es", confirmed_at=RELEASE)
        for person in people
    )
    for round_number in range(ROUNDS):
        ranks = (2 * round_number + 1, 2 * round_number + 2)
        both = [somebody_waiting(edition, rank) for rank in ranks]
        offers = Offer.objects.bulk_create(
            Offer(
                application=decision.application,
                edition=edition,
                visible_at=OFFERS_EXPIRE,
                respond_by=OFFERS_EXPIRE + timedelta(hours=48),
                from_waitlist=True,
                holds_seat=False,
            )
            for decision in both
        )

        def press(offer):
            return accept_offer(offer, by=offer.application.person, at=OFFERS_EXPIRE + MOMENT).pk

        given = at_once(*(lambda offer=offer: press(offer) for offer in offers))
        assert given.count("no_seat") == 1
        assert edition.enrollments.count() == 1000
        loser = both[given.index("no_seat")]
        loser.refresh_from_db()
        assert loser.is_current and loser.waitlist_rank in ranks
        assert loser.application.offer.status == "pending"
        assert loser in waiting(edition, OFFERS_EXPIRE + MOMENT)
        told = OutgoingMessage.objects.filter(person=loser.application.person)
        assert [mail.template for mail in told] == ["enrollment/mail/seat_taken"]
        assert seats_taken(edition) == 1000
        Offer.objects.filter(edition=edition).delete()
        edition.enrollments.filter(application__isnull=False).delete()
        edition.decisions.update(is_current=False)


def test_who_confirms_while_the_call_is_ended_has_a_seat_or_waits_again():
    for _round in range(ROUNDS):
        edition = a_released_edition(capacity=1)
        decision = somebody_waiting(edition, 1)
        person, by = decision.application.person, a_staff_member(edition.program)
        now = LAST_ENTRY - timedelta(hours=3)
        how = {"by": by, "at": now, "reason": "x"}
        shown = forecast(edition, now).said
        assert start_first_to_confirm(edition, 2, shown=shown, **how) == 1
        offer = Offer.objects.get(edition=edition)
        at = now + MOMENT
        answer, _ended = at_once(
            partial(accept_offer, offer, by=person, at=at),
            partial(end_first_to_confirm, edition, by=by, at=at, reason="x"),
        )
        offer.refresh_from_db()
        told = OutgoingMessage.objects.filter(person=person).order_by("id")
        names = [mail.template.rpartition("/")[2] for mail in told]
        if answer == "no_seat":
            assert offer.status == "expired" and list(waiting(edition, at)) == [decision]
            assert names == ["first_to_confirm", "seat_taken"]
        else:
            assert offer.status == "accepted" and answer.holds_seat
            assert names == ["first_to_confirm", "offer_accepted"]
        assert seats_taken(edition) == (answer != "no_seat")


def test_of_ten_called_to_two_seats_two_are_enrolled_and_eight_told_once():
    for _round in range(ROUNDS // 4):
        edition = a_released_edition(capacity=2)
        people = [somebody_waiting(edition, rank).application.person for rank in range(1, 11)]
        by, now = a_staff_member(edition.program), LAST_ENTRY - timedelta(hours=3)
        shown = forecast(edition, now).said
        how = {"shown": shown, "by": by, "at": now, "reason": "x"}
        begun = at_once(*[partial(start_first_to_confirm, edition, 5, **how)] * 2)
        assert begun in ([10, None], [None, 10])
        offers = Offer.objects.filter(edition=edition).select_related("application__person")
        given = at_once(
            *(
                partial(accept_offer, one, by=one.application.person, at=now + MOMENT)
                for one in offers
            )
        )
        assert given.count("no_seat") == 8 and seats_taken(edition) == 2
        told = OutgoingMessage.objects.filter(person__in=people, template__endswith="seat_taken")
        assert told.count() == 8 == told.values("person").distinct().count()


def test_a_double_click_on_accept_is_one_place():
    for _round in range(ROUNDS):
        offer = an_offer(a_released_edition(capacity=1))
        person = offer.application.person

        def press(offer=offer, person=person):
            return accept_offer(offer, by=person, at=RELEASE).pk

        first, second = at_once(press, press)
        assert first == second
        assert OutgoingMessage.objects.filter(person=person).count() == 1


def test_an_answer_and_the_expiry_end_in_one_order():
    for _round in range(ROUNDS):
        offer = an_offer(a_released_edition(capacity=1))
        edition, person = offer.edition, offer.application.person
        at_once(
            lambda offer=offer, person=person: accept_offer(
                offer, by=person, at=OFFERS_EXPIRE - MOMENT
            ),
            lambda edition=edition: expire_offers(edition, OFFERS_EXPIRE),
        )
        offer.refresh_from_db()
        has_place = Enrollment.objects.filter(person=person).exists()
        assert offer.status == ("accepted" if has_place else "expired")
        assert seats_taken(edition) == int(has_place)
        assert OutgoingMessage.objects.filter(person=person).count() == 1


def test_who_accepts_in_one_tab_and_declines_in_the_other_has_declined():
    for _round in range(ROUNDS):
        offer = an_offer(a_released_edition(capacity=1))
        person = offer.application.person
        accepted, _declined = at_once(
            partial(accept_offer, offer, by=person, at=RELEASE),
            partial(decline_offer, offer, by=person, at=RELEASE + MOMENT),
        )
        offer.refresh_from_db()
        assert offer.status == "declined" and seats_taken(offer.edition) == 0
        places = Enrollment.objects.filter(person=person)
        assert [place.status for place in places] == ["withdrawn"] * (accepted != "declined")
        told = OutgoingMessage.objects.filter(person=person, template__endswith="offer_declined")
        assert told.count() == 1


def test_a_free_seat_is_the_reinstated_person_s_or_the_next_one_s_never_both():
    for _round in range(ROUNDS):
        edition = a_released_edition(capacity=1)
        offer = an_offer(edition)
        by = a_staff_member(edition.program)
        somebody_waiting(edition, 1)
        expire_offers(edition, OFFERS_EXPIRE)
        reinstate = partial(reinstate_offer, offer, by=by, reason="Holy Week leave")
        reinstated, called = at_once(
            partial(reinstate, at=OFFERS_EXPIRE + MOMENT),
            partial(call_waitlist, edition, OFFERS_EXPIRE + MOMENT),
        )
        assert seats_taken(edition) == 1
        assert called == (reinstated == "no_seat")


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
