"""Instants in staff's forms: typed as day and hour of the edition's ruling zone, kept in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput

FORMAT = "%Y-%m-%d %H:%M"
INPUT_FORMATS = [FORMAT, "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S"]


class InstantField(forms.DateTimeField):
    """`zone` is set by the form. An hour that the zone's clocks skip or show twice is refused."""

    def __init__(self, **options):
        self.zone = UTC
        options.setdefault("widget", AdminDateTimeInput(format=FORMAT))
        super().__init__(input_formats=INPUT_FORMATS, **options)

    def prepare_value(self, value):
        with timezone.override(self.zone):
            return super().prepare_value(value)

    def to_python(self, value):
        if isinstance(value, datetime) and timezone.is_aware(value):
            return value
        with timezone.override(self.zone):
            found = super().to_python(value)
        try:
            return found.astimezone(UTC) if found else found
        except OverflowError:
            raise forms.ValidationError(
                _("No calendar reaches that far."), code="invalid"
            ) from None


def day_name(name: str) -> str:
    return f"{name}_day"


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The UTC instant at which `day` has ended in `zone`: exclusive, as every deadline."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


class InstantsForm(forms.ModelForm):
    """A form with instants of an edition. `deadlines` names those that may also be given as a
    whole day, which ends where the edition's deadlines end."""

    deadlines: tuple[str, ...] = ()

    def __init__(self, *args, edition, **options):
        super().__init__(*args, **options)
        self.ruling_zone = _zone(self._typed("ruling_zone") or edition.ruling_zone)
        self.deadline_zone = _zone(self._typed("deadline_zone") or edition.deadline_zone)
        for name, field in list(self.fields.items()):
            if isinstance(field, InstantField):
                field.zone = self.ruling_zone
                field.help_text = self._help(name)
        for name in self.deadlines:
            if name in self.fields:
                self._offer_day(name)

    def _typed(self, name: str) -> str:
        return (self.data.get(self.add_prefix(name)) or "") if name in self.fields else ""

    def _help(self, name: str) -> str:
        stored = getattr(self.instance, name, None)
        here = _("Day and hour in %(zone)s.") % {"zone": self.ruling_zone.key}
        if name in self.deadlines:
            here += " " + _("The first moment at which it is too late.")
        if not stored:
            return here
        in_utc = _("Now %(when)s UTC.") % {"when": f"{stored.astimezone(UTC):{FORMAT}}"}
        return f"{here} {in_utc}"

    def _offer_day(self, name: str) -> None:
        self.fields[name].required = False
        self.fields[day_name(name)] = forms.DateField(
            label=_("%(what)s: or a whole day") % {"what": self.fields[name].label},
            required=False,
            widget=AdminDateInput(),
            help_text=_("Lasts until 24:00 in %(zone)s, and takes the place of the hour above.")
            % {"zone": self.deadline_zone.key},
        )
        order = list(self.fields)
        order.remove(day_name(name))
        order.insert(order.index(name) + 1, day_name(name))
        self.order_fields(order)

    def clean(self):
        cleaned = super().clean()
        for name in self.deadlines:
            if name in self.fields:
                self._settle(name, cleaned)
        return cleaned

    def _settle(self, name: str, cleaned: dict) -> None:
        """The day, where one was given, takes the place of the hour."""
        if day := cleaned.get(day_name(name)):
            cleaned[name] = end_of_day(day, self.deadline_zone)
            self.errors.pop(name, None)
            return
        is_missing = not cleaned.get(name) and name not in self.errors
        if is_missing and not self._may_be_empty(name):
            self.add_error(name, self.fields[name].error_messages["required"])

    def _may_be_empty(self, name: str) -> bool:
        return self._meta.model._meta.get_field(name).blank

    @property
    def changed_fields(self) -> list[str]:
        """Names of the row's fields that were typed anew, days resolved to their instant."""
        changed = [name for name in self.changed_data if not name.endswith("_day")]
        days = [
            n for n in self.deadlines if n in self.fields and self.cleaned_data.get(day_name(n))
        ]
        return [*changed, *(name for name in days if name not in changed)]


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return ZoneInfo("UTC")


CLOSES_AFTER = gettext_lazy("It must close after it opens.")
