"""The demonstration tells on the site and in its letters the same."""

from random import Random

import pytest

from enrollment.demo.selection import fill_seats
from enrollment.models import Offer
from lms.mail.compose import Letter, as_reader
from lms.mail.models import OutgoingMessage
from lms.templatetags.times import deadline_text
from tests.enrollment.seats import a_released_edition, an_offer, somebody_waiting

pytestmark = pytest.mark.django_db


class EverybodyDeclines(Random):
    def random(self):
        return 0.0


def test_the_letter_of_the_place_that_is_kept_open_says_until_when():
    edition = a_released_edition(capacity=1)
    an_offer(edition)
    waiting = somebody_waiting(edition, 1).application
    fill_seats(edition, EverybodyDeclines(1), {"called": waiting}, pending="called")
    offer = Offer.objects.get(application=waiting)
    assert offer.respond_by == edition.last_entry_at
    letter = OutgoingMessage.objects.get(template="enrollment/mail/waitlist_called")
    with as_reader(Letter(waiting.person)):
        assert deadline_text(offer.respond_by, edition.deadline_zone) in letter.text
