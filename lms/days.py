"""Days as people write them in the active language."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language


def written(day: date, pattern: str) -> str:
    """`day` by a date format of Django's. In Brazil the first of a month is an ordinal:
    “1º de julho”, “domingo, 1º de agosto de 2027”."""
    text = date_format(day, pattern)
    if day.day == 1 and get_language() == "pt-br":
        return text.replace("1 de ", "1º de ", 1)
    return text
