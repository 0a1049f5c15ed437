"""The form in which coordinators write a mail's subject and text in each language."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.mail.compose import Letter
from lms.mail.kinds import Kind
from lms.mail.rewording import digest
from lms.mail.wordings import Words, faults_in
from lms.typed import cleaned, seen

NAMES = dict(settings.LANGUAGES)
PARTS = ("subject", "text")


class WordingForm(forms.Form):
    """Subject and text in each language, beginning with the `shown` ones; `seen` are the digests
    of what the person who types was shown. Only what they typed anew is looked at for faults:
    `typed()` is all of it, `anew()` what differs from what they saw. `letter` is the real one
    with whose data it is previewed, where there is any."""

    reader = forms.CharField(
        label=gettext_lazy("Preview with the data of"),
        help_text=gettext_lazy(
            "An e-mail address or the code of an application; empty: the newest such letter."
        ),
        max_length=254,
        required=False,
    )

    def __init__(self, program, kind: Kind, shown: Mapping[str, Words], data=None, *, seen=None):
        initial = {
            f"{part}_{code}": getattr(words, part)
            for code, words in shown.items()
            for part in PARTS
        }
        super().__init__(data, initial=initial)
        self.program, self.kind, self.shown = program, kind, shown
        self.seen = seen or {code: digest(words) for code, words in shown.items()}
        self.letter: Letter | None = None
        for code in shown:
            self._add_language(code)
        self.order_fields([*(f"{part}_{code}" for code in shown for part in PARTS), "reader"])

    def _add_language(self, code: str) -> None:
        named = {"language": NAMES.get(code, code)}
        # Not required and of any length here: `faults_in` says what is wrong, all at once.
        self.fields[f"subject_{code}"] = forms.CharField(
            label=_("Subject (%(language)s)") % named,
            required=False,
            widget=forms.TextInput(attrs={"lang": code}),
        )
        self.fields[f"text_{code}"] = forms.CharField(
            label=_("Text (%(language)s)") % named,
            required=False,
            widget=forms.Textarea(attrs={"rows": 14, "lang": code}),
        )

    def clean(self):
        values = super().clean()
        for code, words in self.anew().items():
            for part, faults in faults_in(self.kind, words).items():
                if (field := f"{part}_{code}") not in self.errors:
                    self.add_error(field, faults)
        return values

    def clean_reader(self) -> str:
        who = self.cleaned_data["reader"]
        self.letter = self.kind.found(self.program.slug, who)
        if who and self.letter is None:
            raise forms.ValidationError(
                _("Nobody of this program to whom such a mail could go has this address or code.")
            )
        return who

    def typed(self) -> dict[str, Words]:
        values = self.cleaned_data
        return {
            code: Words(*(_typed(values.get(f"{part}_{code}", "")) for part in PARTS))
            for code in self.shown
        }

    def anew(self) -> dict[str, Words]:
        return {
            code: words for code, words in self.typed().items() if digest(words) != self.seen[code]
        }

    def good(self) -> dict[str, Words]:
        """What was typed in the languages in which nothing is wrong."""
        return {
            code: words
            for code, words in self.typed().items()
            if self.errors.keys().isdisjoint(f"{part}_{code}" for part in PARTS)
        }

    def fields_of(self, code: str) -> list:
        return [self[f"{part}_{code}"] for part in PARTS]


def _typed(text: str) -> str:
    """Of whatever length: how long it is, is said of all of it."""
    return seen(cleaned(text).strip())
