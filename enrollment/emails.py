"""Every mail of this app, named by what its reader learns. Each is a row of the outbox."""

from __future__ import annotations

from lms.mail.compose import compose


def about_edition(edition) -> dict:
    """How mails about an edition are sent: seen by its program's staff, answered by its office."""
    return {"scope": edition.program.slug, "reply_to": edition.program.contact_email}


def phase_completed(enrollment, phase, at):
    compose(
        "enrollment/mail/phase_completed",
        enrollment.person,
        about=enrollment,
        version=phase.order,
        context={"edition": enrollment.edition, "phase": phase},
        language=enrollment.language,
        at=at,
        **about_edition(enrollment.edition),
    )
