"""Letters to many: written, sent, counted."""

from datetime import timedelta

from lms.mail import mailings
from lms.mail.compose import Letter, compose_many
from lms.mail.delivery import Courier
from lms.mail.models import Mailing, MailingState, MessageStatus
from tests.builders import a_person, instant

AT = instant("2019-04-16T13:00")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
MANY = mailings.MANY + 20
QUIET = timedelta(minutes=5)


def write(count=MANY, *, languages=("es",), at=AT, **how):
    """A mailing to new people; the last of them read the last languages."""
    people = [
        a_person(language=languages[max(0, n - count + len(languages))]) for n in range(count)
    ]
    letters = [Letter(one, one, {"name": "x"}) for one in people]
    compose_many("tests/fact", letters, at=at, scope="judges", **how)
    return Mailing.objects.order_by("-pk").first()


def deliver():
    courier = Courier()
    try:
        return courier.deliver_due()
    finally:
        courier.close()


def first(mailing):
    return mailing.messages.filter(is_canary=True)


def accepted(mailing):
    return mailing.messages.filter(status=MessageStatus.ACCEPTED).count()


def state_of(mailing):
    mailing.refresh_from_db()
    return mailing.state


def passed(mailing, at=AT):
    Mailing.objects.filter(pk=mailing.pk).update(state=MailingState.GOING, passed_at=at)
    mailing.refresh_from_db()
    return mailing
