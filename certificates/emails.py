"""The mails of certificates, each named by what its reader learns."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from lms.mail.compose import Letter, compose_many


def certificates_issued(certificates, *, edition, at):
    _compose("certificate_issued", certificates, edition, at)


def certificate_reissued(certificate, *, at):
    _compose("certificate_reissued", [certificate], certificate.edition, at)


def certificate_revoked(certificate, *, at):
    _compose("certificate_revoked", [certificate], certificate.edition, at)


def _compose(name, certificates, edition, at):
    program = edition.program
    compose_many(
        f"certificates/mail/{name}",
        [
            Letter(
                certificate.enrollment.person,
                certificate,
                {
                    "certificate": certificate,
                    "title": certificate.snapshot["title"].get(certificate.language, ""),
                    "program": program.title.into(certificate.language),
                    "url": _mine(certificate.language),
                },
                language=certificate.language,
            )
            for certificate in certificates
        ],
        at=at,
        scope=program.slug,
        reply_to=program.contact_email,
    )


def _mine(language: str) -> str:
    with translation.override(language):
        return settings.SITE_URL + reverse("certificates:mine")
