"""What people type, made storable."""

from __future__ import annotations

import re
import unicodedata

LONGEST_TYPED = 20_000
LONGEST_NUMBER = 18


def storable(text: str) -> str:
    """The text in NFC, with `\\n` line ends, without control characters (PostgreSQL takes no NUL)
    and without what would turn the direction of the lines around it."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(character for character in text if _is_storable(character))[:LONGEST_TYPED]


def _is_storable(character: str) -> bool:
    if character in "\n\t":
        return True
    turns_direction = "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069"
    return unicodedata.category(character) not in ("Cc", "Cs", "Cn", "Co") and not turns_direction


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def whole_number(text: str) -> int | None:
    """The number that digits write; None where there are other signs, or more than a key has."""
    is_one = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    return int(text) if is_one else None
