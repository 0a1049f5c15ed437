"""Whom a newcomer may be."""

from __future__ import annotations

from collections.abc import Iterable

from lms.accounts.models import User
from lms.hooks import DemoAccount, ask

COLUMNS = ("who", "e-mail", "role", "where they stand")


def accounts() -> list[DemoAccount]:
    """Everybody whom the apps offer, staff first, in the order of the path."""
    return sorted(sum(ask("demo_accounts"), []), key=lambda account: account.order)


def present() -> list[tuple[DemoAccount, User]]:
    """The same with their accounts, as far as these stand in the database. One query."""
    offered = accounts()
    people = User.objects.filter(email__in=[account.email for account in offered])
    by_email = {person.email: person for person in people}
    return [(a, by_email[a.email]) for a in offered if a.email in by_email]


def make_people(offered: Iterable[DemoAccount], **fields) -> dict[str, User]:
    """An account for each, by address. Names are split at the first space."""
    people = {}
    for account in offered:
        first, _space, last = account.name.partition(" ")
        people[account.email] = User.objects.create_user(
            account.email, first_name=first, last_name=last, language=account.language, **fields
        )
    return people


def table(language: str = "en") -> str:
    """The accounts as a table for a terminal; empty where the demonstration does not stand."""
    rows = [
        (a.name, a.email, a.role.get(language, ""), a.about.get(language, ""))
        for a, _person in present()
    ]
    if not rows:
        return ""
    table = [COLUMNS, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(COLUMNS) - 1)]
    rule = ["-" * width for width in (*widths, max(len(row[-1]) for row in table))]
    return "\n".join(_line(row, widths) for row in [COLUMNS, rule, *rows])


def _line(row, widths) -> str:
    cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
    return "  ".join([*cells, row[-1]]).rstrip()
