from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lms.accounts import zones
from lms.accounts.models import normal_address
from lms.typed import one_line, storable


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


class AddressForm(forms.Form):
    """Another address for the person's own account."""

    email = email_field(label=_("The other e-mail"), help_text=_("We send a code to it."))

    def __init__(self, person, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_email(self):
        email = normal_address(self.cleaned_data["email"])
        if email == self.person.email:
            raise forms.ValidationError(_("This is the address of your account already."))
        return email


class BackupForm(AddressForm):
    def clean_email(self):
        email = super().clean_email()
        if email == self.person.backup_email:
            raise forms.ValidationError(_("This is your backup address already."))
        return email


class ZoneField(forms.ChoiceField):
    """Takes every zone of the database: browsers know names that the list does not offer.
    What is no zone is not shown again: the person's own is."""

    def bound_data(self, data, initial):
        return data if not data or zones.zone_named(data) else initial

    def valid_value(self, value):
        return len(value) <= 64 and zones.zone_named(value) is not None


class NameField(forms.CharField):
    """A name is shown in the middle of lines of others: nothing in it may turn or break them."""

    def to_python(self, value):
        return one_line(storable(super().to_python(value)))


class PreferencesForm(forms.Form):
    first_name = NameField(
        label=_("First names"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = NameField(
        label=_("Last names"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("The language in which we write to you."),
    )
    time_zone = ZoneField(
        label=_("Time zone"),
        required=False,
        help_text=_("Every deadline is shown in the hour of this zone, too."),
        widget=forms.Select(
            attrs={"data-zone-note": _("Proposed from this device’s clock. Save to keep it.")}
        ),
    )

    def __init__(self, person, data=None):
        names = ("first_name", "last_name", "language", "time_zone")
        super().__init__(data, initial={name: getattr(person, name) for name in names})
        self.fields["time_zone"].choices = zones.choices(self["time_zone"].value())


class ErasureForm(forms.Form):
    keep_verification = forms.BooleanField(
        label=_("If I hold a certificate, keep its check"),
        help_text=_(
            "Whoever types a name beside the certificate’s code is told whether it is right. "
            "Nothing else is kept. Without the check the certificate can no longer be verified."
        ),
        required=False,
        initial=True,
    )
