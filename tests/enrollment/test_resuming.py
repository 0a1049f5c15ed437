"""Two people resume a suspended window, with a later close; whoever was interrupted is told."""

from datetime import timedelta

import pytest
from django.db.models import F

from enrollment.models import (
    RegistrationWindow,
    WindowKind,
)
from enrollment.next_step import next_step
from enrollment.rules.programs import can_extend
from enrollment.services import joint
from enrollment.services.phases import complete_phase, sign_up
from enrollment.services.suspending import proposed_close
from enrollment.tasks import task_tell_resumed
from lms import journal
from tests.builders import (
    PHASE_ONE_OPENS,
    WINDOW_CLOSES,
    WINDOW_OPENS,
    a_person,
    a_staff_member,
    a_submitted_application,
    an_edition,
    an_enrollment,
)
from tests.enrollment.outages import (
    BACK,
    LATER,
    OUTAGE,
    SECOND,
    a_draft,
    a_window,
    ask_to_resume,
    confirm,
    refusal_of,
    resume,
    suspend,
    told,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("at", "proposed"),
    [
        (BACK, LATER),
        (BACK + SECOND, LATER + timedelta(minutes=1)),
        (OUTAGE, WINDOW_CLOSES),
        (OUTAGE + timedelta(days=2), WINDOW_CLOSES + timedelta(days=2)),
    ],
)
def test_the_proposed_close_is_later_by_the_outage(at, proposed):
    assert proposed_close(suspend(a_window()), at) == proposed


def test_two_people_resume_it_with_the_new_close():
    window = suspend(a_window())
    act = ask_to_resume(window)
    window.refresh_from_db()
    assert window.suspended_at == OUTAGE
    assert refusal_of(joint.confirm, act, by=act.asked_by, at=BACK) == "same_person"
    confirm(act)
    confirm(act)
    window.refresh_from_db()
    assert (window.suspended_at, window.closes_at) == (None, LATER)
    assert window.is_open(LATER - SECOND) and window.has_closed(LATER)
    logged = journal.history(window).get(action="enrollment.resume").data
    assert (logged["suspended_at"], logged["closes_at"], logged["new_closes_at"]) == (
        OUTAGE.isoformat(),
        WINDOW_CLOSES.isoformat(),
        LATER.isoformat(),
    )


@pytest.mark.parametrize(
    ("until", "at", "expected"),
    [
        (WINDOW_CLOSES - SECOND, BACK, "earlier"),
        (WINDOW_CLOSES, BACK, ""),
        (LATER, LATER - SECOND, ""),
        (LATER, LATER, "past"),
    ],
)
def test_it_never_closes_earlier_nor_in_the_past(until, at, expected):
    window = suspend(a_window())
    if expected:
        assert refusal_of(ask_to_resume, window, until, at) == expected
    else:
        resume(window, until, at)
        assert window.closes_at == until


def test_confirming_too_late_is_refused():
    window = suspend(a_window())
    act = ask_to_resume(window)
    assert refusal_of(confirm, act, at=LATER) == "past"
    window.refresh_from_db()
    assert window.suspended_at == OUTAGE


def test_what_is_not_suspended_is_not_resumed():
    assert refusal_of(ask_to_resume, a_window()) == "not_suspended"


def test_resuming_takes_a_reason():
    assert refusal_of(ask_to_resume, suspend(a_window()), reason=" ") == "reason_missing"


def test_it_is_not_resumed_while_an_extension_waits():
    window = a_window()
    by = a_staff_member(window.edition.program)
    given = {"new_closes_at": LATER.isoformat()}
    extension = joint.ask("extend", window, by=by, at=WINDOW_OPENS, reason="x", **given)
    suspend(window)
    assert refusal_of(ask_to_resume, window) == "extension_waits"
    assert refusal_of(confirm, extension) == "suspended"
    joint.drop(extension, by=by, at=BACK)
    resume(window)
    assert window.closes_at == LATER


def test_an_extension_asked_for_in_the_meantime_is_refused():
    window = suspend(a_window())
    assert can_extend(window, LATER, BACK).code == "suspended"


def test_an_act_on_an_earlier_suspension_is_not_confirmed():
    window = suspend(a_window())
    act = ask_to_resume(window)
    type(window).objects.filter(pk=window.pk).update(suspended_at=F("suspended_at") + SECOND)
    assert refusal_of(confirm, act) == "terms_changed"


def test_whoever_was_interrupted_is_told_once_in_the_own_language_and_hour(clock):
    window = a_window()
    spanish = a_draft(window, a_person(language="es", time_zone="America/Montevideo"))
    portuguese = a_draft(window, a_person(language="pt-br", time_zone="America/Manaus"))
    unsent = a_submitted_application(window.edition, draft={"motivation": "x"})
    a_submitted_application(window.edition)
    closed = a_draft(window, a_person(is_active=False))
    erased = a_draft(window, a_person(erased_at=WINDOW_OPENS))
    suspend(window)
    act = resume(window)
    clock(BACK)
    for _time in range(2):
        task_tell_resumed(window.pk, act.pk)
    mails = {mail.person: mail for mail in told()}
    assert told().count() == 3
    assert mails.keys() == {spanish.person, portuguese.person, unsent.person}
    assert not mails.keys() & {closed.person, erased.person}
    assert "siguen" in mails[spanish.person].subject
    assert "07:00" in mails[spanish.person].text  # 10:00 UTC in Montevideo
    assert "prosseguem" in mails[portuguese.person].subject
    assert "06:00" in mails[portuguese.person].text  # and an hour earlier in Manaus
    assert mails[spanish.person].scope == window.edition.program.slug


def test_a_second_suspension_is_told_of_again(clock):
    window = a_window()
    a_draft(window)
    for hours in (0, 1):
        suspend(window, at=OUTAGE + timedelta(hours=hours))
        act = resume(window, at=OUTAGE + timedelta(hours=hours, minutes=30))
        clock(OUTAGE + timedelta(hours=hours, minutes=30))
        task_tell_resumed(window.pk, act.pk)
    assert told().count() == 2


def test_nobody_is_told_when_it_was_suspended_again_or_has_closed(clock):
    window = a_window()
    a_draft(window)
    suspend(window)
    act = resume(window)
    clock(LATER)
    assert task_tell_resumed(window.pk, act.pk) == "0 told"
    suspend(window, at=BACK + SECOND)
    clock(BACK + SECOND)
    assert task_tell_resumed(window.pk, act.pk) == "0 told"
    assert task_tell_resumed(0, act.pk) == task_tell_resumed(window.pk, 0) == "gone"


def test_a_sign_up_is_suspended_and_resumed_in_the_same_way(clock):
    edition = an_edition()
    one, two = edition.phases.order_by("order")
    window = RegistrationWindow.objects.create(
        edition=edition,
        phase=two,
        kind=WindowKind.SIGN_UP,
        opens_at=PHASE_ONE_OPENS,
        closes_at=two.closes_at,
    )
    at = PHASE_ONE_OPENS + timedelta(days=1)
    done, other = an_enrollment(edition), an_enrollment(edition)
    complete_phase(done, one, work={}, at=PHASE_ONE_OPENS)
    suspend(window, at=at)
    assert refusal_of(sign_up, done, two, by=done.person, at=at) == "sign_up_suspended"
    assert "suspendida" in next_step(done.person, at).standing
    act = resume(window, until=two.closes_at, at=at)
    clock(at)
    task_tell_resumed(window.pk, act.pk)
    assert [mail.person for mail in told("sign_up_resumed")] == [done.person]
    assert sign_up(done, two, by=done.person, at=at).signed_up_at == at
    assert other.person != done.person
