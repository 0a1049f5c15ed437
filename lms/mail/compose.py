"""Writing a mail: a row in the caller's transaction. Nothing is sent here.

A mail is two templates of the app that sends it, `<app>/mail/<name>.subject.txt` and
`<app>/mail/<name>.txt`; the HTML part is made from the text when it is sent. Both are rendered in
the reader's language, and dates in the reader's zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.template.loader import get_template
from django.utils import timezone, translation

from lms.mail.models import OutgoingMessage


@dataclass(frozen=True)
class Letter:
    """One mail to be written. `about` is the row it is about: with `version` it makes the
    mail unique for its person, so that composing twice writes once."""

    person: models.Model
    about: models.Model | None = None
    context: dict = field(default_factory=dict)
    version: int = 1
    language: str = ""
    to: str = ""


def reference(row: models.Model | None) -> str:
    """`application:12`, by which messages name the row they are about."""
    return f"{row._meta.model_name}:{row.pk}" if row is not None else ""


def compose_many(
    template: str,
    letters: Iterable[Letter],
    *,
    at: datetime,
    scope: str = "",
    reply_to: str = "",
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> int:
    """Queue one mail for each letter; those already written for the same person, template,
    row and version are left as they are. Returns how many were given."""
    subject_template = get_template(f"{template}.subject.txt")
    text_template = get_template(f"{template}.txt")
    rows = []
    for letter in letters:
        subject, text = _render(letter, subject_template, text_template)
        rows.append(
            OutgoingMessage(
                person=letter.person,
                to=letter.to or letter.person.email,
                language=letter.language or letter.person.language,
                template=template,
                about=reference(letter.about),
                version=letter.version,
                scope=scope,
                subject=subject,
                text=text,
                reply_to=reply_to,
                created_at=at,
                due_at=due_at or at,
                expires_at=expires_at,
            )
        )
    OutgoingMessage.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return len(rows)


def compose(
    template: str, person, *, about=None, context=None, version=1, language="", to="", **how
):
    """Queue one mail; see `compose_many` for the rest of the arguments."""
    letter = Letter(person, about, context or {}, version, language, to)
    compose_many(template, [letter], **how)


def _render(letter: Letter, subject_template, text_template) -> tuple[str, str]:
    zone = ZoneInfo(letter.person.time_zone or "UTC")
    language = letter.language or letter.person.language
    context = {
        "person": letter.person,
        "site_url": settings.SITE_URL,
        "site_name": settings.SITE_NAME,
        "language": language,
        **letter.context,
    }
    with translation.override(language), timezone.override(zone):
        subject = " ".join(subject_template.render(context).split())
        return subject[:200], text_template.render(context).strip() + "\n"
