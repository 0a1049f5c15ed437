"""How a rule answers and how a service refuses, in words a person can read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from lms.typed import seen


@dataclass(frozen=True)
class Decision:
    """The answer of a rule: whether, and why not.

    `code` is stable and for programs, `reason` is lazy text in the reader's language,
    `opens_at` tells from which UTC instant on the answer becomes yes, where that is known.
    """

    allowed: bool
    code: str = ""
    reason: object = ""
    opens_at: datetime | None = None

    def __bool__(self) -> bool:
        return self.allowed

    def require(self) -> None:
        """Raise `DomainError` where the answer is no."""
        if not self.allowed:
            raise DomainError(self.code, self.reason)


ALLOWED = Decision(True)


def refused(code: str, reason, *, opens_at: datetime | None = None) -> Decision:
    return Decision(False, code, reason, opens_at)


class DomainError(Exception):
    """A service refused, and nothing was changed. `reason` is for the person who asked."""

    def __init__(self, code: str, reason=""):
        super().__init__(code)
        self.code = code
        self.reason = reason

    def __str__(self) -> str:
        return str(self.reason or self.code)


GIVE_A_REASON = _("Give a reason.")


def require_reason(reason: str, said=GIVE_A_REASON) -> None:
    """Raise `DomainError` (`reason_missing`, which says `said`) where nothing is written that can
    be seen."""
    if not seen(reason):
        raise DomainError("reason_missing", said)
