"""Letters of coordinators to many people of an edition, each in the reader's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from enrollment import emails
from enrollment.message_values import EDITION, NAME, PROGRAM
from enrollment.models import Application, Edition, Enrollment
from enrollment.models.programs import all_languages
from enrollment.rules.staff import coordinates
from lms import journal
from lms.accounts.models import User
from lms.decisions import DomainError

OF_LETTERS = (NAME, PROGRAM, EDITION)
PLACEHOLDERS = tuple(one.name for one in OF_LETTERS)
CHUNK = 500
Row = Application | Enrollment


@dataclass(frozen=True)
class GroupLetter:
    """Subject and text by language, `{language: (subject, text)}`; whoever reads none of these
    gets that in `fallback`. `number` is its own: written again, it reaches nobody twice."""

    number: int
    texts: dict[str, tuple[str, str]]
    fallback: str

    def language_of(self, person: User) -> str:
        return self.language_for(person.language)

    def language_for(self, language: str) -> str:
        return language if language in self.texts else self.fallback


def languages_of(edition: Edition) -> list[str]:
    return edition.languages or all_languages()


def readers_among(rows: models.QuerySet) -> models.QuerySet:
    """The rows whose person is written to: nobody who was erased, or whose account is closed."""
    return rows.filter(person__is_active=True, person__erased_at=None)


def readers(model: type[Row], edition: Edition, keys: Sequence[int]) -> Iterator[models.QuerySet]:
    """Those of the edition among `keys`, in chunks, each with its person."""
    rows = readers_among(model.objects.filter(edition=edition))
    for start in range(0, len(keys), CHUNK):
        chunk = rows.filter(pk__in=keys[start : start + CHUNK]).order_by("pk")
        yield _whole(chunk, model)


def _whole(rows: models.QuerySet, model: type[Row]) -> models.QuerySet:
    if model is Enrollment:
        rows = rows.select_related("person", "application")
        return rows.defer("application__answers", "application__draft")
    return rows.select_related("person").defer("answers")


def languages_among(model: type[Row], edition: Edition, keys: Sequence[int]) -> Counter:
    """How many of them read each language."""
    found: Counter = Counter()
    for chunk in readers(model, edition, keys):
        found.update(chunk.values_list("person__language", flat=True))
    return found


def keys_among(model: type[Row], edition: Edition, keys: Sequence[int]) -> list[int]:
    """The keys of those who are written to, in order."""
    return [
        key for chunk in readers(model, edition, keys) for key in chunk.values_list("pk", flat=True)
    ]


@transaction.atomic
def write_letter(
    letter: GroupLetter,
    model: type[Row],
    edition: Edition,
    keys: Sequence[int],
    *,
    by,
    at: datetime,
) -> int:
    """Write to exactly the people of `keys`, applications or places of the edition: to all of
    them, or to none where one can no longer be written to. The same letter again changes nothing.
    Returns how many it was written to."""
    coordinates(by, edition.program).require()
    User.objects.select_for_update().get(pk=by.pk)  # the same form, posted twice at once
    if count := emails.group_letters(letter, edition).count():
        return count
    count = 0
    for chunk in readers(model, edition, keys):
        rows = list(chunk)
        emails.group_letter(rows, letter, edition, at)
        count += len(rows)
    if count != len(keys):
        raise DomainError("readers_changed", _("Some of these people can no longer be written to."))
    subjects = {f"subject_{language}": texts[0] for language, texts in letter.texts.items()}
    journal.record(
        edition, "enrollment.write_letter", by=by, at=at, count=count, to=model.__name__, **subjects
    )
    return count
