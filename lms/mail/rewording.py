"""Changing what a program's mails say: the only writer of `Wording`. Called under a lock of the
program by whoever has asked whether this may be done, and who logs what is given back."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from lms.decisions import DomainError
from lms.mail.kinds import Kind
from lms.mail.models import Wording
from lms.mail.wordings import Words, shipped, words_of

SHIPPED = Words("", "")


class Outdated(DomainError):
    """Somebody else changed these languages since they were shown: `languages`."""

    def __init__(self, languages: list[str]):
        said = _("This text was changed in the meantime: nothing was saved.")
        super().__init__("outdated", said)
        self.languages = languages


def digest(words: Words) -> str:
    """By which it is known again what somebody was shown."""
    return sha256("\n".join(words).encode()).hexdigest()[:32]


def stored_words(kind: Kind, scope: str) -> dict[str, Words]:
    """What staff wrote, by language, also where it cannot be filled in any more."""
    rows = Wording.objects.filter(scope=scope, template=kind.template).exclude(text="")
    return {row.language: words_of(row) for row in rows}


def reword(
    kind: Kind, scope: str, typed: Mapping[str, Words], seen: Mapping[str, str], *, reply_to: str
) -> list[tuple[Wording, str, str]]:
    """Write what differs from what was `seen` (the digest of each language as it was shown), as
    `(row, before, after)`. Who types the site's own text returns to it. Raises `Outdated`, and
    writes nothing, where a language that was typed anew is not what was seen any more."""
    stored = stored_words(kind, scope)
    of_the_site = {code: shipped(kind, code, reply_to=reply_to) for code in typed}
    standing = {code: stored.get(code, of_the_site[code]) for code in typed}
    anew = {
        code: words
        for code, words in typed.items()
        if digest(words) != seen.get(code) and words != standing[code]
    }
    if late := [code for code in anew if digest(standing[code]) != seen.get(code)]:
        raise Outdated(late)
    changes = []
    for code, words in anew.items():
        row = _write(kind, scope, code, SHIPPED if words == of_the_site[code] else words)
        changes.append((row, told(standing[code]), told(words)))
    return changes


def told(words: Words) -> str:
    """Both parts, as the log keeps them."""
    return "\n\n".join(words)


def _write(kind: Kind, scope: str, language: str, words: Words) -> Wording:
    row, _is_new = Wording.objects.update_or_create(
        scope=scope, template=kind.template, language=language, defaults=words._asdict()
    )
    return row
