from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from enrollment.models import Enrollment, EnrollmentStatus, PhaseProgress, RegistrationWindow
from enrollment.rules.phases import can_work, phase_access
from enrollment.services.phases import complete_phase, record_opened, sign_up, start_phase
from lms import kept
from lms.decisions import DomainError
from lms.journal import history
from lms.mail.models import OutgoingMessage
from tests.builders import (
    PHASE_ONE_CLOSES,
    PHASE_ONE_OPENS,
    PHASE_TWO_OPENS,
    a_person,
    an_edition,
    an_enrollment,
)

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
WORK = {
    "activities": [{"title": {"es": "Módulo uno", "en": "Module one"}, "hours": 5}],
    "hours": 20,
    "discussions": [],
}


def phases_of(enrollment):
    return enrollment.edition.phases.order_by("order")


def test_phase_opens_at_its_instant():
    enrollment = an_enrollment(an_edition())
    one = phases_of(enrollment)[0]
    before = phase_access(enrollment.person, one, PHASE_ONE_OPENS - SECOND)
    assert (before.code, before.opens_at) == ("not_open_yet", PHASE_ONE_OPENS)
    assert phase_access(enrollment.person, one, PHASE_ONE_OPENS)
    assert phase_access(enrollment.person, one, PHASE_ONE_OPENS + SECOND)


def test_phase_is_read_after_it_closes_but_takes_no_work():
    enrollment = an_enrollment(an_edition())
    one = phases_of(enrollment)[0]
    assert can_work(enrollment, one, PHASE_ONE_CLOSES - SECOND)
    assert can_work(enrollment, one, PHASE_ONE_CLOSES).code == "closed"
    assert phase_access(enrollment.person, one, PHASE_ONE_CLOSES + SECOND)


def test_phase_is_closed_to_strangers():
    one = an_edition().phases.get(order=1)
    for user in (a_person(), AnonymousUser()):
        assert phase_access(user, one, PHASE_ONE_OPENS).code == "no_enrollment"


@pytest.mark.parametrize(
    "status",
    [EnrollmentStatus.WITHDRAWN, EnrollmentStatus.REMOVED, EnrollmentStatus.DEFERRED],
)
def test_phase_is_closed_to_those_who_left(status):
    enrollment = an_enrollment(an_edition(), status=status)
    answer = phase_access(enrollment.person, phases_of(enrollment)[0], PHASE_ONE_OPENS)
    assert answer.code == status
    assert answer.reason


def test_phase_two_asks_for_phase_one_first():
    enrollment = an_enrollment(an_edition())
    one, two = phases_of(enrollment)
    for at in (PHASE_ONE_OPENS, PHASE_ONE_CLOSES, PHASE_TWO_OPENS):
        assert phase_access(enrollment.person, two, at).code == "phase_before"
    complete_phase(enrollment, one, work=WORK, at=PHASE_ONE_OPENS)
    assert phase_access(enrollment.person, two, PHASE_TWO_OPENS - SECOND).code == "not_open_yet"
    assert phase_access(enrollment.person, two, PHASE_TWO_OPENS)


def test_phase_two_with_a_window_asks_to_sign_up():
    enrollment = an_enrollment(an_edition())
    one, two = phases_of(enrollment)
    RegistrationWindow.objects.create(
        edition=enrollment.edition,
        phase=two,
        kind="sign_up",
        opens_at=PHASE_ONE_CLOSES,
        closes_at=PHASE_TWO_OPENS,
    )
    complete_phase(enrollment, one, work=WORK, at=PHASE_ONE_OPENS)
    ask = lambda at: phase_access(enrollment.person, two, at)  # noqa: E731
    assert ask(PHASE_ONE_CLOSES - SECOND).opens_at == PHASE_ONE_CLOSES
    assert ask(PHASE_ONE_CLOSES).code == "sign_up_first"
    assert ask(PHASE_TWO_OPENS).code == "sign_up_closed"
    PhaseProgress.objects.create(enrollment=enrollment, phase=two, signed_up_at=PHASE_ONE_CLOSES)
    assert ask(PHASE_TWO_OPENS)


@pytest.mark.parametrize(("after", "says_open"), [(-SECOND, False), (0 * SECOND, True)])
def test_mail_of_a_sign_up_says_whether_the_phase_is_open(after, says_open):
    enrollment = an_enrollment(an_edition())
    one, two = phases_of(enrollment)
    RegistrationWindow.objects.create(
        edition=enrollment.edition,
        phase=two,
        kind="sign_up",
        opens_at=PHASE_ONE_CLOSES,
        closes_at=PHASE_TWO_OPENS + DAY,
    )
    complete_phase(enrollment, one, work=WORK, at=PHASE_ONE_OPENS)
    sign_up(enrollment, two, by=enrollment.person, at=PHASE_TWO_OPENS + after)
    text = OutgoingMessage.objects.get(template="enrollment/mail/signed_up").text
    assert ("ya puede comenzar" in text) is says_open
    assert ("Montevideo" in text) is not says_open


def test_phase_gate_is_decided_in_few_queries(django_assert_max_num_queries):
    enrollment = an_enrollment(an_edition())
    two = phases_of(enrollment)[1]
    with kept.in_a_request():
        phase_access(enrollment.person, two, PHASE_TWO_OPENS)
        with django_assert_max_num_queries(2):
            phase_access(enrollment.person, two, PHASE_TWO_OPENS)


def test_phase_completed_is_recorded_once():
    enrollment = an_enrollment(an_edition())
    one = phases_of(enrollment)[0]
    first = complete_phase(enrollment, one, work=WORK, at=PHASE_ONE_OPENS + DAY)
    again = complete_phase(enrollment, one, work={}, at=PHASE_ONE_OPENS + 2 * DAY)
    assert again.pk == first.pk
    assert (again.completed_at, again.work) == (PHASE_ONE_OPENS + DAY, WORK)
    assert [entry.action for entry in history(enrollment)] == ["enrollment.complete_phase"]
    mail = OutgoingMessage.objects.get()
    assert mail.template == "enrollment/mail/phase_completed"
    assert "Fase uno" in mail.subject


def test_phase_completed_counts_after_the_close_but_not_out_of_order():
    enrollment = an_enrollment(an_edition())
    one, two = phases_of(enrollment)
    with pytest.raises(DomainError, match="Fase uno|Phase one"):
        complete_phase(enrollment, two, work=WORK, at=PHASE_TWO_OPENS)
    assert complete_phase(enrollment, one, work=WORK, at=PHASE_ONE_CLOSES + SECOND).completed_at


def test_phase_completed_late_turns_not_completed_into_completed():
    enrollment = an_enrollment(an_edition())
    one, two = phases_of(enrollment)
    complete_phase(enrollment, one, work=WORK, at=PHASE_ONE_OPENS)
    Enrollment.objects.update(status=EnrollmentStatus.NOT_COMPLETED)
    complete_phase(enrollment, two, work=WORK, at=two.closes_at + SECOND)
    enrollment.refresh_from_db()
    assert enrollment.status == EnrollmentStatus.COMPLETED


def test_phase_begun_keeps_its_first_instant():
    enrollment = an_enrollment(an_edition())
    one = phases_of(enrollment)[0]
    start_phase(enrollment, one, PHASE_ONE_OPENS)
    progress = start_phase(enrollment, one, PHASE_ONE_OPENS + DAY)
    record_opened(enrollment, PHASE_ONE_OPENS + DAY)
    enrollment.refresh_from_db()
    assert progress.started_at == enrollment.first_opened_at == PHASE_ONE_OPENS
