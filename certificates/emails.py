"""The mails of certificates, each named by what its reader learns."""

from lms.mail.compose import Letter, compose_many, reference


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
        [letter_about(one, edition) for one in certificates],
        at=at,
        scope=program.slug,
        within=reference(edition),
        reply_to=program.contact_email,
    )


def letter_about(certificate, edition) -> Letter:
    return Letter(
        certificate.enrollment.person,
        certificate,
        {"certificate": certificate, "edition": edition},
        language=certificate.language,
    )
