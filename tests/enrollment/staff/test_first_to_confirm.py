"""“First to confirm” at the desk: said in figures before, begun and ended with a reason."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrollment.models import Offer, StaffRole
from enrollment.rules.seats import seats_taken
from tests.builders import LAST_ENTRY
from tests.enrollment.seats import a_released_edition, somebody_waiting
from tests.enrollment.staff.desk import address, at_the_desk
from tests.enrollment.staff.visits import said

pytestmark = pytest.mark.django_db
NOW = LAST_ENTRY - timedelta(hours=5)


@pytest.fixture
def edition(clock):
    clock(NOW)
    edition = a_released_edition(capacity=2)
    for rank in range(1, 17):
        somebody_waiting(edition, rank)
    return edition


def page(client, edition, name="first_to_confirm"):
    answer = client.get(address(name, edition.pk))
    assert answer.status_code == 200
    return answer


def start(client, edition, **given):
    shown = page(client, edition).context["form"].fields["shown"].initial
    given = {"per_seat": 7, "reason": "Quedan cinco horas.", "shown": shown, **given}
    return client.post(address("first_to_confirm", edition.pk), given)


def test_how_many_are_called_for_how_many_seats_is_said_before(client, edition):
    at_the_desk(client, edition.program)
    shown = page(client, edition).content.decode()
    assert "7 – calls 14 people for 2 seats" in shown
    assert "10 – calls 16 people for 2 seats" in shown
    assert "Free seats: 2. Waiting: 16." in shown
    assert not Offer.objects.exists()


def test_the_selection_leads_there_and_works_nothing_out(client, edition):
    at_the_desk(client, edition.program)
    with CaptureQueriesContext(connection) as found:
        shown = page(client, edition, "selection").content.decode()
    assert address("first_to_confirm", edition.pk) in shown
    assert [
        one["sql"] for one in found if "waitlist_rank" in one["sql"].split("ORDER BY")[-1]
    ] == []


def test_begun_and_ended_at_the_desk(client, edition):
    at_the_desk(client, edition.program)
    answer = start(client, edition)
    assert answer.url == address("selection", edition.pk)
    assert Offer.objects.racing(NOW).count() == 14 and seats_taken(edition) == 0
    shown = page(client, edition, "selection").content.decode()
    assert "Called and not answered now: 14." in shown
    assert 'type="submit"' not in page(client, edition).content.decode().split("w-editor-form")[1]
    ends = address("first_to_confirm_end", edition.pk)
    assert ends in shown
    assert client.post(ends, {"reason": "Basta."}).status_code == 302
    assert Offer.objects.racing(NOW).count() == 0
    assert "It is not on." in page(client, edition, "first_to_confirm_end").content.decode()


def test_racers_take_no_seat_from_those_left_and_are_counted_apart(client, edition):
    at_the_desk(client, edition.program)
    start(client, edition)
    figures = {str(one.label): one for one in page(client, edition, "selection").context["figures"]}
    said = ("Seats left", "Offers pending", "Called to confirm first")
    assert [figures[label].count for label in said] == [2, 0, 14]
    Offer.objects.filter(application__decisions__waitlist_rank=1).update(outrun_at=NOW)
    Offer.objects.filter(application__decisions__waitlist_rank=2).update(holds_seat=True)
    figures = {str(one.label): one for one in page(client, edition, "selection").context["figures"]}
    assert [figures[label].count for label in said] == [1, 1, 12]
    for label in said[1:]:
        listed = client.get(figures[label].url).context["object_list"]
        assert len(listed) == min(figures[label].count, 20)


def test_pressed_in_two_tabs_it_is_begun_once(client, edition):
    at_the_desk(client, edition.program)
    first = page(client, edition).context["form"].fields["shown"].initial
    start(client, edition)
    answer = start(client, edition, shown=first)
    assert answer.status_code == 302 and Offer.objects.count() == 14
    assert "begun before" in said(answer)


def test_ended_in_two_tabs_it_is_said_that_it_is_not_on(client, edition):
    at_the_desk(client, edition.program)
    answer = client.post(address("first_to_confirm_end", edition.pk), {"reason": "Basta."})
    assert "It is not on" in said(answer)


def test_what_has_changed_since_it_was_shown_is_said_and_nothing_typed_is_lost(client, edition):
    at_the_desk(client, edition.program)
    answer = start(client, edition, shown="9:9:9")
    shown = answer.content.decode()
    assert "have changed meanwhile" in shown and "Quedan cinco horas." in shown
    assert not Offer.objects.exists()
    again = answer.context["form"]["shown"].value()
    assert start(client, edition, shown=again).status_code == 302


def test_without_a_reason_nothing_is_done(client, edition):
    at_the_desk(client, edition.program)
    assert start(client, edition, reason="").context["form"].errors.keys() == {"reason"}
    assert not Offer.objects.exists()


def test_before_the_last_hours_the_page_says_from_when(client, clock, edition):
    clock(LAST_ENTRY - timedelta(hours=48, seconds=1))
    at_the_desk(client, edition.program)
    shown = page(client, edition).content.decode()
    assert "48 hours for a place of their own" in shown and "Possible from: " in shown
    assert (
        address("first_to_confirm", edition.pk)
        not in page(client, edition, "selection").content.decode()
    )


def test_a_second_approver_neither_begins_nor_ends_it(client, edition):
    at_the_desk(client, edition.program, StaffRole.SECOND_APPROVER)
    assert client.get(address("first_to_confirm", edition.pk)).status_code in (302, 404)
    assert client.post(address("first_to_confirm", edition.pk), {}).status_code in (302, 404)
    assert not Offer.objects.exists()
