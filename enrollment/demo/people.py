"""Invented people: as many of each kind as the distribution says, in an order of chance."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from enrollment.demo.data import read
from lms.accounts.models import User

UNUSABLE = "!"
OWN_ADDRESS = {"es": "correo.example", "pt-br": "correio.example", "en": "mail.example"}
COLUMNS = ("role", "gender", "workplace", "connection", "address", "alumni")
PORTUGUESE, ENGLISH = {"BR", "PT"}, {"TT", "JM", "BB", "GY", "BZ", "US"}


@dataclass
class Profile:
    """One applicant, before there is a row."""

    given: str
    family: str
    country: str
    zone: str
    language: str
    role: str
    gender: str
    workplace: str
    connection: str
    address: str
    alumni: str
    domain: str = ""

    @property
    def full_name(self) -> str:
        return f"{self.given} {self.family}"


def shares(counts: Mapping[str, int], total: int) -> dict[str, int]:
    """The counts brought to `total`, the largest remainders rounded up."""
    whole = sum(counts.values())
    exact = {key: count * total / whole for key, count in counts.items()}
    found = {key: int(value) for key, value in exact.items()}
    missing = total - sum(found.values())
    for key in sorted(exact, key=lambda key: found[key] - exact[key])[:missing]:
        found[key] += 1
    return found


def spread(counts: Mapping[str, int], total: int, luck: Random) -> list[str]:
    """`total` keys, as many of each as its share, shuffled."""
    keys = [key for key, count in shares(counts, total).items() for _one in range(count)]
    luck.shuffle(keys)
    return keys


def profiles(
    total: int, luck: Random, alumni: Mapping[str, int] | None = None, says: dict | None = None
) -> list[Profile]:
    """People as `says` distributes them: those of the judges' program where nothing else is
    said. What it does not speak of stays empty."""
    says = says or read("distribution")
    countries = {code: row["count"] for code, row in says["countries"].items()}
    columns = [countries, *(says.get(name, {"": 1}) for name in COLUMNS)]
    if alumni:
        columns[-1] = alumni
    drawn = (spread(column, total, luck) for column in columns)
    taken = set()
    return [_profile(says, luck, facts, taken) for facts in zip(*drawn, strict=True)]


def _profile(says: dict, luck: Random, facts: tuple, taken: set) -> Profile:
    country, role, gender, *rest = facts
    language = language_of(country)
    pool = read("names")[language]
    is_woman = gender == "woman" or (gender != "man" and luck.random() < 0.5)
    given, family = _name(pool, is_woman, language, luck, taken)
    zone = says["countries"][country]["zone"]
    profile = Profile(given, family, country, zone, language, role, gender, *rest)
    domain = says["domains"].get(profile.address, "")
    profile.domain = domain.format(country=country.lower())
    return profile


def _name(pool: dict, is_woman: bool, language: str, luck: Random, taken: set) -> tuple[str, str]:
    """A name that nobody of this crowd has; one more given name where the others are taken."""
    given_names, families = pool["given_f" if is_woman else "given_m"], 1 if language == "en" else 2
    for number in range(1, 200):
        given = " ".join(luck.sample(given_names, 1 + (number > 40)))
        family = " ".join(luck.sample(pool["family"], families))
        if (given, family) not in taken:
            break
    taken.add((given, family))
    return given, family


def language_of(country: str) -> str:
    return "pt-br" if country in PORTUGUESE else "en" if country in ENGLISH else "es"


def address_of(profile: Profile, number: int) -> str:
    """A reserved address of its own for each: never anybody's."""
    plain = unicodedata.normalize("NFKD", profile.full_name.lower())
    words = "".join(one for one in plain if one.isascii() and (one.isalpha() or one == " "))
    name = ".".join(words.split()[:3])
    domain = profile.domain or OWN_ADDRESS[profile.language]
    return f"{name}.{number}@{domain}"


def make_users(profiles: list[Profile], first_number: int, joined: list) -> list[User]:
    return User.objects.bulk_create(
        [
            User(
                email=address_of(profile, first_number + place),
                password=UNUSABLE,
                first_name=profile.given,
                last_name=profile.family,
                language=profile.language,
                time_zone=profile.zone,
                date_joined=at,
            )
            for place, (profile, at) in enumerate(zip(profiles, joined, strict=True))
        ],
        batch_size=500,
    )
