"""A coordinator's pages of an outage."""

import pytest
from django.urls import reverse

from enrollment.models import (
    JointAct,
    StaffRole,
)
from tests.builders import (
    WINDOW_CLOSES,
    an_edition,
)
from tests.enrollment.outages import BACK, OUTAGE, SECOND, a_window, suspend
from tests.enrollment.staff.desk import at_the_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def window(clock):
    clock(OUTAGE - SECOND)
    return a_window()


def test_a_coordinator_suspends_and_resumes_from_the_edition(client, window, clock, english):
    edition = window.edition
    at_the_desk(client, edition.program)
    page = reverse("enrollment_staff:window_suspend", args=[edition.pk, window.pk])
    overview = reverse("enrollment_staff:edition", args=[edition.pk])
    assert page in client.get(overview).content.decode()
    assert "At once nobody can submit" in client.get(page).content.decode()
    clock(OUTAGE)
    for _click in range(2):
        assert client.post(page, {"reason": "The server is down"}).status_code == 302
    assert client.post(page, {"reason": "a\x00b"}).status_code == 200
    window.refresh_from_db()
    assert window.suspended_at == OUTAGE
    text = client.get(overview).content.decode()
    assert "Suspended since" in text and "Window suspended" in text and page not in text
    clock(BACK)
    ask = reverse("enrollment_staff:ask", args=["resume", f"registrationwindow:{window.pk}"])
    assert ask in text
    assert (
        ask in client.get(reverse("enrollment_staff:selection", args=[edition.pk])).content.decode()
    )
    assert 'value="2019-04-13T03:00"' in client.get(ask).content.decode()  # 10:00 UTC in Tijuana
    answer = client.get(ask, {"new_closes_at": "2019-04-13T03:00"})
    assert "The form opens again at once" in answer.content.decode()
    given = {"terms": answer.context["raw_terms"], "reason": "It is back"}
    assert client.post(f"{ask}?new_closes_at=2019-04-13T03:00", given).status_code == 302
    assert JointAct.objects.get().act == "resume"


def test_the_staff_are_reminded_of_it_on_their_home(client, window, clock, english):
    at_the_desk(client, window.edition.program)
    said = "is suspended: nobody gets in until it is resumed"
    assert said not in client.get(reverse("wagtailadmin_home")).content.decode()
    suspend(window)
    clock(WINDOW_CLOSES)
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    assert said in page
    assert reverse("enrollment_staff:edition", args=[window.edition_id]) in page
    selection = reverse("enrollment_staff:selection", args=[window.edition_id])
    assert "now suspended, was to close" in client.get(selection).content.decode()
    at_the_desk(client, an_edition().program)
    assert said not in client.get(reverse("wagtailadmin_home")).content.decode()


@pytest.mark.parametrize("role", [role for role in StaffRole.values if role != "coordinator"])
def test_nobody_but_coordinators_finds_the_page(client, window, role):
    at_the_desk(client, window.edition.program, role)
    page = reverse("enrollment_staff:window_suspend", args=[window.edition_id, window.pk])
    assert client.get(page).status_code == 404
    assert client.post(page, {"reason": "x"}).status_code == 404
