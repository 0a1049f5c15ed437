from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.forms.typed import Paragraphs
from enrollment.models.reconsiderations import LONGEST


class ReconsiderationForm(forms.Form):
    text = Paragraphs(
        label=_("Why should it be looked at again?"),
        max_chars=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
