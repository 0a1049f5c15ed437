from django import forms
from django.utils.translation import gettext_lazy as _


def email_field(**options):
    return forms.EmailField(
        max_length=254,
        widget=forms.EmailInput(
            attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}
        ),
        **options,
    )


class EnterForm(forms.Form):
    email = email_field(
        label=_("Your e-mail"),
        help_text=_("We send a code to it. There is no password."),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Six-digit code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "class": "code",
                "size": 8,
            }
        ),
    )
