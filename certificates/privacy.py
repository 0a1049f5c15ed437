"""What the privacy notice promises about certificates: export, erasure, retention."""

import logging
from datetime import timedelta

from certificates import queries, services
from certificates.models import Certificate
from enrollment.models import Program

log = logging.getLogger(__name__)


def export_certificates(person):
    return "certificates", [
        {
            "serial": certificate.printed_serial,
            "status": certificate.status,
            "issued_at": certificate.issued_at.isoformat(),
            "says": certificate.snapshot,
        }
        for certificate in queries.held_by(person)
    ]


def erase_certificates(person, by, at):
    """The certificate stands without its name: the code answers only to who types it."""
    for certificate in queries.held_by(person):
        services.forget_name(certificate)


def forget_old_names(at):
    """Take the names off certificates older than their program keeps them."""
    for program in Program.objects.all():
        limit = at - timedelta(days=program.keep_certificates_days)
        old = Certificate.objects.filter(
            edition__program=program, issued_at__lt=limit, name_hash=""
        )
        for certificate in old.iterator():
            try:
                services.forget_name(certificate)
            except Exception:
                log.exception("certificate %s keeps its name", certificate.pk)
