"""What the worker does every minute: once, around what fails, and by hand as well."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from wagtail.log_actions import registry

from enrollment import tasks
from enrollment.models import EditionStatus, Enrollment, Offer, OfferStatus
from enrollment.services import due, offers
from enrollment.services.due import FAILED, sweep_editions
from enrollment.services.joint import all_acts
from lms import hooks, journal
from lms.mail.models import OutgoingMessage
from tests.builders import (
    LAST_ENTRY,
    OFFERS_EXPIRE,
    PHASE_ONE_OPENS,
    PHASE_TWO_CLOSES,
    RELEASE,
    WINDOW_OPENS,
    an_edition,
    an_enrollment,
)
from tests.enrollment.seats import a_released_edition, an_offer, somebody_waiting

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
ROOT = Path(__file__).resolve().parents[2]


def mails():
    rows = OutgoingMessage.objects.order_by("id").values_list("template", flat=True)
    return [name.removeprefix("enrollment/mail/") for name in rows]


def test_the_whole_calendar_is_done_once_each_instant():
    edition = a_released_edition(capacity=1)
    first, second = an_offer(edition), somebody_waiting(edition, 1)
    for at, done, told in [
        (WINDOW_OPENS - SECOND, {}, []),
        (WINDOW_OPENS, {"forms frozen": 1}, []),
        (RELEASE, {"outcomes told": 2}, ["decision_offer", "decision_waitlist"]),
        (OFFERS_EXPIRE - timedelta(days=2), {"offers reminded of": 1}, ["offer_reminder"]),
        (
            OFFERS_EXPIRE,
            {"offers expired": 1, "called from the waitlist": 1},
            ["offer_expired", "waitlist_called"],
        ),
    ]:
        before = len(mails())
        assert sweep_editions(at) == done
        assert mails()[before:] == told
        assert sweep_editions(at) == {}
    first.refresh_from_db()
    assert first.status == OfferStatus.EXPIRED
    assert Offer.objects.pending().get().application == second.application


def test_places_phases_and_the_list_come_to_their_end():
    edition = a_released_edition(capacity=1)
    an_enrollment(edition)
    somebody_waiting(edition, 1)
    sweep_editions(RELEASE)
    assert sweep_editions(PHASE_ONE_OPENS) == {"told that a phase has opened": 1}
    assert sweep_editions(LAST_ENTRY) == {"told that the waitlist is closed": 1}
    assert sweep_editions(PHASE_TWO_CLOSES - SECOND) == {}
    assert sweep_editions(PHASE_TWO_CLOSES) == {"places settled": 1}
    assert sweep_editions(PHASE_TWO_CLOSES + SECOND) == {}
    assert Enrollment.objects.get().status == "not_completed"


@pytest.mark.parametrize(("seconds", "archived"), [(-1, False), (0, True), (1, True)])
def test_a_closed_edition_is_archived_when_its_records_are_no_longer_kept(seconds, archived):
    edition = an_edition(status=EditionStatus.CLOSED, closed_at=PHASE_TWO_CLOSES)
    kept = timedelta(days=edition.program.keep_participants_days)
    for _again in range(2):
        sweep_editions(PHASE_TWO_CLOSES + kept + timedelta(seconds=seconds))
    edition.refresh_from_db()
    assert (edition.status == EditionStatus.ARCHIVED) is archived
    logged = [entry.action for entry in journal.history(edition)]
    assert logged.count("enrollment.archive_edition") == archived


@pytest.mark.parametrize("status", [EditionStatus.DRAFT, EditionStatus.CANCELLED])
def test_nothing_is_done_in_an_edition_that_does_not_run(status):
    edition = a_released_edition(status=status)
    an_offer(edition)
    assert sweep_editions(OFFERS_EXPIRE) == {}
    assert mails() == []


def failing(edition, at):
    raise RuntimeError("the step fails")


def test_a_step_that_fails_stops_no_other(monkeypatch):
    an_offer()
    monkeypatch.setitem(due.STEPS, "outcomes told", failing)
    done = sweep_editions(OFFERS_EXPIRE)
    assert (done["offers expired"], done[FAILED]) == (1, 1)
    with pytest.raises(CommandError):
        call_command("editions_sweep")


def test_the_worker_and_the_operator_do_the_same(clock, capsys):
    an_offer()
    clock(RELEASE)
    assert tasks.task_sweep_editions() == "1 forms frozen, 1 outcomes told"
    call_command("editions_sweep")
    assert capsys.readouterr().out == "nothing was due\n"


def test_the_roof_knows_the_schedule():
    schedules = sum(hooks.ask("schedules"), [])
    [editions] = [one for one in schedules if one.name == "editions"]
    assert (editions.func, editions.minutes) == ("enrollment.tasks.task_sweep_editions", 1)


def test_who_answered_or_was_reminded_since_the_list_was_read_is_left_out():
    offer = an_offer()
    at = OFFERS_EXPIRE - timedelta(days=2)
    offers._remind([offer], offer.edition, at)
    offers._remind([offer], offer.edition, at + timedelta(minutes=5))
    assert mails() == ["offer_reminder"]


def recorded_actions():
    for path in (ROOT / "enrollment").rglob("*.py"):
        if "migrations" not in path.parts:
            source = path.read_text().replace("\n", " ")
            for call in re.findall(r"(?:journal\.record|_move\(|_log_status).{0,200}", source):
                yield from re.findall(r'"(enrollment\.[a-z_]+)"', call)


def test_every_recorded_action_has_a_name_for_staff():
    registry.scan_for_actions()
    named = registry.formatters
    recorded = set(recorded_actions())
    assert len(recorded) > 25
    assert recorded <= set(named)
    names = {act.name for act in all_acts()}
    assert {"lock", "arm", "publish"} < names
    assert {f"enrollment.{verb}{name}" for name in names for verb in ("", "ask_")} <= set(named)
