"""Calling more people than there are seats in the last hours: begun and ended by one coordinator,
who sees how many are called before it is done."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from enrollment.models import Edition
from enrollment.rules.first_to_confirm import can_start, is_first_to_confirm, last_hours_at
from enrollment.rules.seats import entry_closes_at
from enrollment.services.first_to_confirm import (
    Forecast,
    end_first_to_confirm,
    forecast,
    racing_count,
    start_first_to_confirm,
)
from enrollment.staff.pages import OfOneEdition, ReasonForm, StaffForm
from lms.templatetags.times import moment_text


class StartForm(ReasonForm):
    per_seat = forms.TypedChoiceField(
        label=gettext_lazy("How many are called to each free seat"),
        coerce=int,
        widget=forms.RadioSelect,
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    field_order = ["per_seat", "reason"]

    def __init__(self, *args, now: Forecast, **options):
        super().__init__(*args, **options)
        self.fields["per_seat"].choices = [
            (number, calls_said(number, called, now.free)) for number, called in now.calls.items()
        ]
        self.fields["shown"].initial = now.said


def calls_said(per_seat: int, called: int, free: int) -> str:
    """`7 – calls 14 people for 2 seats`."""
    people = ngettext("calls %(count)d person", "calls %(count)d people", called)
    seats = ngettext("for %(count)d seat", "for %(count)d seats", free)
    return f"{per_seat} – {people % {'count': called}} {seats % {'count': free}}"


class OfFirstToConfirm(OfOneEdition, StaffForm):
    header_icon = "list-ol"

    def way(self):
        return [
            (_("Selection"), reverse("enrollment_staff:selections")),
            (str(self.edition.title), self.get_success_url()),
        ]

    def get_success_url(self):
        return reverse("enrollment_staff:selection", args=[self.edition.pk])


class StartFirstToConfirm(OfFirstToConfirm):
    page_title = gettext_lazy("First to confirm")
    form_class = StartForm
    submit_label = gettext_lazy("Call them")

    @cached_property
    def now(self) -> Forecast:
        return forecast(self.edition, self.request.at)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "now": self.now}

    def save(self, form):
        given = form.cleaned_data
        count = start_first_to_confirm(
            self.edition,
            given["per_seat"],
            shown=given["shown"],
            by=self.request.user,
            at=self.request.at,
            reason=given["reason"],
        )
        if count is None:
            self.success_tells = _("It was begun before: nobody is called twice.")
            return
        said = ngettext("%(count)d person is called.", "%(count)d people are called.", count)
        self.success_tells = said % {"count": count}

    def form_invalid(self, form):
        """What is shown again are the numbers of now."""
        form.data = {**form.data.dict(), "shown": self.now.said}
        return super().form_invalid(form)

    def get_context_data(self, **kwargs):
        at = self.request.at
        is_on = is_first_to_confirm(self.edition, at)
        answer = can_start(self.edition, at)
        advice = [standing_said(self.edition, at) if is_on else answer.reason or self.effect()]
        if answer.code == "too_early":
            begins_at = last_hours_at(entry_closes_at(self.edition))
            when = moment_text(begins_at, self.edition.ruling_zone)
            advice.append(_("Possible from: %(when)s.") % {"when": when})
        is_fixed = is_on or not answer
        return super().get_context_data(advice=advice, is_fixed=is_fixed, **kwargs)

    def effect(self) -> str:
        until = moment_text(entry_closes_at(self.edition), self.edition.ruling_zone)
        return _(
            "Free seats: %(free)d. Waiting: %(waiting)d. Each person called reads that a place goes"
            " to whoever confirms first and that nothing is promised. Whoever comes too late is"
            " told at once, keeps the rank and is called again when a seat comes free. The rules"
            " of balance are kept when people are called and when they confirm. It goes on until"
            " the last entry (%(until)s), or until you end it."
        ) % {"free": self.now.free, "waiting": self.now.waiting, "until": until}


class EndFirstToConfirm(OfFirstToConfirm):
    page_title = gettext_lazy("End “first to confirm”")
    form_class = ReasonForm
    submit_label = gettext_lazy("End it")

    def save(self, form):
        count = end_first_to_confirm(
            self.edition,
            by=self.request.user,
            at=self.request.at,
            reason=form.cleaned_data["reason"],
        )
        if count is None:
            self.success_tells = _("It is not on: nothing was changed.")
            return
        said = ngettext(
            "Ended. %(count)d person waits again.", "Ended. %(count)d people wait again.", count
        )
        self.success_tells = said % {"count": count}

    def get_context_data(self, **kwargs):
        if not is_first_to_confirm(self.edition, self.request.at):
            return super().get_context_data(advice=[_("It is not on.")], is_fixed=True, **kwargs)
        effect = _(
            "Whoever was called and has not confirmed is told, and waits again with the same rank."
            " Free seats are then offered in the order of the ranks, one person to a seat."
        )
        advice = [standing_said(self.edition, self.request.at), effect]
        return super().get_context_data(advice=advice, **kwargs)


def standing_said(edition: Edition, at: datetime) -> str:
    """Since when, how many to each seat, and how many may confirm now."""
    return _(
        "On since %(since)s: %(per_seat)d people are called to each free seat. Called and not"
        " answered now: %(count)d."
    ) % {
        "since": moment_text(edition.first_to_confirm_at, edition.ruling_zone),
        "per_seat": edition.called_per_seat,
        "count": racing_count(edition, at),
    }
