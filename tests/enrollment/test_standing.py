"""Where a person stands, in one sentence, in every state; the card and the calendar beside it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from enrollment.calendar import calendar_entries
from enrollment.models import (
    Application,
    Decision,
    Enrollment,
    Offer,
    PhaseProgress,
    RegistrationWindow,
    WindowKind,
)
from enrollment.next_step import SENTENCES, home_card, next_step
from enrollment.standing import standings_of
from lms.accounts.models import User
from tests.builders import (
    CERTIFICATES,
    LAST_ENTRY,
    OFFERS_EXPIRE,
    PHASE_ONE_CLOSES,
    PHASE_ONE_OPENS,
    PHASE_TWO_CLOSES,
    PHASE_TWO_OPENS,
    RELEASE,
    WINDOW_CLOSES,
    WINDOW_OPENS,
    a_person,
    a_submitted_application,
    an_edition,
    an_enrollment,
    instant,
)
from tests.enrollment.seats import a_decision, a_released_edition, an_offer, somebody_waiting

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
IN_WINDOW = instant("2019-04-02T15:00")


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def fresh(person):
    return User.objects.get(pk=person.pk)


def state(person, at):
    return [standing.state for standing in standings_of(fresh(person), at)]


def a_draft(edition):
    person = a_person()
    Application.objects.create(
        person=person,
        edition=edition,
        window=edition.windows.first(),
        code="DRAFT234",
        created_at=IN_WINDOW,
        saved_at=IN_WINDOW,
        draft={"given_names": "Rosa"},
    )
    return person


@pytest.mark.parametrize(
    ("at", "states"),
    [
        (WINDOW_OPENS - SECOND, []),
        (WINDOW_OPENS, ["open"]),
        (WINDOW_CLOSES - SECOND, ["open"]),
        (WINDOW_CLOSES, []),
    ],
)
def test_an_open_window_is_told_to_who_has_no_application(at, states):
    an_edition()
    assert state(a_person(), at) == states


@pytest.mark.parametrize(("seconds", "expected"), [(-1, "draft"), (0, "lapsed"), (1, "lapsed")])
def test_a_draft_lapses_at_the_close(seconds, expected):
    person = a_draft(an_edition())
    at = WINDOW_CLOSES + timedelta(seconds=seconds)
    assert state(person, at) == [expected]
    step = next_step(fresh(person), at)
    assert ("is a draft" in step.standing) is (expected == "draft")
    assert (step.by, step.zone) == (
        WINDOW_CLOSES if expected == "draft" else None,
        "America/Tijuana",
    )


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (WINDOW_CLOSES - SECOND, "submitted"),
        (WINDOW_CLOSES, "awaiting"),
        (RELEASE - SECOND, "awaiting"),
        (RELEASE, "not_selected"),
    ],
)
def test_a_submitted_application_waits_until_the_release(at, expected):
    person = a_decision(a_released_edition(), "not_selected").application.person
    assert state(person, at) == [expected]


def test_everybody_who_waits_reads_when_the_outcome_is_known():
    person = a_submitted_application(an_edition(), a_person(time_zone="America/Lima")).person
    step = next_step(person, RELEASE - DAY)
    assert "Everybody learns the outcome on Tuesday 16 April 2019" in step.standing
    assert "considered." in next_step(fresh(person), RELEASE).standing


def test_changes_that_were_only_saved_are_told():
    application = a_submitted_application(an_edition(), draft={"given_names": "Rosa María"})
    assert state(application.person, IN_WINDOW) == ["unsent"]


@pytest.mark.parametrize(
    ("at", "expected"),
    [(RELEASE, "offered"), (OFFERS_EXPIRE - SECOND, "offered"), (OFFERS_EXPIRE, "too_late")],
)
def test_an_offer_is_to_be_answered_by_its_deadline(at, expected):
    person = an_offer().application.person
    step = next_step(person, at)
    assert state(person, at) == [expected]
    assert step.by == (OFFERS_EXPIRE if expected == "offered" else None)
    assert step.url.endswith("/outcome/")


def test_a_declined_offer_is_said_even_when_a_place_was_taken_first():
    offer = an_offer()
    Offer.objects.update(status="declined", answered_at=RELEASE)
    assert state(offer.application.person, RELEASE) == ["declined"]


@pytest.mark.parametrize(("at", "expected"), [(RELEASE, "waiting"), (LAST_ENTRY, "waited")])
def test_who_waits_reads_no_rank(at, expected):
    person = somebody_waiting(a_released_edition(), 17).application.person
    assert state(person, at) == [expected]
    assert "17" not in next_step(person, at).standing


def test_the_ineligible_are_told_at_the_release():
    person = a_decision(a_released_edition(), "ineligible").application.person
    assert state(person, RELEASE - SECOND) == ["awaiting"]
    assert state(person, RELEASE) == ["ineligible"]


@pytest.mark.parametrize(
    ("status", "at", "expected"),
    [
        ("info_requested", WINDOW_CLOSES, "asked"),
        ("withdrawn", IN_WINDOW, "returnable"),
        ("withdrawn", WINDOW_CLOSES, "withdrawn"),
        ("merged", IN_WINDOW, "merged"),
    ],
)
def test_an_application_outside_the_selection(status, at, expected):
    application = a_submitted_application(an_edition(), status=status)
    assert state(application.person, at) == [expected]


def test_a_request_for_information_waits_no_longer_once_the_decisions_are_locked():
    edition = an_edition(decisions_locked_at=WINDOW_CLOSES)
    application = a_submitted_application(edition, status="info_requested")
    assert state(application.person, WINDOW_CLOSES) == ["awaiting"]


def completed(enrollment, *orders, **fields):
    for phase in enrollment.edition.phases.filter(order__in=orders):
        PhaseProgress.objects.create(
            enrollment=enrollment, phase=phase, completed_at=PHASE_ONE_OPENS + DAY, **fields
        )


@pytest.mark.parametrize(
    ("at", "done", "expected", "names"),
    [
        (PHASE_ONE_OPENS - SECOND, (), "phase_ahead", "Phase one"),
        (PHASE_ONE_OPENS, (), "phase_open", "Phase one"),
        (PHASE_ONE_CLOSES - SECOND, (), "phase_open", "Phase one"),
        (PHASE_ONE_CLOSES, (), "phase_closed", "Phase one"),
        (PHASE_TWO_OPENS, (), "phase_closed", "Phase one"),
        (PHASE_ONE_CLOSES, (1,), "phase_ahead", "Phase two"),
        (PHASE_TWO_OPENS, (1,), "phase_open", "Phase two"),
        (PHASE_TWO_CLOSES, (1,), "phase_closed", "Phase two"),
        (PHASE_TWO_CLOSES, (1, 2), "name_due", "First edition"),
        (CERTIFICATES, (1, 2), "completed", "First edition"),
    ],
)
def test_a_participant_reads_the_phase_that_comes_next(at, done, expected, names):
    enrollment = an_enrollment(an_edition())
    completed(enrollment, *done)
    assert state(enrollment.person, at) == [expected]
    assert names in next_step(enrollment.person, at).standing


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (PHASE_ONE_CLOSES - SECOND, "sign_up_ahead"),
        (PHASE_ONE_CLOSES, "sign_up_due"),
        (PHASE_TWO_OPENS - SECOND, "sign_up_due"),
        (PHASE_TWO_OPENS, "sign_up_missed"),
    ],
)
def test_a_phase_with_a_window_of_its_own_asks_to_sign_up(at, expected):
    enrollment = an_enrollment(an_edition())
    completed(enrollment, 1)
    RegistrationWindow.objects.create(
        edition=enrollment.edition,
        phase=enrollment.edition.phases.get(order=2),
        kind=WindowKind.SIGN_UP,
        opens_at=PHASE_ONE_CLOSES,
        closes_at=PHASE_TWO_OPENS,
    )
    assert state(enrollment.person, at) == [expected]
    step = next_step(enrollment.person, at)
    assert step.url.endswith("/sign-up/2/") is (expected == "sign_up_due")
    assert "Phase one" in step.standing and "Phase two" in step.standing


@pytest.mark.parametrize(
    ("fields", "at", "expected"),
    [
        ({"status": "withdrawn", "withdrawn_at": PHASE_ONE_OPENS}, PHASE_ONE_OPENS, "undoable"),
        ({"status": "withdrawn", "withdrawn_at": PHASE_ONE_OPENS}, PHASE_ONE_CLOSES, "left"),
        ({"status": "removed", "withdrawn_at": PHASE_ONE_OPENS}, PHASE_ONE_OPENS, "left"),
        ({"status": "deferred", "withdrawn_at": PHASE_ONE_OPENS}, PHASE_ONE_OPENS, "left"),
        ({"status": "not_completed"}, PHASE_TWO_CLOSES, "not_completed"),
    ],
)
def test_a_place_that_has_ended(fields, at, expected):
    enrollment = an_enrollment(an_edition(), **fields)
    assert state(enrollment.person, at) == [expected]
    step = next_step(enrollment.person, at)
    assert step.by == (PHASE_ONE_CLOSES if expected == "undoable" else None)


def test_a_place_whose_application_is_no_longer_kept_is_still_a_place():
    enrollment = an_enrollment(an_edition())
    Application.objects.all().delete()
    assert state(enrollment.person, PHASE_ONE_OPENS) == ["phase_open"]


def test_an_edition_that_does_not_take_place_is_said():
    application = a_submitted_application(an_edition(status="cancelled"))
    assert state(application.person, IN_WINDOW) == ["cancelled"]
    assert next_step(application.person, IN_WINDOW).url == ""


def test_the_most_urgent_wins_and_of_two_alike_the_newest():
    person = a_decision(a_released_edition(), "not_selected").application.person
    offered = an_offer(a_released_edition(), person=person)
    step = next_step(fresh(person), RELEASE)
    assert step.edition_id == offered.edition_id
    first, second = a_person(), an_edition()
    a_submitted_application(an_edition(), first, at=IN_WINDOW)
    a_submitted_application(second, first, at=IN_WINDOW + DAY)
    assert next_step(first, IN_WINDOW + 2 * DAY).edition_id == second.pk


def test_own_news_come_before_an_open_window():
    person = a_decision(a_released_edition(), "not_selected").application.person
    window = an_edition().windows.get()
    window.opens_at, window.closes_at = RELEASE - DAY, RELEASE + DAY
    window.save()
    assert "not been selected" in next_step(person, RELEASE).standing
    (invitation,) = home_card(person, RELEASE).context["open_to"]
    assert invitation["step"].by == RELEASE + DAY and invitation["edition"].pk == window.edition_id
    assert "are open" in next_step(a_person(), RELEASE).standing


@pytest.mark.parametrize("language", ["es", "pt-br", "en"])
@pytest.mark.parametrize("name", SENTENCES)
def test_every_sentence_can_be_said(name, language):
    names = dict.fromkeys(["program", "edition", "code", "phase", "before", "when"], "x")
    with translation.override(language):
        sentence = SENTENCES[name]
        said = str(sentence.standing) % names
    assert said.endswith(".") and "%" not in said
    assert bool(sentence.page) is bool(sentence.text)


def test_who_stands_in_two_editions_reads_of_both_what_is_to_be_done(client, clock):
    clock(RELEASE)
    offered = an_offer()
    person = offered.application.person
    awaited = a_submitted_application(an_edition(), person)
    card = home_card(fresh(person), RELEASE)
    steps = {row["step"].edition_id: row["step"] for row in card.context["rows"]}
    assert "is held for you" in steps[offered.edition_id].standing
    assert steps[offered.edition_id].by == OFFERS_EXPIRE
    assert "is being considered" in steps[awaited.edition_id].standing
    assert {one for one, _title in card.calendars} == set(steps)
    client.force_login(person)
    page = client.get("/en/my/").text
    assert page.count("is being considered") == 1 and page.count("is held for you") == 1
    assert page.count('id="calendar-of-') == 2


def test_what_is_over_is_not_told_a_second_time():
    person = a_decision(a_released_edition(), "not_selected").application.person
    an_offer(a_released_edition(), person=person)
    card = home_card(fresh(person), RELEASE)
    assert [one["step"] for one in card.context["rows"]] == [None, None]
    assert len(card.calendars) == 1


def test_the_card_leads_to_what_there_is():
    person = an_offer().application.person
    before = home_card(person, RELEASE - SECOND).context["rows"]
    after = home_card(fresh(person), RELEASE).context["rows"]
    assert [[url.split("/")[-2] for _text, url in row["links"]] for row in (*before, *after)] == [
        ["application"],
        ["application", "outcome"],
    ]
    assert home_card(a_person(), RELEASE) is None


def test_a_home_costs_the_same_for_one_edition_and_for_three(client, clock):
    clock(PHASE_ONE_OPENS)
    costs = []
    for number in (1, 3):
        person = a_person()
        for _each in range(number):
            edition = a_released_edition()
            an_enrollment(edition, person)
            Decision.objects.create(
                application=Application.objects.get(person=person, edition=edition),
                edition=edition,
                outcome="selected",
                at=RELEASE,
            )
        client.force_login(person)
        client.get("/en/my/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/en/my/").status_code == 200
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 20
    assert Enrollment.objects.count() == 4


def test_the_calendar_has_every_announced_date():
    edition = an_edition()
    entries = calendar_entries(edition.pk, IN_WINDOW)
    assert [(entry.kind, entry.starts_at) for entry in entries] == [
        ("window", WINDOW_OPENS),
        ("phase", PHASE_ONE_OPENS),
        ("phase", PHASE_TWO_OPENS),
        ("decisions", RELEASE),
        ("decisions", OFFERS_EXPIRE - timedelta(microseconds=1)),
        ("certificates", CERTIFICATES),
    ]
    assert calendar_entries(0, IN_WINDOW) == []


def test_the_calendar_names_the_days_that_were_announced(client, clock):
    clock(IN_WINDOW)
    person = a_submitted_application(an_edition()).person
    client.force_login(person)
    page = client.get("/en/my/").content.decode()
    for days in ("21 March – 12 April", "16 April", "25 April", "22 April – 26 May"):
        assert f'<span class="days">{days}</span>' in page
