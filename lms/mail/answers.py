"""What a failure to send means for a mail."""

from __future__ import annotations

import smtplib
from enum import Enum

from anymail.exceptions import (
    AnymailAPIError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
)
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError


class Answer(Enum):
    LATER = "later"
    REFUSED = "refused"
    NO_SUCH_ADDRESS = "no such address"
    UNKNOWN = "unknown"


def verdict(error: Exception) -> tuple[Answer, str]:
    """What the failure means, and the server's own words.

    A numbered answer is certain: 4xx is "not now", 5xx "never". A connection that broke without
    an answer is not, because the mail may have been taken (RFC 5321, 4.5.3.2.6)."""
    if isinstance(error, smtplib.SMTPException):
        return _of_server(error)
    if isinstance(error, AnymailRecipientsRefused | AnymailInvalidAddress):
        return Answer.NO_SUCH_ADDRESS, str(error)
    if isinstance(error, AnymailAPIError):
        certain = error.status_code is not None or _never_connected(error)
        return Answer.LATER if certain else Answer.UNKNOWN, str(error)
    return Answer.UNKNOWN if isinstance(error, OSError) else Answer.REFUSED, repr(error)


def _of_server(error: smtplib.SMTPException) -> tuple[Answer, str]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return _by_code(code, Answer.NO_SUCH_ADDRESS), _words(code, words)
    if isinstance(error, smtplib.SMTPSenderRefused):  # about us, not about this mail
        return Answer.LATER, _words(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPResponseException):
        return _by_code(error.smtp_code, Answer.REFUSED), _words(error.smtp_code, error.smtp_error)
    lost = isinstance(error, smtplib.SMTPServerDisconnected)
    return Answer.UNKNOWN if lost else Answer.REFUSED, repr(error)


def _never_connected(error: BaseException | None) -> bool:
    """Whether a provider's address could not be reached at all, under whatever wrapping."""
    while error is not None:
        if isinstance(error, ConnectTimeoutError | NewConnectionError):
            return True
        error = getattr(error, "reason", None) or error.__cause__ or error.__context__
    return False


def _by_code(code: int, for_good: Answer) -> Answer:
    return for_good if code >= 500 else Answer.LATER


def _words(code: int, words) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return f"{code} {text}"
