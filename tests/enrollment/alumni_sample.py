"""People who applied and how a list of alumni writes them: pairs with nine kinds of damage, among
many rows of others, and applicants who are on no row though somebody like them is."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from enrollment.alumni_files import mend
from enrollment.country_names import country_code
from enrollment.matching import AlumniBook, Applicant, Named, normal_email
from enrollment.names import keys_of_applicant, keys_of_row, name_of, people_in

GIVEN_NAMES = (
    "María José Ana Lucía Rosa Carmen Verónica Silvia Patricia Gabriela Lourdes Noemí Ximena Paola "
    "Juan Carlos Antonio Luis Óscar Miguel Ángel Fernando Héctor Raúl Édgar Víctor Julio César "
    "Andrés Ramiro Gustavo Iván Helena Beatriz Luciana Fernanda Cláudia Márcia Simone Tereza João "
    "Marcelo Sérgio Otávio Renato Eduardo Francisco Paulo Rodrigo Vicente Keisha Marcia Denise"
)
FAMILY_NAMES = (
    "García Quispe Mamani Pérez López Núñez Ibáñez Gutiérrez Benítez Ayala Vides Menjívar Solano "
    "Yáñez Zambrano Choque Rojas Ferreira Duarte Cruz Castro Mejía Portillo Figueroa Etcheverry "
    "Souza Santos Oliveira Araújo Guimarães Magalhães Medina Torres Vega Ramos Flores Vargas "
    "Salazar Paredes Cárdenas Huamán Condori Apaza Villalobos Céspedes Arostegui Barrientos "
    "Ituarte Valença Prado Lima Batista Carvalho Nogueira Bustamante Echeverría Urrutia Zelaya "
    "Orellana Chávez Peña"
)
GIVEN, FAMILY = GIVEN_NAMES.split(), FAMILY_NAMES.split()
COUNTRIES = {
    "PE": ["Perú", "PERU"],
    "BR": ["Brasil", "Brazil"],
    "MX": ["México", "MEXICO"],
    "SV": ["El Salvador", "Salvador, El"],
    "TT": ["Trinidad y Tobago", "Trinidad & Tobago"],
    "BO": ["Bolivia", "Bolivia (Estado Plurinacional de)"],
    "DO": ["República Dominicana", "Rep. Dominicana"],
    "VE": ["Venezuela", "VEN"],
    "AR": ["Argentina", "ARG"],
}


@dataclass(frozen=True)
class Person:
    given: str
    family: str
    country: str
    email: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


def people(count: int, luck: Random) -> list[Person]:
    return [
        Person(
            " ".join(luck.sample(GIVEN, luck.choice((1, 2, 2)))),
            " ".join(luck.sample(FAMILY, 2)),
            luck.choice(list(COUNTRIES)),
            f"{number}.{luck.randrange(10**6)}@correo.example",
        )
        for number in range(count)
    ]


def broken(text: str) -> str:
    """UTF-8 read as Windows-1252."""
    return "".join(
        letter.encode().decode("cp1252", "replace") if ord(letter) > 127 else letter
        for letter in text
    )


def without_accents(text: str) -> str:
    return text.translate(str.maketrans("áéíóúñãçâêôõÁÉÓÍÚ", "aeiounacaeooAEOIU"))


def slipped(text: str, luck: Random) -> str:
    """One letter of the longest word left out."""
    word = max(text.split(), key=len)
    place = luck.randrange(1, len(word) - 1)
    return text.replace(word, word[:place] + word[place + 1 :], 1)


def damaged(person: Person, kind: int, luck: Random) -> tuple[str, str, str]:
    """(name, country, e-mail) as the list writes them."""
    name, (country, alias) = person.name, COUNTRIES[person.country]
    title = luck.choice(("Dr.", "Dra.", "Juez", "Lic.", "Mag."))
    alike = f"{person.given} {person.family.split()[0]}", slipped(name, luck)
    return (
        (name.upper(), country.upper(), ""),
        (without_accents(name), without_accents(country), ""),
        (mend(broken(name)) or "", country, ""),
        (f"{person.family}, {person.given}".upper(), country, ""),
        (f"{title} {name}", country, ""),
        (f"  {name.replace(' ', '   ')} .", country, ""),
        (name, alias, ""),
        (slipped(name, luck), country, f" {person.email.upper()} "),
        (luck.choice(alike), country, ""),
    )[kind]


@dataclass
class Sample:
    """`applicants` by their place; `own` says which row is theirs, where one is."""

    applicants: list[Applicant]
    own: dict[int, int]
    book: AlumniBook


def a_sample(pairs=1000, others=7000, strangers=500, seed=2019) -> Sample:
    luck = Random(seed)
    known, rest = people(pairs, luck), people(others, luck)
    written = [(*damaged(one, place % 9, luck),) for place, one in enumerate(known)]
    written += [(one.name, COUNTRIES[one.country][0], "") for one in rest]
    rows = [
        Named(place, True, tuple(people_in(name)), country_code(country))
        for place, (name, country, _email) in enumerate(written)
    ]
    asked = known + [like(luck.choice(rest), luck) for _one in range(strangers)]
    applicants = [
        Applicant(
            place,
            verified=frozenset([normal_email(one.email)]),
            name=name_of(one.given, one.family),
            country=one.country,
        )
        for place, one in enumerate(asked)
    ]
    by_address = {
        normal_email(email): [rows[place]] for place, (*_, email) in enumerate(written) if email
    }
    own = {place: place for place in range(pairs)}
    return Sample(applicants, own, AlumniBook(by_address, found_by_keys(applicants, rows)))


def like(other: Person, luck: Random) -> Person:
    """Somebody else: a sibling, a namesake elsewhere, or with another second surname."""
    kind = luck.randrange(3)
    given, family, country = other.given, other.family, other.country
    if kind == 0:
        given = luck.choice([one for one in GIVEN if one not in given])
    if kind == 1:
        country = luck.choice([one for one in COUNTRIES if one != country])
    if kind == 2:
        family = f"{family.split()[0]} {luck.choice([o for o in FAMILY if o not in family])}"
    return Person(given, family, country, f"x{luck.randrange(10**9)}@otro.example")


def found_by_keys(applicants, rows) -> dict[int, list[Named]]:
    """As the database finds them."""
    keys: dict[int, list[Named]] = {}
    for row in rows:
        for number in {key for words in row.names for key in keys_of_row(words)}:
            keys.setdefault(number, []).append(row)
    found = {}
    for one in applicants:
        rows_of_one = [row for key in keys_of_applicant(one.name) for row in keys.get(key, ())]
        found[one.id] = list({row.id: row for row in rows_of_one}.values())
    return found
