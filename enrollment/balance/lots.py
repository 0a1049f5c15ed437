"""The lot of an applicant, from a recorded seed: the same everywhere."""

from __future__ import annotations

import hashlib

BITS = 40


def lot(seed: str, code: str) -> int:
    """A number below 2⁴⁰: of two who are equal in all else, the lower goes first. The first five
    bytes of the SHA-256 of seed, line feed, code."""
    return int.from_bytes(hashlib.sha256(f"{seed}\n{code}".encode()).digest()[:5], "big")
