from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.forms.typed import Paragraphs
from enrollment.models.proofs import LONGEST


class ProofForm(forms.Form):
    text = Paragraphs(
        label=_("How can we see that you took it?"),
        help_text=_(
            "The year and the place of the course, your name then, the number of a certificate, "
            "who taught it: whatever you have."
        ),
        max_chars=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
