"""Names of people as two lists may write them. Pure.

A name is a row of plain words: lower case, without accents, titles, particles and what a marriage
added. Two words are near when spelling rules of Spanish and Portuguese, or one letter, explain the
difference.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations

SAID_BEFORE = (
    "dr dra doctor doctora doutor doutora lic licda licdo licenciado licenciada abg abog abogado "
    "abogada adv advogado advogada juez jueza juiz juiza judge justice magistrado magistrada "
    "fiscal defensor defensora promotor promotora procurador procuradora prof profa profesor "
    "profesora professor professora mag mg msc mtro mtra maestro maestra ing sr sra srta don dona "
    "mr mrs ms miss hon jr iii"
)
SAID_BETWEEN = "de da do das dos del la las los y e i van von der den di du san santa"
TITLES, PARTICLES = frozenset(SAID_BEFORE.split()), frozenset(SAID_BETWEEN.split())
MARRIED = re.compile(r"\b(?:vda|viuda|vd|esposa|sra)\b.*$")
BETWEEN_PEOPLE = re.compile(r"[;/|]|\s+-\s+")
MOST_WORDS = 8
SHORTEST_WITH_A_SLIP = 5


def normal_text(text: str) -> str:
    """Lower case, without accents, one space between words."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    return re.sub(r"[^\w]+", " ", plain).strip()


@dataclass(frozen=True)
class Name:
    """`given` and `family` are plain words; of a name in one piece all are in `given`."""

    given: tuple[str, ...]
    family: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        return self.given + self.family

    def may_be_written(self, words: tuple[str, ...]) -> bool:
        """Whether these words are the name, given names first or family names first."""
        return words in (self.given + self.family, self.family + self.given)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name in one piece, in their order."""
    plain = normal_text(text)
    plain = MARRIED.sub("", plain) or plain
    words = [word for word in plain.split() if word not in TITLES and word not in PARTICLES]
    return tuple(words[:MOST_WORDS])


def name_of(given_names: str, family_names: str) -> Name:
    return Name(words_of(given_names), words_of(family_names))


def people_in(cell: str) -> list[tuple[str, ...]]:
    """The words of each name that a cell of a list holds, the same person named twice once."""
    names = [words_of(part) for part in BETWEEN_PEOPLE.split(cell)]
    return list(dict.fromkeys(tuple(sorted(words)) and words for words in names if words))


def is_near(one: str, other: str) -> bool:
    """Whether both may be the same word: alike but for spelling, or for one letter of a word that
    is long enough to be told by the rest."""
    if one == other or spelled(one) == spelled(other):
        return True
    return min(len(one), len(other)) >= SHORTEST_WITH_A_SLIP and differ_by_one(one, other)


@lru_cache(maxsize=50_000)
def spelled(word: str) -> str:
    """The word as its sound would be spelled: Ximena and Jimena, Souza and Sousa, Yáñez and Ianez
    are one."""
    word = re.sub(r"ph", "f", word)
    word = re.sub(r"ch", "x", word) if not word.startswith("ch") else "c" + word[1:]
    word = re.sub(r"c(?=[eiy])|z|ss", "s", word)
    word = re.sub(r"^x|j|g(?=[eiy])|^h(?=i)", "j", word)
    word = re.sub(r"qu(?=[ei])|k", "c", word)
    word = re.sub(r"ll|y|j(?=$)", "i", word)
    word = re.sub(r"[vw]", "b", word).replace("h", "")
    return re.sub(r"(.)\1+", r"\1", word)


def differ_by_one(one: str, other: str) -> bool:
    """One letter more, less, other, or two changed places."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return one == other
    start = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        start += 1
    rest, rest_of_other = one[start:], other[start:]
    return (
        rest[1:] == rest_of_other[1:]
        or rest[1:] == rest_of_other
        or rest == rest_of_other[1:]
        or (rest[:2] == rest_of_other[:2][::-1] and rest[2:] == rest_of_other[2:])
    )


def keys_of_row(words: tuple[str, ...]) -> set[int]:
    """What a row of the list is found by: a number for each pair of its words."""
    return {_number(pair) for pair in combinations(sorted(map(spelled, words)), 2)}


def keys_of_applicant(name: Name) -> set[int]:
    """What an applicant looks for: the first given name with each family name, and the family
    names with each other, so that one misspelled word hides nobody."""
    given, family = [*map(spelled, name.given[:1])], [*map(spelled, name.family)]
    pairs = [(one, other) for one in given for other in family] + list(combinations(family, 2))
    pairs += combinations(map(spelled, name.given), 2) if len(family) < 2 else []
    return {_number(tuple(sorted(pair))) for pair in pairs}


def _number(pair: tuple[str, ...]) -> int:
    digest = blake2b("|".join(pair).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
