"""Leaving: a page says first what is lost, one press leaves, and another takes it back."""

from datetime import timedelta

import pytest

from enrollment.models import (
    AdmissionMode,
    Application,
    ApplicationStatus,
    Enrollment,
    EnrollmentStatus,
    OfferStatus,
)
from enrollment.services.offers import accept_offer
from enrollment.services.waitlist import call_waitlist
from lms import journal
from tests.builders import WINDOW_CLOSES, a_person, an_edition, instant
from tests.enrollment.applying import address, draft, press_submit, submit
from tests.enrollment.seats import an_offer, somebody_waiting

pytestmark = pytest.mark.django_db
AT = instant("2019-04-02T15:00")
ANSWERED = instant("2019-04-17T12:00")


def read(client, name, edition) -> str:
    return client.get(address(name, edition)).text


@pytest.fixture
def place(client, clock) -> Enrollment:
    """Just confirmed; its holder is signed in."""
    clock(ANSWERED)
    offer = an_offer()
    client.force_login(offer.application.person)
    accept_offer(offer, by=offer.application.person, at=ANSWERED)
    return Enrollment.objects.get()


# -- a place ---------------------------------------------------------------------------


def test_a_page_says_what_is_lost_before_a_place_is_left(client, place):
    page = read(client, "enrollment_withdraw", place.edition)
    assert "¿Dejar su lugar?" in page and "Lo que pierde" in page and "Lo que conserva" in page
    assert "mientras no se le haya dado a otra persona" in page
    assert "Conservo mi lugar" in page
    place.refresh_from_db()
    assert place.status == EnrollmentStatus.CONFIRMED


def test_leaving_cannot_be_pressed_before_that_page(client, place):
    page = read(client, "enrollment", place.edition)
    where = address("enrollment_withdraw", place.edition)
    assert f'href="{where}"' in page and f'action="{where}"' not in page


def test_who_left_takes_the_place_back_by_a_button_of_that_name(client, place):
    client.post(address("enrollment_withdraw", place.edition))
    page = read(client, "enrollment", place.edition)
    assert "Usted dejó su lugar" in page and "Recuperar mi lugar</button>" in page
    assert ">Volver</button>" not in page
    client.post(address("enrollment_return", place.edition))
    place.refresh_from_db()
    assert place.status == EnrollmentStatus.CONFIRMED


def test_where_others_wait_the_page_says_that_the_place_goes_at_once(client, place):
    somebody_waiting(place.edition, 1)
    assert "en pocos minutos" in read(client, "enrollment_withdraw", place.edition)


def test_who_has_no_place_to_leave_is_led_to_where_they_stand(client, place):
    url = address("enrollment_withdraw", place.edition)
    client.post(url)
    assert client.get(url).url == address("enrollment", place.edition)


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_has_accepted_leaves_the_place_and_declines_no_offer(client, place, method):
    page = read(client, "outcome", place.edition)
    assert address("enrollment_withdraw", place.edition) in page
    answer = getattr(client, method)(address("offer_decline", place.edition))
    assert answer.url == address("enrollment_withdraw", place.edition)
    place.refresh_from_db()
    offer = place.application.offer
    assert (place.status, offer.status) == (EnrollmentStatus.CONFIRMED, OfferStatus.ACCEPTED)


def test_no_button_of_these_pages_says_only_go_back(client, clock):
    clock(ANSWERED)
    offer = an_offer()
    client.force_login(offer.application.person)
    page = read(client, "offer_decline", offer.edition)
    assert "Seguir con el lugar reservado</a>" in page and ">Volver<" not in page


# -- an edition of open admission ------------------------------------------------------


@pytest.fixture
def openly(clock):
    clock(AT)
    return an_edition(
        admission_mode=AdmissionMode.OPEN,
        capacity=1,
        release_planned_at=None,
        offers_respond_by=None,
    )


def test_the_check_says_what_submitting_brings_at_once(client, openly):
    for said in ("ahora hay uno libre", "con el número <strong>1</strong>", "<strong>2</strong>"):
        client.force_login(a_person())
        draft(client, openly)
        assert said in read(client, "application_check", openly)
        press_submit(client, openly)
    draft(client, openly, motivation="Otra.")
    assert "<strong>3</strong>" not in read(client, "application_check", openly)


def test_where_somebody_selects_the_check_promises_nothing(client, clock):
    clock(AT)
    edition = an_edition()
    client.force_login(a_person())
    draft(client, edition)
    assert "Los lugares se dan" not in read(client, "application_check", edition)


def who_came_second(client, edition) -> Application:
    for _one in range(2):
        person = a_person()
        client.force_login(person)
        submit(client, edition)
    return Application.objects.get(person=person)


def test_the_waiting_list_is_left_from_the_page_that_says_the_number(client, openly):
    application = who_came_second(client, openly)
    where = address("application_withdraw", openly)
    assert f'href="{where}">Salir de la lista de espera' in read(client, "outcome", openly)
    page = read(client, "application_withdraw", openly)
    assert "¿Salir de la lista de espera?" in page and "Usted tiene el número 1" in page
    assert "Hasta el cierre puede" in page
    client.post(where)
    application.refresh_from_db()
    assert application.status == ApplicationStatus.WITHDRAWN
    actions = [entry.action for entry in journal.history(application)]
    assert "enrollment.withdraw_application" in actions
    Enrollment.objects.all().delete()
    assert call_waitlist(openly, AT + timedelta(minutes=1)) == 0


def test_after_the_close_the_page_promises_no_way_back(client, openly, clock):
    application = who_came_second(client, openly)
    clock(WINDOW_CLOSES)
    client.force_login(application.person)
    page = read(client, "application_withdraw", openly)
    assert "Esto no se puede deshacer" in page and "Hasta el cierre" not in page
