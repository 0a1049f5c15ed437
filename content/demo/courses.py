"""Which texts a program of the demonstration has, in which languages, under which address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from content.demo.texts import LANGUAGES, read
from enrollment.models import Program
from lms.demo.described import description_of


@dataclass(frozen=True)
class Course:
    """The texts of one program. `read` gives a file's by its name, `address` is the slug of the
    program's page, and `place` what the keys of its pages begin with."""

    read: Callable
    languages: tuple[str, ...]
    address: str
    place: str = ""

    def page(self, language: str) -> dict:
        return self.read("pages")["program"][language]

    def texts_below(self) -> dict[str, dict]:
        """The pages of text of this program alone, by their slug."""
        return self.read("pages").get("below", {})

    def at(self, *words: str) -> str:
        """The place of a page, the same in all languages."""
        return "/".join([self.place, *words] if self.place else words)


def course_of(program: Program) -> Course:
    """The course that a file describes, else the judges' one."""
    one = description_of(program.slug)
    if one is None:
        return Course(read, LANGUAGES, "programa")
    return Course(one.read, one.languages, one.read("pages")["address"], one.slug)
