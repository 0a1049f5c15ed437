"""Who is on the list of alumni, and who looks like whom. Pure: plain values in and out.

An address that is the same is proof. A name is proof only where nobody else can be meant: three
words or more in an order in which people write them, the same country, a course completed, one row
of the list and one applicant. What is alike but no proof is looked at by people.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from enrollment.names import Name, is_near, normal_text

ENOUGH_WORDS = 3  # fewer never prove anybody
WORDS_ELSEWHERE = 4  # so many have to agree where the countries differ
ALIKE = 0.6  # of 1: from here on people look at it
NEAR = 0.8  # what a word counts that is spelled otherwise
INITIAL = 0.5
MOST_SHOWN = 5


@dataclass(frozen=True)
class Record:
    """A row of the list: `completed` or only enrolled."""

    id: int
    completed: bool


@dataclass(frozen=True)
class Named(Record):
    """The same with the names it holds, each a row of words, and the code of its country (empty
    where it says none)."""

    names: tuple[tuple[str, ...], ...] = ()
    country: str = ""


@dataclass(frozen=True)
class Applicant:
    """`verified` addresses were proved by a code, `claimed` ones only written in the form.
    `declared` tells that the applicant says to have taken the course."""

    id: int
    verified: frozenset[str] = frozenset()
    claimed: frozenset[str] = frozenset()
    declared: bool = False
    name: Name = Name(())
    country: str = ""

    @property
    def addresses(self) -> frozenset[str]:
        return self.verified | self.claimed


@dataclass(frozen=True)
class Found:
    """`verdict` is `auto`, `review`, `self_declared` or `none`; `record` the row it rests on.
    `is_exact` tells that address or whole name are the row's, and not only alike."""

    verdict: str
    record: Record | None = None
    is_exact: bool = True


@dataclass(frozen=True)
class AlumniBook:
    """What is known of the list for some applicants: rows by normal address, and by the applicant
    those that may name them."""

    by_address: Mapping[str, list[Record]] = field(default_factory=dict)
    by_applicant: Mapping[int, list[Named]] = field(default_factory=dict)


def normal_email(text: str | None) -> str:
    return (text or "").strip().lower()


def likeness(given_names: str, family_names: str, country: str, course: str) -> str:
    """A key that two applications of the same person share: names, country and earlier course.
    Empty where any of them is missing."""
    parts = [normal_text(part) for part in (f"{given_names} {family_names}", country, course)]
    if not all(parts):
        return ""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def find_alumni(applicants: Iterable[Applicant], book: AlumniBook) -> dict[int, Found]:
    """For each applicant's id what the list says.

    A verified address is its owner's. One that was only written down counts as long as nobody
    else goes by it; else people look at both."""
    applicants = list(applicants)
    claims = Counter(address for one in applicants for address in one.addresses)
    bearers = Counter(_borne(one) for one in applicants)
    return {one.id: _find(one, book, claims, bearers) for one in applicants}


def _borne(applicant: Applicant) -> tuple:
    return (*sorted(applicant.name.words), applicant.country)


def _find(applicant: Applicant, book: AlumniBook, claims: Counter, bearers: Counter) -> Found:
    sure, doubtful = [], []
    for address in sorted(applicant.addresses):
        is_sure = address in applicant.verified or claims[address] == 1
        (sure if is_sure else doubtful).extend(book.by_address.get(address, ()))
    completed = [record for record in sure if record.completed]
    if completed:
        return Found("auto", completed[0])
    named = book.by_applicant.get(applicant.id, [])
    same = [row for row in named if is_same(applicant, row)]
    if _is_proof(applicant, same, bearers):
        return Found("auto", same[0])
    if sure or doubtful:
        return Found("review", (sure + doubtful)[0])
    if same:
        return Found("review", same[0])
    if candidates := alike(applicant, named):
        return Found("review", candidates[0], is_exact=False)
    return Found("self_declared" if applicant.declared else "none")


def _is_proof(applicant: Applicant, same: list[Named], bearers: Counter) -> bool:
    return (
        len(same) == 1
        and same[0].completed
        and len(same[0].names) == 1
        and len(applicant.name.words) >= ENOUGH_WORDS
        and bool(same[0].country)
        and bearers[_borne(applicant)] == 1
    )


def is_same(applicant: Applicant, row: Named) -> bool:
    """Whether the row holds the whole name, as people write it, in a country that fits."""
    if row.country not in ("", applicant.country):
        return False
    return any(applicant.name.may_be_written(words) for words in row.names)


def disputed(applicants: Iterable[Applicant], book: AlumniBook) -> set[int]:
    """The ids of the rows that can prove one of them: whoever else goes by one of these, by its
    address or its whole name, matters for what it proves."""
    addresses = {record.id for rows in book.by_address.values() for record in rows}
    return addresses | {
        row.id
        for one in applicants
        for row in book.by_applicant.get(one.id, ())
        if is_same(one, row)
    }


def alike(applicant: Applicant, rows: Iterable[Named]) -> list[Named]:
    """The rows that may name the applicant, the likest first, the same ones in any order."""
    measured = ((likeness_of(applicant, row), row) for row in rows)
    found = [(measure, row) for measure, row in measured if measure >= ALIKE]
    found.sort(key=lambda pair: (-pair[0], not pair[1].completed, pair[1].id))
    return [row for _measure, row in found[:MOST_SHOWN]]


def likeness_of(applicant: Applicant, row: Named) -> float:
    """0 to 1: how much of both names agrees, whatever the order of the words. 0 where neither the
    first given name nor two family names agree, or where the countries differ and too little
    does."""
    return max((_agreement(applicant, words, row.country) for words in row.names), default=0)


def _agreement(applicant: Applicant, words: tuple[str, ...], country: str) -> float:
    name, left = applicant.name, list(words)
    counts = [_take(word, left) for word in name.words]
    agreeing = sum(count >= NEAR for count in counts)
    family = sum(count >= NEAR for count in counts[len(name.given) :])
    is_named = (bool(name.given) and counts[0] >= NEAR and family >= 1) or family >= 2
    if not name.family:
        is_named = agreeing >= 2
    if not is_named or (country not in ("", applicant.country) and agreeing < WORDS_ELSEWHERE):
        return 0
    return 2 * sum(counts) / (len(counts) + len(words))


def _take(word: str, left: list[str]) -> float:
    """What the word counts among those of the other name that are left; the one it agrees with
    is taken from them."""
    for counts, agrees in (
        (1, lambda other: other == word),
        (NEAR, lambda other: is_near(word, other)),
        (INITIAL, lambda other: 1 in (len(word), len(other)) and word[0] == other[0]),
    ):
        for other in left:
            if agrees(other):
                left.remove(other)
                return counts
    return 0


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
