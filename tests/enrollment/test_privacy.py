"""What the privacy notice promises: a copy, erasure, and periods that are kept."""

import json
from datetime import timedelta

import pytest
from wagtail.models import ModelLogEntry

from enrollment.health import findings
from enrollment.models import (
    AlumniImport,
    Alumnus,
    Application,
    ApplicationVersion,
    EditionStatus,
    Enrollment,
    LateAttempt,
    Offer,
    PhaseProgress,
    RoleAssignment,
)
from enrollment.privacy import (
    erase_person,
    export_applications,
    export_late_attempts,
    export_places,
)
from enrollment.retention import keep_periods
from enrollment.rules.seats import seats_taken
from enrollment.services.decisions import change_decision
from enrollment.services.due import sweep_editions
from lms import hooks, journal
from lms.mail.models import MessageStatus, OutgoingMessage
from tests.builders import (
    LAST_ENTRY,
    OFFERS_EXPIRE,
    PHASE_ONE_OPENS,
    PHASE_TWO_CLOSES,
    RELEASE,
    WINDOW_CLOSES,
    a_person,
    a_staff_member,
    a_submitted_application,
    an_edition,
    an_enrollment,
)
from tests.enrollment.seats import a_decision, a_released_edition, an_offer, somebody_waiting
from tests.enrollment.test_standing import a_draft
from tests.lms.builders import a_message

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
NAMES = ("Rosa", "Medina", "Corte Superior", "Puno")


def everything_kept() -> str:
    """All rows of this app and its log, as one text."""
    rows = [
        *Application.objects.values(),
        *ApplicationVersion.objects.values(),
        *Enrollment.objects.values(),
        *PhaseProgress.objects.values(),
        *Alumnus.objects.values(),
        *LateAttempt.objects.values(),
        *ModelLogEntry.objects.values("label", "data"),
    ]
    return json.dumps(rows, default=str)


def a_full_participant(edition):
    person = a_person("rosa@correo.example")
    application = a_decision(edition, person=person, answers={"subdivision": "Puno"}).application
    ApplicationVersion.objects.create(
        application=application, number=1, answers={"given_names": "Rosa"}, at=RELEASE
    )
    place = Enrollment.objects.create(
        person=person,
        edition=edition,
        application=application,
        language="es",
        certificate_name="Rosa Medina",
        peer_name="Rosa M.",
        confirmed_at=RELEASE,
    )
    PhaseProgress.objects.create(
        enrollment=place,
        phase=edition.phases.first(),
        completed_at=PHASE_ONE_OPENS,
        work={"hours": 20},
    )
    LateAttempt.objects.create(person=person, window=edition.windows.first(), at=WINDOW_CLOSES)
    journal.record(
        application, "enrollment.decide", by=None, at=RELEASE, reason="Rosa Medina wrote"
    )
    return person


def totals():
    facts = ("country", "workplace", "role", "gender", "language", "status")
    return sorted(map(str, Application.objects.values_list(*facts))), sorted(
        Enrollment.objects.values_list("status", flat=True)
    )


def test_a_copy_holds_what_was_typed_decided_and_done(clock):
    person = a_full_participant(a_released_edition())
    clock(RELEASE)
    section, [application], *_words = export_applications(person)
    assert section == "applications"
    assert application["answers"]["family_names"] == "Medina Quispe"
    assert application["versions"][0]["answers"] == {"given_names": "Rosa"}
    assert application["outcome"] == "selected"
    [place] = export_places(person)[1]
    assert place["phases"][0]["work"] == {"hours": 20}
    assert len(export_late_attempts(person)[1]) == 1
    assert export_applications(a_person())[1] == []
    sections = [name for name, *_rest in hooks.ask("export_person", person)]
    assert {"applications", "places", "late_attempts"} <= set(sections)


def test_a_copy_tells_nothing_before_the_release(clock):
    edition = a_released_edition()
    people = [
        a_decision(edition, "selected").application.person,
        a_decision(edition, "ineligible", eligibility="ineligible").application.person,
        somebody_waiting(edition, 3).application.person,
    ]
    clock(RELEASE - SECOND)
    copies = [export_applications(person)[1][0] for person in people]
    for copy in copies:
        copy.pop("code")
    assert copies[0] == copies[1] == copies[2]


def test_erasure_leaves_no_name_and_the_same_totals():
    edition = a_released_edition()
    person = a_full_participant(edition)
    Enrollment.objects.update(status="completed")
    source = AlumniImport.objects.create(
        program=edition.program, file_name="list.csv", checksum="x", at=RELEASE
    )
    Alumnus.objects.create(
        program=edition.program,
        source=source,
        line=1,
        raw={"name": "Rosa Medina"},
        name="Rosa Medina",
        email="ROSA@correo.example",
        country="Peru",
    )
    before, coordinator = totals(), a_staff_member(edition.program)
    assert all(name in everything_kept() for name in NAMES)
    for _again in range(2):
        erase_person(person, coordinator, PHASE_TWO_CLOSES)
        person.refresh_from_db()
    kept = everything_kept()
    assert not any(name.lower() in kept.lower() for name in (*NAMES, "rosa@correo"))
    assert totals() == before
    assert Application.objects.get().person is None
    logged = [entry.action for entry in journal.history(Application.objects.get())]
    assert logged.count("enrollment.erase") == 1


def test_whoever_takes_part_gives_the_seat_back():
    edition = a_released_edition(capacity=2)
    offered = an_offer(edition).application.person
    enrolled = an_enrollment(edition).person
    RoleAssignment.objects.create(user=enrolled, program=edition.program, role="observer")
    assert seats_taken(edition) == 2
    for person in (offered, enrolled):
        erase_person(person, None, RELEASE)
    assert seats_taken(edition) == 0
    assert not RoleAssignment.objects.exists()


def test_whoever_applied_is_not_decided_upon():
    edition = an_edition()
    application = a_submitted_application(edition)
    person = application.person
    erase_person(person, None, WINDOW_CLOSES)
    application.refresh_from_db()
    assert (application.status, application.person) == ("withdrawn", None)


@pytest.mark.parametrize(("seconds", "kept"), [(-1, True), (0, False), (1, False)])
def test_drafts_are_kept_for_thirty_days_after_the_close(seconds, kept):
    edition = an_edition()
    person, submitted = a_draft(edition), a_submitted_application(edition)
    LateAttempt.objects.create(person=person, window=edition.windows.first(), at=WINDOW_CLOSES)
    for _again in range(2):
        keep_periods(WINDOW_CLOSES + 30 * DAY + timedelta(seconds=seconds))
    assert Application.objects.filter(person=person).exists() is kept
    assert LateAttempt.objects.exists() is kept
    submitted.refresh_from_db()
    assert submitted.given_names == "Rosa"


@pytest.mark.parametrize(("seconds", "kept"), [(-1, True), (0, False), (1, False)])
def test_applications_that_led_to_no_place_are_kept_for_half_a_year(seconds, kept):
    edition = a_released_edition()
    refused = a_decision(edition, "not_selected").application
    place = an_enrollment(edition)
    keep_periods(WINDOW_CLOSES + 183 * DAY + timedelta(seconds=seconds))
    refused.refresh_from_db()
    assert (refused.given_names, refused.person is None) == ("Rosa" if kept else "", not kept)
    assert (refused.country.code, refused.status) == ("PE", "submitted")
    place.application.refresh_from_db()
    assert place.application.given_names == "Rosa"


def test_applications_that_wait_for_a_decision_are_kept():
    application = a_submitted_application(an_edition())
    keep_periods(WINDOW_CLOSES + 400 * DAY)
    application.refresh_from_db()
    assert application.person is not None


@pytest.mark.parametrize(("seconds", "kept"), [(-1, True), (0, False)])
def test_records_of_participants_are_kept_for_two_years_after_the_end(seconds, kept):
    person = a_full_participant(a_released_edition())
    keep_periods(PHASE_TWO_CLOSES + 730 * DAY + timedelta(seconds=seconds))
    assert ("Rosa" in everything_kept()) is kept
    place = Enrollment.objects.get(person=person)
    assert bool(place.certificate_name) is kept
    assert place.progress.get().completed_at == PHASE_ONE_OPENS


@pytest.mark.parametrize(("seconds", "kept"), [(-1, True), (0, False)])
def test_messages_of_the_program_are_kept_for_ninety_days(seconds, kept):
    edition = an_edition()
    a_message(scope=edition.program.slug, status=MessageStatus.ACCEPTED)
    waiting = a_message(scope=edition.program.slug)
    elsewhere = a_message(scope="another", status=MessageStatus.ACCEPTED)
    keep_periods(RELEASE + 90 * DAY + timedelta(seconds=seconds))
    assert set(OutgoingMessage.objects.all()) >= {waiting, elsewhere}
    assert OutgoingMessage.objects.count() == (3 if kept else 2)


def test_what_is_no_longer_remembered_is_not_told_again():
    edition = a_released_edition()
    somebody_waiting(edition, 1)
    sweep_editions(LAST_ENTRY)
    OutgoingMessage.objects.all().delete()
    assert sweep_editions(LAST_ENTRY + 14 * DAY)["told that the waitlist is closed"] == 0


@pytest.mark.parametrize(("seconds", "kept"), [(-1, True), (0, False)])
def test_the_log_of_decisions_is_kept_for_five_years(seconds, kept):
    edition = an_edition()
    application = a_submitted_application(edition)
    coordinator = a_staff_member(edition.program)
    change_decision(application, "waitlisted", reason="late", by=coordinator, at=WINDOW_CLOSES)
    keep_periods(WINDOW_CLOSES + 1826 * DAY + timedelta(seconds=seconds))
    decided = ModelLogEntry.objects.filter(action="enrollment.decide")
    assert decided.exists() is kept


def test_a_period_that_cannot_be_kept_stops_no_other(monkeypatch):
    def failing(program, at):
        raise RuntimeError

    failing.__name__ = "forget_drafts"
    monkeypatch.setattr("enrollment.retention.forget_drafts", failing)
    refused = a_decision(a_released_edition(), "not_selected").application
    keep_periods(WINDOW_CLOSES + 183 * DAY)
    refused.refresh_from_db()
    assert refused.given_names == ""


def names_of(at):
    return [finding.name for finding in findings(at) if finding.level == "error"]


def test_operators_read_what_the_clock_made_due_and_nobody_did():
    edition = a_released_edition()
    an_offer(edition)
    ten = timedelta(minutes=10)
    assert names_of(RELEASE + ten - SECOND) == []
    assert names_of(RELEASE + ten) == ["letters"]
    sweep_editions(RELEASE + ten)
    assert names_of(RELEASE + ten) == []
    assert names_of(OFFERS_EXPIRE + ten - SECOND) == []
    assert names_of(OFFERS_EXPIRE + ten) == ["offers"]
    sweep_editions(OFFERS_EXPIRE + ten)
    assert names_of(OFFERS_EXPIRE + ten) == []
    assert [one.level for one in findings(OFFERS_EXPIRE + ten)] == ["ok"]
    assert Offer.objects.get().status == "expired"


def test_operators_read_that_nobody_armed_the_announced_release():
    edition = an_edition()
    a_submitted_application(edition)
    assert names_of(RELEASE - SECOND) == []
    assert names_of(RELEASE) == ["release"]
    edition.status = EditionStatus.CANCELLED
    edition.save()
    assert names_of(RELEASE) == []
