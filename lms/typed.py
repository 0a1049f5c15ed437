"""What people type, made storable."""

from __future__ import annotations

import re
import unicodedata

LONGEST_TYPED = 20_000
LONGEST_NUMBER = 18
LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")
DRAWN_AS_NOTHING = "\u115f\u1160\u2800\u3164\uffa0"  # though they are letters and signs


def storable(text: str) -> str:
    """`cleaned`, and no longer than what is kept of anything."""
    return cleaned(text)[:LONGEST_TYPED]


def cleaned(text: str) -> str:
    """The text in NFC, with `\\n` line ends, without control characters (PostgreSQL takes no NUL)
    and without what would turn the direction of the lines around it."""
    text = unicodedata.normalize("NFC", LINE_ENDS.sub("\n", text))
    return "".join(character for character in text if _is_storable(character))


def lines(text: str) -> list[str]:
    """Whatever any program takes for the end of a line ends one."""
    return text.splitlines()


def seen(text: str) -> str:
    """The text; empty where nothing of it is seen."""
    return text if any(map(_is_seen, text)) else ""


def _is_seen(character: str) -> bool:
    is_sign = unicodedata.category(character) not in ("Cf", "Mn")
    return is_sign and not character.isspace() and character not in DRAWN_AS_NOTHING


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
