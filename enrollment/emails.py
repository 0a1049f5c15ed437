"""Every mail of this app, named by what its reader learns. Each is a row of the outbox."""

from __future__ import annotations

from lms.mail.compose import Letter, compose, compose_many


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


def decision_offer(edition, decisions, at):
    _decisions("decision_offer", edition, decisions, at)


def decision_waitlist(edition, decisions, at):
    _decisions("decision_waitlist", edition, decisions, at)


def decision_not_selected(edition, decisions, at):
    _decisions("decision_not_selected", edition, decisions, at)


def decision_ineligible(edition, decisions, at):
    _decisions("decision_ineligible", edition, decisions, at)


def decision_corrected(edition, decisions, at):
    _decisions("decision_corrected", edition, decisions, at)


def _decisions(name, edition, decisions, at):
    """One letter about each decision, whose application carries its person (and offer)."""
    letters = (
        Letter(
            decision.application.person,
            about=decision.application,
            version=decision.version,
            context={
                "edition": edition,
                "program": edition.program,
                "decision": decision,
                "application": decision.application,
            },
        )
        for decision in decisions
    )
    compose_many(f"enrollment/mail/{name}", letters, at=at, **about_edition(edition))
