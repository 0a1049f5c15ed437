"""What somebody called to confirm first reads and presses."""

from datetime import timedelta

import pytest
from django.urls import reverse

from enrollment.models import Enrollment, Offer
from tests.builders import LAST_ENTRY
from tests.enrollment.seats import a_released_edition, somebody_waiting
from tests.enrollment.test_first_to_confirm import NOW, begin, mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(clock):
    clock(NOW + timedelta(minutes=1))
    edition = a_released_edition(capacity=1)
    both = [somebody_waiting(edition, rank) for rank in (1, 2)]
    begin(edition)
    return both


def go(client, decision, name, method="get"):
    client.force_login(decision.application.person)
    edition = decision.edition
    url = reverse(f"enrollment:{name}", args=[edition.program.slug, edition.slug])
    answer = getattr(client, method)(url, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_that_nothing_is_promised_and_a_get_accepts_nothing(client, two):
    shown = go(client, two[0], "outcome")
    assert "nada se le promete" in shown and "Confirmo un lugar si hay uno libre" in shown
    go(client, two[0], "offer_accept")
    go(client, two[0], "offer_decline")
    assert not Enrollment.objects.exists() and Offer.objects.racing(NOW).count() == 2
    client.force_login(two[0].application.person)
    home = client.get(reverse("home"), follow=True).content.decode()
    assert "No hay ninguno reservado para usted" in home


def test_the_first_has_the_place_and_the_other_is_told_at_once(client, two):
    assert "Su lugar está confirmado" in go(client, two[1], "offer_accept", "post")
    shown = go(client, two[0], "offer_accept", "post")
    assert "Otra persona confirmó antes" in shown and "Confirmo un lugar" not in shown
    assert "Usted fue llamado a un lugar" in shown and "<strong>1</strong>" in shown
    go(client, two[0], "offer_accept", "post")
    go(client, two[1], "offer_accept", "post")
    assert Enrollment.objects.count() == 1
    assert mails(two[0]) == ["first_to_confirm", "seat_taken"]
    assert mails(two[1]) == ["first_to_confirm", "offer_accepted"]


def test_declined_it_is_off_the_list(client, two):
    assert "sale de la lista de espera" in go(client, two[0], "offer_decline")
    go(client, two[0], "offer_decline", "post")
    assert Offer.objects.get(application=two[0].application).status == "declined"


def test_from_the_last_entry_on_the_list_is_closed(client, clock, two):
    clock(LAST_ENTRY)
    shown = go(client, two[0], "outcome")
    assert "La lista de espera se cerró" in shown and "Confirmo" not in shown
