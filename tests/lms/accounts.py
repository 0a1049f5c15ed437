"""What the tests of accounts share."""

from lms import journal
from lms.accounts import services
from lms.mail.models import OutgoingMessage


def mails_to(email: str) -> list[str]:
    """The kinds of mail written to an address, oldest first, without those that carry codes."""
    mails = OutgoingMessage.objects.letters().filter(to=email).order_by("pk")
    return [mail.template.removeprefix("accounts/mail/") for mail in mails]


def acts_on(row) -> list[str]:
    """What the log says about a row, oldest first."""
    return [entry.action.removeprefix("accounts.") for entry in journal.history(row)][::-1]


def entering(email: str, at):
    return services.enter(email, language="es", at=at)
