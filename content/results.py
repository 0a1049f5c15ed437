"""A graded attempt, question by question, as its result shows it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from content.grading import grade_question
from lms.multilingual import Multilingual


@dataclass(frozen=True)
class Option:
    text: str
    chosen: bool
    correct: bool


@dataclass(frozen=True)
class Answer:
    """`share` from 0 to 1: what the answer was worth."""

    stem: str
    options: list[Option]
    explanation: str
    reference: str
    share: object

    @property
    def is_right(self) -> bool:
        return self.share == 1

    @property
    def is_partly_right(self) -> bool:
        return 0 < self.share < 1


def answers_of(questions: list[dict], responses: dict[str, list[str]]) -> list[Answer]:
    """Each question in the active language, with what was chosen."""
    return [_answer(question, responses.get(question["key"], [])) for question in questions]


def _answer(question: dict, chosen: list[str]) -> Answer:
    return Answer(
        stem=str(Multilingual(question["stem"])),
        options=[
            Option(str(Multilingual(o["text"])), o["id"] in chosen, o["correct"])
            for o in question["options"]
        ],
        explanation=str(Multilingual(question["explanation"])),
        reference=str(Multilingual(question["reference"])),
        share=grade_question(question, chosen),
    )
