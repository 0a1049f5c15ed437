"""Forms of programs, applicant roles, editions, phases and windows: what is typed, not what is
allowed. What services own is in none of them."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from wagtail.admin.widgets import AdminDateInput

from enrollment.models import ApplicantRole, Edition, Phase, Program, RegistrationWindow
from enrollment.staff.instants import CLOSES_AFTER, InstantField, InstantsForm

RETENTION = [one.name for one in Program._meta.fields if one.name.startswith("keep_")]


def zone_choices() -> list[tuple[str, str]]:
    """IANA zones of places, the Americas first."""
    names = sorted(name for name in available_timezones() if "/" in name and "Etc/" not in name)
    first = [name for name in names if name.startswith("America/")]
    return [(name, name) for name in ["UTC", *first, *(n for n in names if n not in first)]]


class ShortNameField(forms.SlugField):
    """What addresses and logs go by."""

    default_error_messages = {
        "invalid": _("Only letters without accents, digits, hyphens and underscores.")
    }

    def __init__(self, **options):
        options.setdefault("label", _("Short name"))
        options.setdefault("max_length", 50)
        options.setdefault("help_text", _("It stands in addresses: without accents or spaces."))
        super().__init__(**options)


class CountriesField(forms.MultipleChoiceField):
    def __init__(self, **options):
        options.setdefault("widget", forms.SelectMultiple(attrs={"size": 12}))
        super().__init__(choices=lambda: list(countries), **options)

    def prepare_value(self, value):
        return [getattr(one, "code", one) for one in value or []]


class ProgramForm(forms.ModelForm):
    """The slug is given once: addresses, messages and groups go by it."""

    eligible_countries = CountriesField(
        label=_("Eligible countries"),
        required=False,
        help_text=_("None chosen: people of every country may apply."),
    )

    class Meta:
        model = Program
        fields = [
            "title",
            "summary",
            "prerequisite",
            "organizer",
            "contact_email",
            "privacy_email",
            "eligible_countries",
            "needs_alumni",
            *RETENTION,
        ]


class NewProgramForm(ProgramForm):
    """With the first people: whoever makes a program gets no right over its people by that."""

    class Meta(ProgramForm.Meta):
        fields = ["title", "slug", *ProgramForm.Meta.fields[1:]]

    slug = ShortNameField()
    coordinator = forms.EmailField(max_length=254, label=_("E-mail of the first coordinator"))
    second_approver = forms.EmailField(
        max_length=254,
        label=_("E-mail of the first second approver"),
        help_text=_("Another person: confirms publications, locks and releases."),
    )

    def clean(self):
        cleaned = super().clean()
        first, second = cleaned.get("coordinator"), cleaned.get("second_approver")
        if first and second and first.strip().lower() == second.strip().lower():
            self.add_error("second_approver", _("These must be two different people."))
        return cleaned


class ApplicantRoleForm(forms.ModelForm):
    key = ShortNameField(
        label=_("Key"), max_length=40, help_text=_("Short and stable: answers are kept under it.")
    )

    class Meta:
        model = ApplicantRole
        fields = ["label", "key", "eligible", "relevance", "sort_order"]
        labels = {"sort_order": _("Place in the list")}

    def clean_key(self):
        key = self.cleaned_data["key"]
        others = ApplicantRole.objects.filter(program=self.instance.program, key=key)
        if others.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another role of this program has this key."))
        return key


class EditionNamed(forms.ModelForm):
    """Where an edition gets its short name."""

    slug = ShortNameField()

    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        others = Edition.objects.filter(program=self.instance.program, slug=slug)
        if others.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another edition of this program has this short name."))
        return slug


class CopyEditionForm(EditionNamed):
    source = forms.ModelChoiceField(
        Edition.objects.none(),
        label=_("From which edition"),
        help_text=_(
            "Its calendar, form, phases, modules, questions, discussions and pages are copied, not "
            "its people."
        ),
    )
    first = forms.DateField(
        label=_("The day on which applications open"),
        widget=AdminDateInput,
        help_text=_(
            "All other dates move by as many days. A whole number of weeks keeps weekdays."
        ),
    )

    class Meta:
        model = Edition
        fields = ["title", "slug"]

    field_order = ["source", "title", "slug", "first"]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["source"].queryset = self.instance.program.editions.all()


class EditionForm(EditionNamed, InstantsForm):
    ruling_zone = forms.ChoiceField(label=_("Ruling time zone"), choices=zone_choices)
    deadline_zone = forms.ChoiceField(
        label=_("Zone in which deadlines end"),
        choices=zone_choices,
        help_text=_("The westernmost eligible zone: a day announced has ended everywhere."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple
    )
    selection_locks_at = InstantField(label=_("Decisions are locked"), required=False)
    release_planned_at = InstantField(label=_("Decisions are released"), required=False)
    offers_respond_by = InstantField(label=_("Offers expire"), required=False)
    last_entry_at = InstantField(label=_("Last entry from the waitlist"), required=False)
    certificates_planned_at = InstantField(label=_("Certificates are issued"), required=False)
    deadlines = ("offers_respond_by", "last_entry_at")

    class Meta:
        model = Edition
        fields = [
            "title",
            "slug",
            "admission_mode",
            "capacity",
            "waitlist_percent",
            "languages",
            "ruling_zone",
            "deadline_zone",
            "selection_locks_at",
            "release_planned_at",
            "offers_respond_by",
            "last_entry_at",
            "certificates_planned_at",
        ]


class SpanForm(InstantsForm):
    """`opens_at <= at < closes_at`."""

    opens_at = InstantField(label=_("Opens"))
    closes_at = InstantField(label=_("Closes"))
    deadlines = ("closes_at",)

    def clean(self):
        cleaned = super().clean()
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", CLOSES_AFTER)
        return cleaned


class PhaseForm(SpanForm):
    class Meta:
        model = Phase
        fields = ["title", "order", "opens_at", "closes_at", "hours", "required_activities"]

    def clean_order(self):
        order = self.cleaned_data["order"]
        others = Phase.objects.filter(edition=self.instance.edition, order=order)
        if others.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another phase of this edition has this place."))
        return order


class WindowForm(SpanForm):
    class Meta:
        model = RegistrationWindow
        fields = ["phase", "kind", "opens_at", "closes_at"]

    def __init__(self, *args, edition, **options):
        super().__init__(*args, edition=edition, **options)
        taken = edition.windows.exclude(pk=self.instance.pk).values("phase")
        self.fields["phase"].queryset = edition.phases.exclude(pk__in=taken)
