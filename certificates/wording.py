"""The words of a certificate: a design's text with its placeholders filled in. Pure."""

from __future__ import annotations

import string
from datetime import date

from django.utils import translation
from django.utils.formats import date_format

PLACEHOLDERS = ("certificate_name", "program", "edition", "start", "end", "hours")


class UnknownPlaceholder(ValueError):
    """The text names a placeholder that no certificate has; `args[0]` is its name."""


def check(text: str) -> None:
    """Raise `UnknownPlaceholder` where the text could not be filled in."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        raise UnknownPlaceholder("{") from error
    for _literal, name, spec, conversion in parts:
        if name is not None and (name not in PLACEHOLDERS or spec or conversion):
            raise UnknownPlaceholder(name or "{}")


def fill(text: str, values: dict[str, str]) -> str:
    """The text with each `{placeholder}` replaced; values are never read as templates."""
    check(text)
    return "".join(
        literal + (str(values.get(name, "")) if name else "")
        for literal, name, _spec, _conversion in string.Formatter().parse(text)
    )


def long_date(day: date, language: str) -> str:
    """`1 de julio de 2019`, `1 July 2019`."""
    with translation.override(language):
        return date_format(day, "j F Y" if language == "en" else r"j \d\e F \d\e Y")
