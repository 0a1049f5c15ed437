"""The words of a certificate: a design's text with its placeholders filled in, and what a snapshot
says in the language it is printed in. Pure."""

from __future__ import annotations

import string
from dataclasses import dataclass
from datetime import date

from django.utils import translation

from lms.days import written

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
    """`1 de julio de 2019`, `1 July 2019`: months are capitalised in English alone."""
    with translation.override(language):
        if language == "en":
            return written(day, "j F Y")
        return written(day, r"j \d\e F \d\e Y").lower()


@dataclass(frozen=True)
class Paper:
    """A snapshot as it is printed. A text that lacks the language is given in another."""

    snapshot: dict
    language: str

    def text(self, value: dict | None) -> str:
        value = value or {}
        return value.get(self.language) or next(filter(None, value.values()), "")

    def phases(self) -> list[dict]:
        """Each phase with its title, hours, and activities (title, hours or None)."""
        return [
            {
                "title": self.text(phase["title"]),
                "hours": phase["hours"],
                "activities": [
                    {"title": self.text(activity["title"]), "hours": activity.get("hours")}
                    for activity in phase["activities"]
                ],
            }
            for phase in self.snapshot["phases"]
        ]

    def signatories(self) -> list[dict]:
        return [
            {"name": person["name"], "post": self.text(person["post"])}
            for person in self.snapshot["signatories"]
        ]

    def values(self) -> dict[str, object]:
        """What the placeholders of a design's text stand for."""
        snapshot, language = self.snapshot, self.language
        return {
            "certificate_name": snapshot["name"],
            "program": self.text(snapshot["program"]),
            "edition": self.text(snapshot["edition"]),
            "start": long_date(date.fromisoformat(snapshot["start"]), language),
            "end": long_date(date.fromisoformat(snapshot["end"]), language),
            "hours": snapshot["hours"],
        }
