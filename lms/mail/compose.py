"""Writing a mail: a row in the caller's transaction. Nothing is sent here.

A mail is two templates of the app that sends it, `<app>/mail/<name>.subject.txt` and
`<app>/mail/<name>.txt`; the HTML part is made from the text when it is sent. Both are rendered in
the reader's language, and dates in the reader's zone. They are given the letter's context, and
the placeholders of its kind (`lms.mail.kinds`) under their names. A program's staff may have put
its own words in their place (`lms.mail.wordings`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation

from lms.mail import mailings
from lms.mail.kinds import kinds
from lms.mail.models import OutgoingMessage
from lms.mail.secrets import seal
from lms.mail.wordings import in_words, wordings_of
from lms.multilingual import site_name

NOTHING: Mapping = {}


@dataclass(frozen=True)
class Letter:
    """One mail to be written. `about` is the row it is about: with `version` it makes the
    mail unique for its person, so that composing twice writes once. `template` is its own where
    letters of several kinds are written together."""

    person: models.Model | None
    about: models.Model | None = None
    context: dict = field(default_factory=dict)
    version: int = 1
    language: str = ""
    to: str = ""
    template: str = ""


def reference(row: models.Model | None) -> str:
    """`application:12`, by which messages name the row they are about."""
    return f"{row._meta.model_name}:{row.pk}" if row is not None else ""


def compose_many(
    template: str,
    letters: Iterable[Letter],
    *,
    at: datetime,
    scope: str = "",
    within: str = "",
    mailing: str = "",
    is_urgent: bool = False,
    reply_to: str = "",
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> int:
    """Queue one mail for each letter, by `template` where it names none of its own; those already
    written for the same person, template, row and version are left as they are. The program's own
    words are read once for all of them. Many at once are a mailing: the one named `mailing`, or one
    of this `template` and instant; urgent ones never are, and leave like single mails. Returns how
    many were given."""
    rows, letters = [], list(letters)
    wordings = wordings_of(scope) if scope and letters else {}
    for letter in letters:
        name = letter.template or template
        subject, text = rendered(name, letter, reply_to=reply_to, wordings=wordings)
        rows.append(
            OutgoingMessage(
                person=letter.person,
                to=letter.to or letter.person.email,
                language=letter.language or letter.person.language,
                template=name,
                about=reference(letter.about),
                version=letter.version,
                scope=scope,
                within=within,
                subject=subject,
                text=text,
                reply_to=reply_to,
                created_at=at,
                due_at=due_at or at,
                expires_at=expires_at,
            )
        )
    begun = None if is_urgent else mailings.gather(rows, template, name=mailing, at=at)
    OutgoingMessage.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    if begun:
        mailings.choose_first(begun)
    return len(rows)


def rendered(
    template: str, letter: Letter, *, reply_to: str = "", wordings: Mapping = NOTHING
) -> tuple[str, str]:
    """Subject and text as they would be written: in the words of a program's staff where there are
    any for the kind and the reader's language (`lms.mail.wordings`), else as shipped."""
    language = letter.language or letter.person.language
    if words := wordings.get((template, language)):
        with as_reader(letter):
            subject, text = in_words(words, kinds()[template].values(letter.context))
    else:
        subject, text = _render(letter, template, "subject.txt", "txt", reply_to=reply_to)
    return _one_line(subject), _body(text)


def compose(
    template: str, person, *, about=None, context=None, version=1, language="", to="", **how
):
    """Queue one mail; see `compose_many` for the rest of the arguments."""
    letter = Letter(person, about, context or {}, version, language, to)
    compose_many(template, [letter], **how)


def compose_code(
    person,
    *,
    to: str,
    code: str,
    template: str,
    language: str,
    expires_at: datetime,
    at: datetime,
    context: dict | None = None,
) -> OutgoingMessage:
    """Queue a mail that carries `code`; `person` is None where the address has no account.

    The templates get `code`, `minutes` and `expires_at`, the subject without the code, because
    the subject stays in the row. The text is sealed until it is sent and erased then; it is
    dropped unsent at `expires_at` (UTC, exclusive). Each call is a mail of its own."""
    minutes = round((expires_at - at).total_seconds() / 60)
    given = {"minutes": minutes, "expires_at": expires_at, **(context or {})}
    letter = Letter(person, context=given, language=language, to=to)
    [subject] = _render(letter, template, "subject.txt")
    given["code"] = code
    [text] = _render(letter, template, "txt")
    return OutgoingMessage.objects.create(
        person=person,
        to=to,
        language=language,
        template=template,
        subject=_one_line(subject),
        text=seal(_body(text)),
        is_code=True,
        created_at=at,
        due_at=at,
        expires_at=expires_at,
    )


def _render(letter: Letter, template: str, *parts: str, **given) -> list[str]:
    """Parts of the template as plain text, in the reader's language and zone: nothing is
    escaped."""
    kind = kinds().get(template)
    with as_reader(letter) as language:
        context = {
            "person": letter.person,
            "language": language,
            **given,
            **letter.context,
            **(kind.values(letter.context) if kind else {}),
        }
        return [_part(f"{template}.{part}", context, language) for part in parts]


@contextmanager
def as_reader(letter: Letter):
    """The reader's language and zone are active; gives the language."""
    language = letter.language or letter.person.language
    zone = ZoneInfo(getattr(letter.person, "time_zone", "") or "UTC")
    with translation.override(language), timezone.override(zone):
        yield language


def _part(name: str, context: dict, language: str) -> str:
    of_the_site = {"site_url": settings.SITE_URL, "site_name": site_name(language)}
    return get_template(name).template.render(Context({**of_the_site, **context}, autoescape=False))


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]


def _body(text: str) -> str:
    return text.strip() + "\n"
