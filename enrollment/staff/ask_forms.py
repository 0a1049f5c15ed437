"""What an act of two people needs besides its row, where a form asks for it first."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment.models import Decision, Outcome, RegistrationWindow


class ExtendForm(forms.Form):
    """When the window will close, as a day and an hour in the zone in which deadlines end."""

    new_closes_at = forms.DateTimeField(
        label=gettext_lazy("Will close"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, window: RegistrationWindow, data=None, *, at: datetime):
        zone = ZoneInfo(window.edition.deadline_zone)
        closes_at = self.proposed(window, at).astimezone(zone).replace(tzinfo=None)
        super().__init__(data, initial={"new_closes_at": closes_at})
        self.zone = zone
        self.fields["new_closes_at"].help_text = _(
            "Day and hour in %(zone)s, where this edition's deadlines end."
        ) % {"zone": zone.key}

    def proposed(self, window: RegistrationWindow, at: datetime) -> datetime:
        return window.closes_at

    def clean_new_closes_at(self):
        naive = self.cleaned_data["new_closes_at"].replace(tzinfo=None)
        try:
            return naive.replace(tzinfo=self.zone).astimezone(UTC)
        except OverflowError:
            raise forms.ValidationError(_("No calendar reaches that far."))

    def given(self) -> dict:
        return {"new_closes_at": self.cleaned_data["new_closes_at"].isoformat()}


class CorrectForm(forms.Form):
    """Which outcome a released one becomes."""

    outcome = forms.ChoiceField(label=gettext_lazy("New outcome"), choices=Outcome.choices)

    def __init__(self, decision: Decision, data=None, *, at: datetime):
        super().__init__(data)
        others = [choice for choice in Outcome.choices if choice[0] != decision.outcome]
        self.fields["outcome"].choices = others

    def given(self) -> dict:
        return {"outcome": self.cleaned_data["outcome"]}


ASKED_FIRST: dict[str, type[forms.Form]] = {
    "extend": ExtendForm,
    "correct_outcome": CorrectForm,
}
