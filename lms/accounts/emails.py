"""The mails about a person's account, named by what the reader learns."""

from __future__ import annotations

from lms.mail.compose import compose, compose_code


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


def backup_added(person, *, at):
    """To the main address: another one opens the account now."""
    _tell(person, "backup_added", at=at)


def backup_removed(person, *, at):
    """To the address that was the backup."""
    _tell(person, "backup_removed", to=person.backup_email, at=at)


def address_changed(change, *, at):
    """To the old address, which can cancel."""
    _tell(change.person, "address_changed", about=change, to=change.old_email, at=at)


def address_changed_here(change, *, at):
    """To the new address."""
    _tell(change.person, "address_changed_here", about=change, to=change.new_email, at=at)


def change_cancelled(change, person, *, at):
    """To the old address, which opens the account again."""
    _tell(person, "change_cancelled", about=change, to=change.old_email, at=at)


def rescue_confirmed(change, *, at):
    """To the old address, which can cancel: staff give the account another one."""
    _tell(change.person, "rescue_confirmed", about=change, to=change.old_email, at=at)


def rescue_invites(change, *, is_free: bool, at):
    """To the new address: enter with it, or name another where it opens an account already."""
    template = "rescue_invites" if is_free else "rescue_taken"
    _tell(change.person, template, about=change, to=change.new_email, at=at)


def factor_rescue_confirmed(rescue, *, at):
    """To all addresses: the second factor will be taken off, unless whoever holds it keeps it."""
    _tell_everywhere(rescue, "factor_rescue_confirmed", at=at)


def factor_removed(rescue, *, at):
    """To all addresses: it was taken off, because somebody entered with a code."""
    _tell_everywhere(rescue, "factor_removed", at=at)


def _tell_everywhere(rescue, name: str, *, at):
    person = rescue.person
    for version, to in enumerate(filter(None, (person.email, person.backup_email)), 1):
        compose(
            f"accounts/mail/{name}",
            person,
            about=rescue,
            version=version,
            context={"rescue": rescue},
            to=to,
            at=at,
        )


def erasure_asked(request, *, at):
    """To the person: it was received, and how to take it back."""
    _tell(request.person, "erasure_asked", about=request, at=at)


def erased(*, to: str, language: str, keeps_verification: bool, at):
    """The last mail: of nobody's account, so that the nightly sweep takes it away."""
    context = {"keeps_verification": keeps_verification}
    compose("accounts/mail/erased", None, to=to, language=language, context=context, at=at)


def _tell(person, name: str, *, about=None, to="", at):
    compose(
        f"accounts/mail/{name}",
        person,
        about=about or person,
        version=1 if about else int(at.timestamp()),
        context={"change": about},
        to=to,
        at=at,
    )
