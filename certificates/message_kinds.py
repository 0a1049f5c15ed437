"""This app's mails, what their texts may leave open and what they must say."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certificates.emails import letter_about
from certificates.models import Certificate
from enrollment.message_values import TITLES, link, text, typed, words
from lms.mail.compose import Letter
from lms.mail.kinds import Kind

CERTIFICATES = _("Certificates")


def _title(context) -> str:
    certificate = context["certificate"]
    return certificate.snapshot["title"].get(certificate.language, "")


NAME = typed("name", _("The name on the certificate."), lambda c: c["certificate"].name)
TITLE = text("title", _("The certificate’s title."), _title, _("Program for judges"))
CODE = text(
    "code",
    _("The certificate’s code, by which it is verified."),
    lambda c: c["certificate"].printed_serial,
    "R7K2-M9QD-4TX8",
)
REASON = words("reason", _("The reason, as it was typed."), lambda c: c["certificate"].reason)
LINK = link(
    _("The page of the reader’s certificates."), lambda _context: reverse("certificates:mine")
)
ALL = (NAME, TITLE, *TITLES, CODE)


def _found(scope: str, who: str) -> Letter | None:
    """About the newest certificate, as if it were revoked for a reason."""
    rows = Certificate.objects.filter(
        edition__program__slug=scope, enrollment__person__is_active=True
    )
    if who:
        is_code = Q(enrollment__application__code__iexact=who)
        rows = rows.filter(Q(enrollment__person__email__iexact=who) | is_code)
    row = rows.select_related("enrollment__person", "edition__program").first()
    if row is None:
        return None
    row.reason = row.reason or str(REASON.example)
    return letter_about(row, row.edition)


KINDS = [
    Kind(
        "certificates/mail/certificate_issued",
        _("certificate issued"),
        CERTIFICATES,
        (*ALL, LINK),
        ("code", "link"),
        _found,
    ),
    Kind(
        "certificates/mail/certificate_reissued",
        _("certificate issued anew"),
        CERTIFICATES,
        (*ALL, LINK),
        ("code", "link"),
        _found,
    ),
    Kind(
        "certificates/mail/certificate_revoked",
        _("certificate revoked"),
        CERTIFICATES,
        (*ALL, REASON, LINK),
        ("code", "reason", "link"),
        _found,
    ),
]


def message_kinds() -> list[Kind]:
    return KINDS
