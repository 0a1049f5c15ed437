"""allauth's forms of keys, with the label that they leave out."""

from allauth.mfa.webauthn import forms
from django.utils.translation import gettext_lazy as _


class AddKeyForm(forms.AddWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")


class EditKeyForm(forms.EditWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")
