"""How the questions of a bank did: how often each was asked, and how often answered rightly."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Max

from content.grading import grade_question
from content.models import Attempt, AttemptStatus, Module

KEPT_SECONDS = 600


@dataclass
class Figures:
    """`right` counts answers worth a whole point."""

    asked: int = 0
    right: int = 0

    @property
    def percent(self) -> int | None:
        return round(self.right * 100 / self.asked) if self.asked else None


def figures_of(module: Module) -> dict[str, Figures]:
    """By the question's key, over the graded attempts. Read once for as long as none is added."""
    graded = Attempt.objects.filter(module=module, status=AttemptStatus.GRADED)
    state = graded.aggregate(count=Count("pk"), last=Max("submitted_at"))
    key = f"bank:{module.pk}:{state['count']}:{state['last'] and state['last'].timestamp()}"
    found = cache.get(key)
    if found is None:
        found = _count(graded)
        cache.set(key, found, KEPT_SECONDS)
    return {question: Figures(asked, right) for question, (asked, right) in found.items()}


def _count(graded) -> dict[str, tuple[int, int]]:
    counts = defaultdict(lambda: [0, 0])
    for questions, responses in graded.values_list("questions", "responses").iterator(500):
        for question in questions:
            count = counts[question["key"]]
            count[0] += 1
            count[1] += grade_question(question, responses.get(question["key"], [])) == 1
    return {key: tuple(count) for key, count in counts.items()}
