"""Acts on one row, each a form with a reason: what a page offers, what was posted, and doing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.decisions import Decision, DomainError


class ActForm(forms.Form):
    """An act with its reason. `seen` is the state that the person looked at: whatever changed in
    the meantime is looked at again first."""

    title = ""
    button = ""
    done = ""
    effect: object = ""
    is_grave = False
    reason = forms.CharField(
        label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, row: models.Model, data=None):
        super().__init__(data, prefix=self.prefix, initial={"seen": self.state_of(row)})
        self.row = row

    def clean(self):
        values = super().clean()
        if values.get("seen") != self.state_of(self.row):
            self.data = {**self.data.dict(), f"{self.prefix}-seen": self.state_of(self.row)}
            raise forms.ValidationError(
                _("This was changed in the meantime. Look again at what is there now.")
            )
        return values

    @staticmethod
    def state_of(row: models.Model) -> str:
        """What the act depends on, as a text."""
        raise NotImplementedError

    @staticmethod
    def rule(row: models.Model, by, at: datetime) -> Decision:
        """Whether the act may be done now."""
        raise NotImplementedError

    def perform(self, *, by, at: datetime) -> None:
        raise NotImplementedError


@dataclass
class ActOffered:
    """An act as the page offers it: its form, or why it is not possible now."""

    form: ActForm | None
    title: object
    refusal: object = ""
    is_open: bool = False


def acts_offered(forms_of_row, row, by, at: datetime, tried: ActForm | None = None):
    """The acts of a coordinator, those with errors as they were typed."""
    offered = []
    for form_class in forms_of_row:
        answer = form_class.rule(row, by, at)
        if tried is not None and tried.prefix == form_class.prefix:
            offered.append(ActOffered(tried, form_class.title, is_open=True))
        elif answer:
            offered.append(ActOffered(form_class(row), form_class.title))
        else:
            offered.append(ActOffered(None, form_class.title, answer.reason))
    return offered


def act_asked(forms_of_row, row, data) -> ActForm | None:
    """The form that was posted: `act` names it."""
    found = {form_class.prefix: form_class for form_class in forms_of_row}
    form_class = found.get(data.get("act"))
    return form_class(row, data) if form_class else None


def is_done(form: ActForm, *, by, at: datetime) -> bool:
    """Perform the act; what a service refuses becomes an error of the form."""
    if not form.is_valid():
        return False
    try:
        form.rule(form.row, by, at).require()
        form.perform(by=by, at=at)
    except DomainError as refusal:
        form.add_error(None, str(refusal.reason))
        return False
    return True
