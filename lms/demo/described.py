"""Programs that files describe: a folder of `programs/` each, and no line of code knows of any.

A folder's name is the program's short name. Its files are read by the apps, each its own:
`program`, `form`, `people` and `accounts` by enrollment; `pages`, `modules`, `lessons`,
`questions`, `discussions` and `posts` by content; `designs` by certificates. Days of a calendar
are counted from the day on which the demonstration is built.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROGRAMS = Path(__file__).with_name("programs")


@dataclass(frozen=True)
class Described:
    """One of these programs. Texts are `{language: text}` in its own languages alone."""

    slug: str

    def read(self, name: str):
        """What the file of that name says. Shared: nobody changes it."""
        return _read(PROGRAMS / self.slug / f"{name}.json")

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.read("program")["languages"])


@cache
def _read(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))


def described() -> list[Described]:
    """All of them, in the order of their names."""
    return [Described(path.parent.name) for path in sorted(PROGRAMS.glob("*/program.json"))]


def description_of(slug: str) -> Described | None:
    """The program of that short name; None for one that no file describes."""
    return next((one for one in described() if one.slug == slug), None)
