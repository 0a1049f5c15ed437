from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.forms.typed import Line


class CodeForm(forms.Form):
    code = Line(
        label=_("Code that opens the form for you"),
        max_chars=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
