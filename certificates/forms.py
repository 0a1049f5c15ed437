from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.serials import LENGTH, as_typed


class CodeForm(forms.Form):
    """The code on a certificate, typed by whoever holds the paper."""

    code = forms.CharField(
        label=_("Code of the certificate"),
        help_text=_("Twelve letters and digits, beside the QR code: for example 7K2M-9QDX-41VB."),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self):
        code = as_typed(self.cleaned_data["code"])
        if len(code) != LENGTH:
            raise forms.ValidationError(
                _("A code has twelve letters and digits; this one has %(count)d."),
                params={"count": len(code)},
            )
        return code


class PrintedNameForm(forms.Form):
    """The name on a paper whose holder asked for erasure."""

    name = forms.CharField(
        label=_("Name exactly as it is printed"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
