"""What the demonstration's files say."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from lms.hooks import DemoAccount

HERE = Path(__file__).parent
PARTICIPANTS = ("applicant", "participant")


@cache
def read(name: str):
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def demo_accounts() -> list[DemoAccount]:
    """Hook: one participant for each stage in the order of the path, then one for each role."""
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
        for order, row in enumerate(read("accounts"))
    ]


def scenes(edition_slug: str) -> dict[str, dict]:
    """The accounts that stand in an edition, by what they show there."""
    return {row["scene"]: row for row in read("accounts") if row.get("edition") == edition_slug}
