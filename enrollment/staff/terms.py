"""The terms of an act of two people, as both read them."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.text import capfirst

from enrollment.services.joint import Act, Terms
from lms.templatetags.times import moment_parts

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*")


def readable(kind: Act, terms: Terms, zone: str = "UTC") -> list[tuple[str, list[str]]]:
    """(label, lines) of every term; instants with the hour in the edition's zone and in UTC."""
    return [(capfirst(str(label)), _lines(value, zone)) for label, value in kind.describe(terms)]


def _lines(value, zone: str) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [INSTANT.sub(lambda found: _moment(found[0], zone), str(one)) for one in values]


def _moment(text: str, zone: str) -> str:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return text
    when, where = moment_parts(instant, zone)
    return f"{when} ({where}; {instant.astimezone(ZoneInfo('UTC')):%H:%M} UTC)"
