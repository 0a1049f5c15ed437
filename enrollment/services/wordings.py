"""What the mails of a program say, in the words of its coordinators."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enrollment.models import Program
from enrollment.models.programs import all_languages
from enrollment.rules.staff import coordinates
from enrollment.services.letters import languages_of
from lms import journal
from lms.decisions import DomainError
from lms.mail.kinds import Kind, kinds
from lms.mail.rewording import digest, reword
from lms.mail.wordings import Words, faults_in, shipped


def kinds_of_programs() -> list[Kind]:
    """The mails whose texts a program may change. Those that let somebody in or tell of the second
    factor are the site's."""
    return [kind for kind in kinds().values() if kind.placeholders]


def languages_spoken(program: Program) -> list[str]:
    """The languages of all its editions, in the site's order; those of the site without any."""
    spoken = {code for edition in program.editions.all() for code in languages_of(edition)}
    return [code for code in all_languages() if code in spoken] or all_languages()


@transaction.atomic
def change_mail(
    program: Program,
    kind: Kind,
    typed: Mapping[str, Words],
    seen: Mapping[str, str],
    *,
    by,
    at: datetime,
) -> int:
    """Write and log the languages that were typed anew; `seen` are their digests as they were
    shown (`lms.mail.rewording.digest`). Returns how many changed; raises `Outdated` where somebody
    else was faster."""
    program = Program.objects.select_for_update().get(pk=program.pk)
    coordinates(by, program).require()
    anew = [words for code, words in typed.items() if digest(words) != seen.get(code)]
    if kind not in kinds_of_programs() or any(faults_in(kind, words) for words in anew):
        raise DomainError("not_sendable", _("This text cannot be sent as it is."))
    changes = reword(kind, program.slug, typed, seen, reply_to=program.contact_email)
    journal.record_many(changes, "enrollment.change_mail", by=by, at=at)
    return len(changes)


def return_to_shipped(
    program: Program, kind: Kind, language: str, seen: str, *, by, at: datetime
) -> int:
    """The site's own text again, in one language. Returns 0 where it was that already."""
    words = shipped(kind, language, reply_to=program.contact_email)
    return change_mail(program, kind, {language: words}, {language: seen}, by=by, at=at)
