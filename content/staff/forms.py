"""Forms of modules and questions: what is typed, not what is allowed."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content.models import Module, Question
from content.rules import authoring as rules
from enrollment.staff.calendar_forms import ShortNameField
from enrollment.staff.instants import InstantField, InstantsForm
from lms.multilingual import MultilingualFormField

LETTERS = "abcdef"


class ModuleForm(InstantsForm):
    slug = ShortNameField()
    opens_at = InstantField(label=_("Opens"))

    class Meta:
        model = Module
        fields = [
            "title",
            "slug",
            "order",
            "opens_at",
            "hours",
            "draw",
            "pass_mark",
            "attempts",
            "cooldown_minutes",
        ]

    def clean_order(self):
        return self._alone("order", _("Another module of this phase has this place."))

    def clean_slug(self):
        return self._alone("slug", _("Another module of this phase has this short name."))

    def _alone(self, name: str, said):
        value = self.cleaned_data[name]
        others = Module.objects.filter(phase=self.instance.phase, **{name: value})
        if others.exclude(pk=self.instance.pk).exists():
            raise ValidationError(said)
        return value


class QuestionForm(forms.ModelForm):
    """The options are rows of one text for each language and a box for what is right; a row
    without text is no option."""

    class Meta:
        model = Question
        fields = ["kind", "stem", "explanation", "reference"]
        help_texts = {
            "explanation": _("Read after passing, after the last attempt or after the close."),
            "reference": _("Where it is written: a treaty, a judgment, a standard."),
        }

    regrade = forms.BooleanField(label=_("Grade them again"), required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.graded_again = 0
        stored = {option["id"]: option for option in self.instance.options}
        for number, letter in enumerate(LETTERS, start=1):
            option = stored.get(letter, {})
            self.fields[f"text_{letter}"] = MultilingualFormField(
                label=_("Option %(n)s") % {"n": number},
                required=False,
                initial=option.get("text"),
                help_text="",
            )
            self.fields[f"right_{letter}"] = forms.BooleanField(
                label=_("Option %(n)s is right") % {"n": number},
                required=False,
                initial=option.get("correct", False),
            )

    @property
    def facts(self) -> list:
        return [self[name] for name in self.Meta.fields]

    @property
    def rows(self) -> list[tuple]:
        return [(self[f"text_{letter}"], self[f"right_{letter}"]) for letter in LETTERS]

    def clean(self):
        cleaned = super().clean()
        stored_right = rules.right_ids(self.instance)
        self.instance.options = [
            {
                "id": letter,
                "text": dict(cleaned[f"text_{letter}"]),
                "correct": bool(cleaned.get(f"right_{letter}")),
            }
            for letter in LETTERS
            if cleaned.get(f"text_{letter}")
        ]
        for letter in LETTERS:
            if cleaned.get(f"right_{letter}") and not cleaned.get(f"text_{letter}"):
                self.add_error(f"text_{letter}", _("A right option needs a text."))
        if self.instance.pk and stored_right != rules.right_ids(self.instance):
            self._ask_before_regrading(cleaned)
        return cleaned

    def _ask_before_regrading(self, cleaned: dict) -> None:
        self.graded_again = rules.attempts_asked(self.instance).count()
        if self.graded_again and not cleaned.get("regrade"):
            self.add_error(
                "regrade",
                _(
                    "What is right was corrected. Tick this box if the attempts in which the"
                    " question was asked are to be graded again."
                ),
            )

    @property
    def changed_fields(self) -> list[str]:
        named = [name for name in self.changed_data if name in self.Meta.fields]
        return [*named, "options"]
