"""Which questions are asked: those without a condition, and those whose condition is met by an
answer to a question that is itself asked. Pure; the same for what is typed and what is stored."""

from __future__ import annotations

from collections.abc import Mapping


def asked_in(definition: list[dict], answers: Mapping[str, object]) -> frozenset[str]:
    """The ids of the fields that are asked of somebody who answered so. A condition is
    `shown_if: {field, values}` and looks at a field further up."""
    asked: set[str] = set()
    for field in definition:
        condition = field.get("shown_if")
        if condition is None or (
            condition["field"] in asked and _chosen(answers, condition) & set(condition["values"])
        ):
            asked.add(field["id"])
    return frozenset(asked)


def _chosen(answers: Mapping[str, object], condition: dict) -> set[str]:
    answer = answers.get(condition["field"]) or ""
    return {str(one) for one in answer} if isinstance(answer, list | tuple) else {str(answer)}


def has_conditions(definition: list[dict]) -> bool:
    return any("shown_if" in field for field in definition)
