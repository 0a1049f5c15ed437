"""Builders of people before and after the release of the 2019 edition."""

from enrollment.models import Decision, Edition, Offer, Outcome
from enrollment.services.offers import make_offers
from tests.builders import RELEASE, a_person, a_submitted_application, an_edition, instant


def a_released_edition(**fields) -> Edition:
    """Locked on the evening before, released at the announced instant; nobody was decided."""
    return an_edition(
        **{"decisions_locked_at": instant("2019-04-15T21:00"), "released_at": RELEASE, **fields}
    )


def a_decision(edition: Edition, outcome=Outcome.SELECTED, *, rank=None, **application) -> Decision:
    return Decision.objects.create(
        application=a_submitted_application(edition, **application),
        edition=edition,
        outcome=outcome,
        waitlist_rank=rank,
        at=instant("2019-04-15T20:00"),
    )


def somebody_waiting(edition: Edition, rank: int, **application) -> Decision:
    return a_decision(edition, Outcome.WAITLISTED, rank=rank, **application)


def an_offer(edition: Edition | None = None, **application) -> Offer:
    """A selected person's offer, made when the release was armed."""
    edition = edition or a_released_edition()
    decision = a_decision(edition, **application)
    make_offers(edition, at=instant("2019-04-15T22:00"))
    return Offer.objects.select_related("application__person", "edition").get(
        application=decision.application
    )


def an_applicant(**fields):
    return a_person(**{"language": "es", "time_zone": "America/Lima", **fields})
