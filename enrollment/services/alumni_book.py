"""The list of alumni as it is looked up: by an address, and by the words of a name."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models.functions import Lower

from enrollment.country_names import country_code
from enrollment.matching import AlumniBook, Applicant, Named, Record
from enrollment.models import Alumnus, AlumnusKey, Program
from enrollment.names import keys_of_applicant, keys_of_row, people_in

CHUNK = 500
KEYED = (
    "number",
    "alumnus_id",
    "alumnus__program_id",
    "alumnus__name",
    "alumnus__country",
    "alumnus__status",
)


def write_keys(rows: Iterable[Alumnus]) -> None:
    """By what the rows, just stored, will be found."""
    keys = [
        AlumnusKey(alumnus=row, number=number) for row in rows for number in numbers_of(row.name)
    ]
    AlumnusKey.objects.bulk_create(keys, batch_size=CHUNK)


def numbers_of(cell: str) -> set[int]:
    return {number for words in people_in(cell) for number in keys_of_row(words)}


class AlumniList:
    """A program's list, asked once for each address and each pair of words."""

    def __init__(self, program: Program):
        self.program = program
        self._asked: set[str] = set()
        self._by_address: dict[str, list[Record]] = {}
        self._numbers: dict[int, list[int]] = {}
        self._rows: dict[int, Named] = {}

    def book_for(self, applicants: Iterable[Applicant]) -> AlumniBook:
        """What the list has to do with these applicants. Queries grow with what was not asked
        before, in chunks."""
        applicants = list(applicants)
        addresses = {address for one in applicants for address in one.addresses}
        self._ask_addresses(addresses - self._asked)
        keys = {one.id: keys_of_applicant(one.name) for one in applicants}
        self._ask_numbers({number for numbers in keys.values() for number in numbers})
        return AlumniBook(
            {one: self._by_address[one] for one in addresses & self._by_address.keys()},
            {pk: self._named_by(numbers) for pk, numbers in keys.items()},
        )

    def _named_by(self, numbers: set[int]) -> list[Named]:
        found = {pk for number in numbers for pk in self._numbers.get(number, ())}
        return [self._rows[pk] for pk in sorted(found)]

    def _ask_addresses(self, addresses: set[str]) -> None:
        if not addresses:
            return
        self._asked |= addresses
        rows = Alumnus.objects.filter(program=self.program).exclude(email="")
        rows = rows.annotate(key=Lower("email"))
        if len(addresses) <= CHUNK:
            rows = rows.filter(key__in=addresses)
        for pk, key, status in rows.order_by("id").values_list("id", "key", "status"):
            if key in addresses:
                record = Record(pk, status == Alumnus.Status.COMPLETED)
                self._by_address.setdefault(key, []).append(record)

    def _ask_numbers(self, numbers: set[int]) -> None:
        """The rows come with their keys; those of other programs, which have keys of their own in
        the same table, are left out here: a database that begins with the program reads it all."""
        new = sorted(numbers - self._numbers.keys())
        self._numbers |= {number: [] for number in new}
        for start in range(0, len(new), CHUNK):
            keys = AlumnusKey.objects.filter(number__in=new[start : start + CHUNK])
            for number, pk, program, *row in keys.values_list(*KEYED):
                if program == self.program.pk:
                    self._numbers[number].append(pk)
                    if pk not in self._rows:
                        self._rows[pk] = _named(pk, *row)


def _named(pk: int, name: str, country: str, status: str) -> Named:
    completed = status == Alumnus.Status.COMPLETED
    return Named(pk, completed, tuple(people_in(name)), country_code(country))
