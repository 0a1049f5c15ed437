"""Who is on the list of alumni, and who looks like whom. Pure: plain values in and out.

Addresses are compared exactly, but for case and the spaces around them.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Record:
    """A row of the list: `completed` or only enrolled."""

    id: int
    completed: bool


@dataclass(frozen=True)
class Applicant:
    """`verified` addresses were proved by a code, `claimed` ones only written in the form.
    `declared` tells that the applicant says to have taken the course."""

    id: int
    verified: frozenset[str] = frozenset()
    claimed: frozenset[str] = frozenset()
    declared: bool = False

    @property
    def addresses(self) -> frozenset[str]:
        return self.verified | self.claimed


@dataclass(frozen=True)
class Found:
    """`verdict` is `auto`, `review`, `self_declared` or `none`; `record` the row it rests on."""

    verdict: str
    record: Record | None = None


def normal_email(text: str | None) -> str:
    return (text or "").strip().lower()


def normal_text(text: str) -> str:
    """Lower case, without accents, one space between words."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    return re.sub(r"[^\w]+", " ", plain).strip()


def likeness(given_names: str, family_names: str, country: str, course: str) -> str:
    """A key that two applications of the same person share: names, country and earlier course.
    Empty where any of them is missing."""
    parts = [normal_text(part) for part in (f"{given_names} {family_names}", country, course)]
    if not all(parts):
        return ""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def find_alumni(
    applicants: Iterable[Applicant], records: Mapping[str, list[Record]]
) -> dict[int, Found]:
    """For each applicant's id what the list says. `records` are the rows by normal address.

    A verified address is its owner's. One that was only written down counts as long as nobody
    else goes by it; else people look at both."""
    applicants = list(applicants)
    claims = Counter(address for one in applicants for address in one.addresses)
    return {one.id: _find(one, records, claims) for one in applicants}


def _find(applicant: Applicant, records, claims: Counter) -> Found:
    sure, doubtful = [], []
    for address in sorted(applicant.addresses):
        is_sure = address in applicant.verified or claims[address] == 1
        (sure if is_sure else doubtful).extend(records.get(address, ()))
    completed = [record for record in sure if record.completed]
    if completed:
        return Found("auto", completed[0])
    if sure or doubtful:
        return Found("review", (sure + doubtful)[0])
    return Found("self_declared" if applicant.declared else "none")


@dataclass(frozen=True)
class Like:
    """An application as duplicates are searched; `order` tells which came first."""

    id: int
    key: str
    order: tuple = ()


def find_duplicates(applications: Iterable[Like]) -> dict[int, int | None]:
    """For each id the earliest other application with the same key, or None."""
    groups: dict[str, list[Like]] = {}
    found: dict[int, int | None] = {}
    for one in applications:
        found[one.id] = None
        if one.key:
            groups.setdefault(one.key, []).append(one)
    for group in groups.values():
        if len(group) > 1:
            first, second, *_later = sorted(group, key=lambda one: one.order)
            found |= {one.id: first.id for one in group}
            found[first.id] = second.id
    return found
