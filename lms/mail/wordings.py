"""What a program's mails say in its own words: the texts that its staff wrote instead of those
that the site ships, for one kind of mail in one language. A language without one is read as
shipped.

A text leaves open what its kind names, as `{name}`. The line in which an optional placeholder
stands is left out of a letter that has no value for it. Everything is plain text: a link is a
line that holds a link's placeholder alone, and what people typed never becomes one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from django.db.models import QuerySet
from django.template import Context
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kept import kept
from lms.mail.kinds import Kind, Sort, kinds
from lms.mail.models import LONGEST_SUBJECT, LONGEST_TEXT, Wording
from lms.mail.placeholders import filled, names_in, unknown_in
from lms.typed import lines

GAPS = re.compile(r"\n(?:[ \t]*\n){2,}")


class Words(NamedTuple):
    subject: str
    text: str


def words_of(row: Wording) -> Words:
    return Words(row.subject, row.text)


@kept
def wordings_of(scope: str) -> dict[tuple[str, str], Words]:
    """By (template, language), what a program's staff wrote and can be filled in. One query."""
    rows = Wording.objects.filter(scope=scope).exclude(text="")
    found = {(row.template, row.language): words_of(row) for row in rows}
    return {key: words for key, words in found.items() if fits(kinds().get(key[0]), words)}


def unfit_wordings(scopes: Iterable[str] | QuerySet | None = None) -> list[Wording]:
    """Those that staff wrote, for these programs or all, and that cannot be filled in any more:
    the site's own text is sent until somebody mends them."""
    rows = Wording.objects.exclude(text="").order_by("scope", "template", "language")
    if scopes is not None:
        rows = rows.filter(scope__in=scopes)
    return [row for row in rows if not fits(kinds().get(row.template), words_of(row))]


def fits(kind: Kind | None, words: Words) -> bool:
    """Whether the kind has all that the words leave open; a later release may have fewer."""
    return kind is not None and not any(unknown_in(part, _names(kind)) for part in words)


def in_words(words: Words, values: Mapping[str, str]) -> Words:
    """Subject and text of one letter."""
    values = {name: str(values[name]) for name in names_in("\n".join(words))}
    kept = [line for line in lines(words.text) if all(values[n] for n in names_in(line))]
    text = GAPS.sub("\n\n", "\n".join(kept))
    return Words(filled(words.subject, values), filled(text, values))


def shipped(kind: Kind, language: str, *, reply_to: str = "") -> Words:
    """The site's own text in a language, with its placeholders. `reply_to` says whether somebody
    reads answers, of which some texts tell."""
    names = {one.name: f"{{{one.name}}}" for one in kind.placeholders}
    context = Context({**names, "reply_to": reply_to, "language": language}, autoescape=False)
    with translation.override(language):
        subject, text = (
            get_template(f"{kind.template}.{part}").template.render(context)
            for part in ("subject.txt", "txt")
        )
    return Words(" ".join(subject.split()), text.strip())


# -- what is wrong with a text -----------------------------------------------------------------


MISSING = {
    "subject": gettext_lazy("Give the subject too."),
    "text": gettext_lazy("Give the text too."),
}


def faults_in(kind: Kind, words: Words) -> dict[str, list[str]]:
    """What bars a subject and a text, in words for who wrote it: `{"subject": […], "text": […]}`,
    without the parts that are good."""
    found = {"subject": _faults_in_subject(kind, words), "text": _faults_in_text(kind, words)}
    return {part: faults for part, faults in found.items() if faults}


def _faults_in_subject(kind: Kind, words: Words) -> list[str]:
    subject = words.subject
    if not subject.strip():
        return [str(MISSING["subject"])]
    faults = unknown_faults(subject, _names(kind)) + _too_long(subject, LONGEST_SUBJECT)
    if len(lines(subject)) > 1:
        faults.append(_("A subject is one line: take out the line breaks."))
    for one in _among(kind, subject):
        if one.sort in (Sort.LINK, Sort.WORDS) or one.is_optional:
            faults.append(_("%(name)s cannot stand in a subject.") % {"name": f"{{{one.name}}}"})
    return faults


def _faults_in_text(kind: Kind, words: Words) -> list[str]:
    text = words.text
    if not text.strip():
        return [str(MISSING["text"])]
    faults = unknown_faults(text, _names(kind)) + _too_long(text, LONGEST_TEXT)
    if missing := [name for name in kind.needed if name not in names_in(text)]:
        faults.append(_("Readers need this too: %(names)s.") % {"names": _listed(missing)})
    for line in lines(text):
        faults += _faults_in_line(kind, line)
    return list(dict.fromkeys(faults))


def _faults_in_line(kind: Kind, line: str) -> list[str]:
    here = _among(kind, line)
    faults = []
    for one in here:
        name = {"name": f"{{{one.name}}}"}
        if one.sort == Sort.LINK and line.strip() != name["name"]:
            faults.append(_("%(name)s stands alone on its line, so that it can be pressed.") % name)
        needed = [other.name for other in here if other.name in kind.needed and other != one]
        if one.is_optional and needed:
            faults.append(
                _(
                    "Not every reader has %(name)s, and its line is then left out: put"
                    " %(needed)s on another line."
                )
                % {**name, "needed": _listed(needed)}
            )
    return faults


def unknown_faults(text: str, known: Collection[str]) -> list[str]:
    """What is said of braces in a text that hold nothing of what is known."""
    if not (unknown := unknown_in(text, known)):
        return []
    said = _("This cannot be filled in: %(found)s. These can: %(known)s.")
    return [said % {"found": ", ".join(unknown), "known": _listed(known)}]


def _too_long(text: str, longest: int) -> list[str]:
    if len(text) <= longest:
        return []
    said = _("This has %(count)d characters, and at most %(longest)d are sent.")
    return [said % {"count": len(text), "longest": longest}]


def _among(kind: Kind, text: str) -> list:
    found = names_in(text)
    return [one for one in kind.placeholders if one.name in found]


def _names(kind: Kind) -> list[str]:
    return [one.name for one in kind.placeholders]


def _listed(names) -> str:
    return ", ".join(f"{{{name}}}" for name in names)
