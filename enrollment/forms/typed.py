"""What people type: made storable, measured, and named where a character cannot serve."""

from __future__ import annotations

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from lms.typed import cleaned, one_line, seen

PUNCTUATION_OF_NAMES = set(" '’‘ʼʻ´`.-‐‑–·,ªº")
MARKS_IN_A_ROW = 2


def is_of_a_name(character: str) -> bool:
    """Whether a certificate can print it in a name: Latin letters of every alphabet, the marks
    that Guaraní and others put on them, and the punctuation of names."""
    if character in PUNCTUATION_OF_NAMES or "\u0300" <= character <= "\u036f":
        return True
    return character.isalpha() and unicodedata.name(character, "").startswith("LATIN ")


def refuse_what_no_name_has(name: str) -> None:
    strange = next((character for character in name if not is_of_a_name(character)), "")
    if strange:
        raise ValidationError(
            _(
                "“%(character)s” cannot be printed on a certificate. Use Latin letters, with "
                "their accents, spaces, hyphens, apostrophes and points."
            ),
            params={"character": strange},
        )
    if name and not any(character.isalpha() for character in name):
        raise ValidationError(_("Write the name with letters."))
    if re.search(rf"[\u0300-\u036f]{{{MARKS_IN_A_ROW + 1},}}", name):
        raise ValidationError(_("A letter carries too many accents."))


class Line(forms.CharField):
    """One line of text: spaces in a row become one. What nobody sees is nothing."""

    def __init__(self, *, max_chars: int = 200, **options):
        super().__init__(**options)
        self.max_chars = max_chars

    def to_python(self, value):
        value = seen(self.tidy(cleaned(super().to_python(value))))
        refuse_more_than(self.max_chars, value)
        return value

    def tidy(self, text: str) -> str:
        return one_line(text)


class Name(Line):
    default_validators = [refuse_what_no_name_has]


class Paragraphs(Line):
    """Several lines of text; a line end counts as one character."""

    widget = forms.Textarea

    def tidy(self, text: str) -> str:
        return text.strip()


def refuse_more_than(most: int, text: str) -> None:
    over = len(text) - most
    if over > 0:
        raise ValidationError(
            ngettext_lazy(
                "%(over)d character too many: at most %(most)d, and you wrote %(count)d.",
                "%(over)d characters too many: at most %(most)d, and you wrote %(count)d.",
                "over",
            ),
            params={"over": over, "most": most, "count": len(text)},
        )
