"""What the demonstration's files say."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from lms.demo.described import described, description_of
from lms.hooks import DemoAccount

HERE = Path(__file__).parent
PARTICIPANTS = ("applicant", "participant")


@cache
def read(name: str):
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def demo_accounts() -> list[DemoAccount]:
    """Hook: of each program one participant for each stage in the order of the path, then one for
    each role."""
    rows = sum((one.read("accounts") for one in described()), read("accounts"))
    return [
        DemoAccount(
            order,
            row["email"],
            row["name"],
            row["language"],
            row["role_label"],
            row["about"],
            row["role"] not in PARTICIPANTS,
        )
        for order, row in enumerate(rows)
    ]


def accounts_of(program_slug: str) -> list[dict]:
    """The accounts of one program, as its file says them."""
    one = description_of(program_slug)
    return one.read("accounts") if one else read("accounts")


def scenes(edition) -> dict[str, dict]:
    """The accounts that stand in an edition, by what they show there."""
    rows = accounts_of(edition.program.slug)
    return {row["scene"]: row for row in rows if row.get("edition") == edition.slug}
