"""What a mail provider reports later: that a mail which it had taken came back.

Its reports arrive at one address, `EMAIL_PROVIDER` says whose. They must be signed, or carry the
secret that was agreed on; where neither is set there is no such address."""

from __future__ import annotations

import logging
from hashlib import sha256

from anymail import urls as anymail_urls
from anymail.signals import AnymailTrackingEvent, EventType, tracking
from django.conf import settings
from django.db import transaction
from django.dispatch import receiver
from django.http import Http404, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt

from lms import clock
from lms.mail import services
from lms.mail.models import DeliveryEvent, OutgoingMessage
from lms.typed import storable

log = logging.getLogger("lms.mail")

# The names of what proves a report, in `ANYMAIL`, by provider. The shared secret does for each.
SIGNED_BY = {
    "mailgun": "MAILGUN_WEBHOOK_SIGNING_KEY",
    "sendgrid": "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY",
    "resend": "RESEND_SIGNING_SECRET",
}
SECRET = "WEBHOOK_SECRET"  # noqa: S105
CAME_BACK = (EventType.BOUNCED, EventType.REJECTED, EventType.FAILED)
UNREADABLE = (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError)
LONGEST = 1000  # letters of the server's words


def is_proved(provider: str) -> bool:
    """Whether a stranger's report would be known as such."""
    names = (SIGNED_BY.get(provider), SECRET)
    return any(settings.ANYMAIL.get(name) for name in names if name)


@csrf_exempt
def report(request, provider: str):
    """Anymail's own view of that provider, which refuses with 400 what is not proved. What is no
    report at all, of which it reads the proof too, is refused in the same way."""
    if provider != settings.EMAIL_PROVIDER or not is_proved(provider):
        raise Http404
    name = f"{provider}_tracking_webhook"
    view = next((one.callback for one in anymail_urls.urlpatterns if one.name == name), None)
    if view is None:
        raise Http404
    try:
        return view(request)
    except UNREADABLE:
        log.warning("a report of %s could not be read", provider, exc_info=True)
        return HttpResponseBadRequest()


@receiver(tracking)
def take(sender, event: AnymailTrackingEvent, **_signal) -> None:
    """A mail that came back is noted, and goes to the backup address; once for each report."""
    message = _message_of(event) if event.event_type in CAME_BACK else None
    if message is None:
        return
    at = clock.now()
    words = event.mta_response or event.description or event.reject_reason or event.event_type
    with transaction.atomic():
        facts = {"message": message, "at": at}
        _row, is_new = DeliveryEvent.objects.get_or_create(key=_key(event), defaults=facts)
        if is_new:
            services.bounced(message, storable(str(words))[:LONGEST], at)
            log.info("message %s came back: %s", message.pk, event.event_type)


def _message_of(event: AnymailTrackingEvent) -> OutgoingMessage | None:
    """By our number, which the provider keeps with a mail; over SMTP by the Message-ID. A report
    about another address than the mail's is not about it."""
    number = str((event.metadata or {}).get("message", ""))
    if number.isdecimal() and len(number) < 19:
        rows = OutgoingMessage.objects.filter(pk=int(number))
    elif event.message_id:
        name = storable(str(event.message_id)).strip("<>")
        rows = OutgoingMessage.objects.filter(message_id=f"<{name}>")
    else:
        return None
    return rows.filter(to__iexact=storable(str(event.recipient or ""))).first()


def _key(event: AnymailTrackingEvent) -> str:
    """The provider's name for the report; where it gives none, a digest of what it says."""
    if event.event_id:
        return storable(str(event.event_id))[:200]
    told = (event.event_type, event.timestamp, event.message_id, event.recipient, event.metadata)
    return sha256(repr(told).encode()).hexdigest()
