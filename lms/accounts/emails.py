"""The mails about a person's account, named by what the reader learns."""

from __future__ import annotations

from lms.mail.compose import compose_code


def code_sent(ticket, code: str, *, at):
    """The same mail whether or not the address opens an account."""
    compose_code(
        ticket.person,
        to=ticket.email,
        code=code,
        template=f"accounts/mail/code_{ticket.purpose}",
        language=ticket.language,
        expires_at=ticket.expires_at,
        at=at,
    )
