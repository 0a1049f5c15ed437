"""The kinds of mail that are written to the people of a program, as the apps name them in the hook
`message_kinds`: what staff call each, and what its text may leave open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from lms.hooks import ask
from lms.mail.placeholders import of_a_person
from lms.templatetags.times import deadline_day, deadline_text, moment_text

if TYPE_CHECKING:
    from lms.mail.compose import Letter


class Sort(models.TextChoices):
    """What is filled in, which says how it is written: `PERSON` is what a person typed about
    themselves, `WORDS` what staff wrote to this reader, in paragraphs. A value of `MOMENT`, `DAY`
    and `DEADLINE` is `(UTC instant, zone of the announcement)`, that of `LINK` a path."""

    TEXT = "text", _("text")
    PERSON = "person", _("text that a person typed")
    WORDS = "words", _("paragraphs that the staff wrote")
    NUMBER = "number", _("number")
    MOMENT = "moment", _("day and hour, by the reader’s clock")
    DEADLINE = "deadline", _("last moment, by the reader’s clock")
    DAY = "day", _("day")
    LINK = "link", _("link of the site")


def _one_line(value) -> str:
    return " ".join(str(value).split())


WRITTEN: dict[str, Callable[[object], str]] = {
    Sort.TEXT: _one_line,
    Sort.PERSON: lambda value: of_a_person(str(value)),
    Sort.WORDS: lambda value: str(value).strip(),
    Sort.NUMBER: str,
    Sort.MOMENT: lambda value: moment_text(*value),
    Sort.DEADLINE: lambda value: deadline_text(*value),
    Sort.DAY: lambda value: deadline_day(*value),
    Sort.LINK: lambda value: settings.SITE_URL + str(value),
}


@dataclass(frozen=True)
class Placeholder:
    """`{name}`. `value` takes the context of a letter and gives what its sort says; None where
    this letter has none, which only an optional one may: then its line is left out. `about` tells
    staff what it is, `example` is a value made up."""

    name: str
    sort: Sort
    about: object
    value: Callable[[Mapping], object]
    example: object = ""
    is_optional: bool = False

    def written(self, context: Mapping) -> str:
        """In the active language and zone."""
        return self._written(self.value(context))

    def shown(self) -> str:
        """The example, written the same way."""
        return self._written(self.example)

    def _written(self, value) -> str:
        return "" if value in (None, "") else WRITTEN[self.sort](value)


@dataclass(frozen=True)
class Kind:
    """A kind of mail: the name of its `template`, what staff call it, the group under which they
    look for it and its placeholders; without any, its text is nobody's to change. A text of it
    must have those of `needed`. `found` gives a real letter of it for a program (by its slug):
    the newest, or one to whom an e-mail address or an application's code names; else None."""

    template: str
    words: object
    group: object = ""
    placeholders: tuple[Placeholder, ...] = ()
    needed: tuple[str, ...] = ()
    found: Callable[[str, str], Letter | None] | None = None

    def named(self, name: str) -> Placeholder:
        return next(one for one in self.placeholders if one.name == name)

    def values(self, context: Mapping) -> dict[str, str]:
        """What each placeholder is in a letter, written when it is asked for, in the language and
        zone that are active then."""
        return {one.name: _later(partial(one.written, context)) for one in self.placeholders}

    def examples(self) -> dict[str, str]:
        return {one.name: one.shown() for one in self.placeholders}


_later = lazy(lambda write: write(), str)


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by its template, in the order in which the apps name them."""
    return {kind.template: kind for named in ask("message_kinds") for kind in named}
