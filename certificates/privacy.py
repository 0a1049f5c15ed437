"""What the privacy notice promises about certificates: export, erasure, retention."""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from certificates import queries, services
from certificates.models import Certificate, CertificateStatus, Kind
from enrollment.models import Program

log = logging.getLogger(__name__)


LABELS = {
    "certificates": _("Certificates"),
    "serial": _("Serial"),
    "status": _("Status"),
    "issued_at": _("Issued"),
    "ended_at": _("Replaced or revoked"),
    "reason": _("Reason"),
    "language": _("Language"),
    "says": _("What it says"),
    "name": _("Name"),
    "kind": _("Kind"),
    "title": _("Title"),
    "body": _("Text"),
    "reverse": _("Note on the back"),
    "program": _("Program"),
    "organizer": _("Organizer"),
    "edition": _("Edition"),
    "start": _("First day"),
    "end": _("Last day"),
    "issued_on": _("Day of issue"),
    "hours": _("Hours"),
    "phases": _("Phases"),
    "activities": _("Activities"),
    "signatories": _("Signatories"),
    "post": _("Post"),
}
WORDS = {
    "status": dict(CertificateStatus.choices),
    "language": dict(settings.LANGUAGES),
    "kind": dict(Kind.choices),
}


def export_certificates(person):
    rows = [
        {
            "serial": certificate.printed_serial,
            "status": certificate.status,
            "language": certificate.language,
            "issued_at": certificate.issued_at,
            "ended_at": certificate.ended_at,
            "reason": certificate.reason,
            "says": certificate.snapshot,
        }
        for certificate in queries.held_by(person)
    ]
    return "certificates", rows, LABELS, WORDS


def erase_certificates(person, by, at):
    """The certificate stands without its name. Its code answers to who types the name, unless the
    person asked that it be verified no more."""
    request = person.erasure_requests.open().first()
    keep_check = request is None or request.keep_verification
    for certificate in queries.held_by(person):
        services.forget_name(certificate, keep_check=keep_check)


def forget_old_names(at):
    """Take the names off certificates older than their program keeps them."""
    for program in Program.objects.all():
        limit = at - timedelta(days=program.keep_certificates_days)
        old = Certificate.objects.filter(
            edition__program=program, issued_at__lt=limit, name_hash=""
        ).exclude(snapshot__name="")
        for certificate in list(old):
            try:
                services.forget_name(certificate)
            except Exception:
                log.exception("certificate %s keeps its name", certificate.pk)
