"""The last hours: more people are called than seats are free, and the first to confirm has it."""

from datetime import timedelta

import pytest
from django.utils import translation

from enrollment.models import Offer, StaffRole
from enrollment.next_step import next_step
from enrollment.queries import waiting
from enrollment.rules.decisions import can_correct
from enrollment.rules.first_to_confirm import can_start, is_first_to_confirm
from enrollment.rules.seats import seats_left, seats_taken
from enrollment.services.due import sweep_editions
from enrollment.services.enrollments import withdraw_enrollment
from enrollment.services.first_to_confirm import (
    end_first_to_confirm,
    forecast,
    start_first_to_confirm,
)
from enrollment.services.offers import accept_offer, decline_offer, expire_offers, remind_offers
from enrollment.services.waitlist import call_waitlist, seat_or_wait
from enrollment.staff.places import state_of_wait
from enrollment.standing import standings_of
from lms import journal
from lms.accounts.models import User
from lms.decisions import DomainError
from lms.mail import mailings
from lms.mail.models import OutgoingMessage
from tests.builders import LAST_ENTRY, RELEASE, a_staff_member, a_submitted_application, an_edition
from tests.enrollment.seats import a_released_edition, somebody_waiting

pytestmark = pytest.mark.django_db
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
NOW = LAST_ENTRY - 5 * HOUR


def begin(edition, per_seat=2, *, at=NOW, reason="Quedan cinco horas.", by=None, shown=None):
    by = by or a_staff_member(edition.program)
    shown = forecast(edition, at).said if shown is None else shown
    return start_first_to_confirm(edition, per_seat, shown=shown, by=by, at=at, reason=reason)


def end(edition, *, at=NOW + HOUR, reason="Basta.", by=None):
    by = by or a_staff_member(edition.program)
    return end_first_to_confirm(edition, by=by, at=at, reason=reason)


def press(decision, at=NOW + SECOND):
    offer = Offer.objects.get(application=decision.application)
    try:
        return accept_offer(offer, by=decision.application.person, at=at).status
    except DomainError as refusal:
        return refusal.code


def mails(decision) -> list[str]:
    rows = OutgoingMessage.objects.filter(person=decision.application.person).order_by("id")
    return [row.template.rpartition("/")[2] for row in rows]


def called(edition) -> list[int]:
    racing = Offer.objects.racing(NOW).filter(edition=edition)
    rows = edition.decisions.filter(application__offer__in=racing, is_current=True)
    return sorted(rows.values_list("waitlist_rank", flat=True))


def a_line(edition, length, **fields):
    return [somebody_waiting(edition, rank, **fields) for rank in range(1, length + 1)]


# -- beginning -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (LAST_ENTRY - 48 * HOUR - SECOND, "too_early"),
        (LAST_ENTRY - 48 * HOUR, ""),
        (LAST_ENTRY - SECOND, ""),
        (LAST_ENTRY, "entry_closed"),
    ],
)
def test_it_begins_only_when_nobody_can_have_48_hours(at, code):
    assert can_start(a_released_edition(), at).code == code


def test_it_does_not_begin_before_the_release_or_in_a_closed_edition():
    assert can_start(an_edition(), NOW).code == "not_released"
    assert can_start(a_released_edition(status="closed"), NOW).code == "not_released"


def test_so_many_are_called_to_each_free_seat_and_none_is_held():
    edition = a_released_edition(capacity=2)
    a_line(edition, 16)
    assert forecast(edition, NOW).calls[7] == 14
    assert begin(edition, 7) == 14
    assert called(edition) == list(range(1, 15))
    assert seats_taken(edition) == 0
    offers = Offer.objects.filter(edition=edition)
    assert {(one.holds_seat, one.respond_by) for one in offers} == {(False, LAST_ENTRY)}
    entry = journal.history(edition).get(action="enrollment.start_first_to_confirm")
    assert (entry.data["reason"], entry.data["per_seat"]) == ("Quedan cinco horas.", "7")


def test_of_however_many_nobody_s_call_or_last_word_waits_for_another_s(monkeypatch):
    monkeypatch.setattr(mailings, "MANY", 3)
    edition = a_released_edition(capacity=2)
    line = a_line(edition, 8)
    begin(edition, 4)
    end(edition)
    assert {tuple(mails(one)) for one in line} == {("first_to_confirm", "seat_taken")}
    rows = OutgoingMessage.objects.filter(person__in=[one.application.person for one in line])
    assert rows.count() == rows.due(NOW + HOUR).single().count() == 16


@pytest.mark.parametrize("per_seat", [1, 11])
def test_the_multiple_is_bounded(per_seat):
    edition = a_released_edition(capacity=1)
    with pytest.raises(DomainError) as refusal:
        begin(edition, per_seat)
    assert refusal.value.code == "too_many"


@pytest.mark.parametrize(
    ("how", "code"), [({"reason": "  "}, "reason_missing"), ({"shown": "2:9:4"}, "changed")]
)
def test_it_begins_with_a_reason_and_on_what_was_seen(how, code):
    edition = a_released_edition(capacity=1)
    a_line(edition, 2)
    with pytest.raises(DomainError) as refusal:
        begin(edition, **how)
    assert refusal.value.code == code
    edition.refresh_from_db()
    assert not Offer.objects.exists() and edition.first_to_confirm_at is None


def test_only_a_coordinator_begins_and_ends_it():
    edition = a_released_edition(capacity=1)
    a_line(edition, 2)
    second = a_staff_member(edition.program, StaffRole.SECOND_APPROVER)
    with pytest.raises(DomainError):
        begin(edition, by=second)
    begin(edition)
    with pytest.raises(DomainError):
        end(edition, by=second)
    assert called(edition) == [1, 2]


def test_beginning_twice_calls_once():
    edition = a_released_edition(capacity=1)
    a_line(edition, 5)
    assert begin(edition) == 2
    assert begin(edition, at=NOW + SECOND) is None
    with pytest.raises(DomainError) as refusal:
        begin(edition, 3)
    assert refusal.value.code == "already_on"
    assert journal.history(edition).filter(action__endswith="start_first_to_confirm").count() == 1
    assert OutgoingMessage.objects.count() == 2


# -- confirming ----------------------------------------------------------------------------


def test_of_999_seats_held_and_two_called_one_is_enrolled_and_one_keeps_the_rank():
    """As the two presses arrive one after the other; both at once is in `test_races_for_seats`."""
    edition = a_released_edition(capacity=1)
    first, second = a_line(edition, 2)
    begin(edition)
    assert press(second) == "confirmed"
    assert press(first) == "no_seat" and press(first, NOW + HOUR) == "no_seat"
    assert mails(first) == ["first_to_confirm", "seat_taken"]
    assert mails(second) == ["first_to_confirm", "offer_accepted"]
    assert press(second, NOW + HOUR) == "confirmed"
    assert list(waiting(edition, NOW + HOUR)) == [first] and seats_left(edition) == 0


def test_everybody_called_is_told_when_the_last_seat_is_taken():
    edition = a_released_edition(capacity=2)
    line = a_line(edition, 4)
    begin(edition)
    press(line[3])
    assert called(edition) == [1, 2, 3]
    press(line[1])
    assert called(edition) == []
    assert mails(line[0]) == mails(line[2]) == ["first_to_confirm", "seat_taken"]


def test_who_was_outrun_is_called_again_when_a_seat_comes_free():
    edition = a_released_edition(capacity=1)
    first, second, third = a_line(edition, 3)
    begin(edition)
    press(second)
    assert call_waitlist(edition, NOW + SECOND) == 0
    place = second.application.enrollment
    withdraw_enrollment(place, by=place.person, at=NOW + HOUR)
    assert press(first, NOW + HOUR) == "no_seat"  # an old page wins no race before the others know
    assert call_waitlist(edition, NOW + HOUR) == 2
    assert called(edition) == [1, 3]
    assert mails(first) == ["first_to_confirm", "seat_taken", "first_to_confirm"]
    assert press(first, NOW + 2 * HOUR) == "confirmed"
    assert mails(third)[-1] == "seat_taken"


def test_a_seat_taken_otherwise_outruns_all():
    edition = a_released_edition(capacity=1)
    line = a_line(edition, 2)
    begin(edition)
    an_offer_given(edition)
    assert press(line[0]) == "no_seat"
    assert called(edition) == [] and seats_left(edition) == 0
    assert [mails(one)[-1] for one in line] == ["seat_taken"] * 2


def an_offer_given(edition):
    """A seat that was given on in another way, as by reinstating an expired offer."""
    decision = somebody_waiting(edition, 9)
    fields = {"visible_at": NOW, "respond_by": LAST_ENTRY}
    return Offer.objects.create(application=decision.application, edition=edition, **fields)


def test_who_declines_is_off_the_list_and_the_next_is_called():
    edition = a_released_edition(capacity=1)
    first, *_others = a_line(edition, 3)
    begin(edition)
    offer = first.application.offer
    decline_offer(offer, by=first.application.person, at=NOW + SECOND)
    assert call_waitlist(edition, NOW + SECOND) == 1
    assert called(edition) == [2, 3]
    assert press(first) == "declined"


@pytest.mark.parametrize(
    ("at", "answer"), [(LAST_ENTRY - SECOND, "confirmed"), (LAST_ENTRY, "no_seat")]
)
def test_nobody_confirms_from_the_last_entry_on(at, answer):
    edition = a_released_edition(capacity=1)
    [only] = a_line(edition, 1)
    begin(edition)
    assert press(only, at) == answer


@pytest.mark.parametrize(
    ("at", "is_over"),
    [(LAST_ENTRY - SECOND, False), (LAST_ENTRY, True), (LAST_ENTRY + SECOND, True)],
)
def test_a_call_that_nobody_expired_is_over_for_everybody_at_once(at, is_over):
    edition = a_released_edition(capacity=1)
    [only] = a_line(edition, 1)
    begin(edition)
    offer = Offer.objects.get()
    assert offer.status == "pending" and offer.is_outrun(at) == is_over
    assert Offer.objects.outrun(at).exists() == is_over
    assert Offer.objects.racing(at).exists() == (not is_over)
    assert list(waiting(edition, at)) == ([only] if is_over else [])
    said = "waiting; others were faster" if is_over else "called to confirm first"
    with translation.override("en"):
        assert state_of_wait(only, at) == said


@pytest.mark.parametrize("at", [LAST_ENTRY - SECOND, LAST_ENTRY])
@pytest.mark.parametrize(("holds_seat", "outrun_at"), [(True, None), (False, None), (False, NOW)])
@pytest.mark.parametrize("status", ["pending", "expired", "declined"])
def test_the_row_and_the_database_say_the_same_of_who_was_outrun(status, holds_seat, outrun_at, at):
    edition = a_released_edition(capacity=1)
    [only] = a_line(edition, 1)
    begin(edition)
    Offer.objects.update(status=status, outrun_at=outrun_at, holds_seat=holds_seat)
    assert Offer.objects.outrun(at).exists() == only.application.offer.is_outrun(at)


def test_at_the_last_entry_who_waits_is_told_so_and_not_of_an_expired_offer():
    edition = a_released_edition(capacity=1)
    first, second = a_line(edition, 2)
    begin(edition)
    edition.decisions.update(told_at=RELEASE)
    assert expire_offers(edition, LAST_ENTRY - SECOND) == 0
    sweep_editions(LAST_ENTRY)
    sweep_editions(LAST_ENTRY + SECOND)
    assert mails(first) == mails(second) == ["first_to_confirm", "waitlist_closed"]


def test_what_is_not_held_is_not_reminded_of():
    edition = a_released_edition(capacity=1)
    a_line(edition, 1)
    begin(edition, at=LAST_ENTRY - 20 * HOUR)
    assert remind_offers(edition, LAST_ENTRY - 12 * HOUR) == 0


# -- ending --------------------------------------------------------------------------------


def test_ended_everybody_waits_again_and_is_called_to_a_seat_of_their_own():
    edition = a_released_edition(capacity=1)
    first, second, third = a_line(edition, 3)
    begin(edition)
    assert end(edition) == 2 and end(edition) is None
    edition.refresh_from_db()
    assert not is_first_to_confirm(edition, NOW + HOUR)
    assert press(first, NOW + HOUR) == "no_seat"
    assert mails(first) == mails(second) == ["first_to_confirm", "seat_taken"]
    assert call_waitlist(edition, NOW + 2 * HOUR) == 1
    assert mails(first)[-1] == "waitlist_called" and mails(third) == []
    offer = Offer.objects.get(application=first.application)
    assert offer.holds_seat and seats_taken(edition) == 1
    assert press(first, NOW + 3 * HOUR) == "confirmed"
    entry = journal.history(edition).get(action="enrollment.end_first_to_confirm")
    assert entry.data["reason"] == "Basta."


def test_the_history_of_each_says_who_ended_the_call():
    edition = a_released_edition(capacity=1)
    [only] = a_line(edition, 1)
    begin(edition)
    by = a_staff_member(edition.program)
    end(edition, by=by)
    entry = journal.history(only.application.offer).first()
    assert (entry.action, entry.user) == ("enrollment.end_call", by)


def test_it_is_ended_with_a_reason():
    edition = a_released_edition(capacity=1)
    a_line(edition, 1)
    begin(edition)
    with pytest.raises(DomainError) as refusal:
        end(edition, reason=" ")
    assert refusal.value.code == "reason_missing"


# -- beside it -----------------------------------------------------------------------------


def test_a_newcomer_passes_nobody_who_is_called():
    edition = an_edition(admission_mode="open", capacity=1)
    somebody_waiting(edition, 1)
    begin(edition)
    assert seat_or_wait(a_submitted_application(edition), NOW) is None


def test_who_was_outrun_can_be_selected_by_a_correction():
    edition = a_released_edition(capacity=1)
    first, second = a_line(edition, 2)
    begin(edition)
    assert can_correct(first.application, "selected", NOW).code == "offered"
    press(second)
    place = second.application.enrollment
    withdraw_enrollment(place, by=place.person, at=NOW + HOUR)
    assert can_correct(first.application, "selected", NOW + HOUR)


def test_the_next_step_says_that_nothing_is_held():
    edition = a_released_edition(capacity=1)
    first, second = a_line(edition, 2)
    begin(edition)
    with translation.override("en"):
        step = next_step(first.application.person, NOW + SECOND)
    assert "None is held for you" in step.standing and step.by == LAST_ENTRY
    press(second)
    [standing] = standings_of(User.objects.get(pk=first.application.person_id), NOW + HOUR)
    assert standing.state == "waiting"
