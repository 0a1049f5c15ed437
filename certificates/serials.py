"""Serials: twelve characters that nobody can guess and everybody can read aloud."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
LENGTH = 12
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_serial() -> str:
    """60 random bits."""
    return "".join(secrets.choice(ALPHABET) for _character in range(LENGTH))


def as_typed(text: str) -> str:
    """The serial a person meant: any case, with or without hyphens and spaces, O for 0."""
    letters = "".join(character for character in text.upper() if character.isalnum())
    return letters.translate(READ_AS)
