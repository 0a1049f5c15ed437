"""The questions of an attempt, in order, as one form in the reader's language."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _

from content.models import Attempt, QuestionKind
from lms.multilingual import Multilingual


class AnswersForm(forms.Form):
    """Nothing is required while answers are saved; with `complete`, each question is."""

    def __init__(self, attempt: Attempt, data=None, *, complete: bool = False):
        super().__init__(data, initial=initial(attempt))
        self.attempt = attempt
        for number, question in enumerate(attempt.questions, start=1):
            self.fields[question["key"]] = field_of(question, number, complete)

    def responses(self) -> dict[str, list[str]]:
        """`{question key: [option ids]}`, of what was answered."""
        given = {key: self.data.getlist(key) for key in self.fields}
        return {key: chosen for key, chosen in given.items() if chosen}

    @property
    def unanswered(self) -> int:
        return len(self.fields) - len(self.responses())


def initial(attempt: Attempt) -> dict:
    several = {q["key"] for q in attempt.questions if q["kind"] == QuestionKind.MULTIPLE}
    return {
        key: chosen if key in several else chosen[0]
        for key, chosen in attempt.responses.items()
        if chosen
    }


def field_of(question: dict, number: int, complete: bool) -> forms.Field:
    several = question["kind"] == QuestionKind.MULTIPLE
    kind = forms.MultipleChoiceField if several else forms.ChoiceField
    return kind(
        label=_("%(number)s. %(question)s")
        % {"number": number, "question": Multilingual(question["stem"])},
        choices=[(o["id"], str(Multilingual(o["text"]))) for o in question["options"]],
        widget=forms.CheckboxSelectMultiple if several else forms.RadioSelect,
        required=complete,
        help_text=_("Several answers may be right.") if several else "",
        error_messages={"required": _("This question has no answer yet.")},
    )
