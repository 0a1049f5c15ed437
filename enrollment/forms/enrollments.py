from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.rules.enrollments import is_printable_name


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Name on the certificate"),
        max_length=200,
        help_text=_("Exactly as it should be printed, with all accents."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "words"}),
    )

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        if not (answer := is_printable_name(name)):
            raise forms.ValidationError(answer.reason, code=answer.code)
        return name
