"""The page of one place: its phases, and what a coordinator does with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from enrollment.models import Enrollment, Phase, PhaseProgress
from enrollment.pace import paces_of
from enrollment.rules.enrollments import LONGEST_EXTENSION, can_end, can_restore
from enrollment.services.enrollments import (
    defer_enrollment,
    remove_enrollment,
    restore_enrollment,
)
from enrollment.services.phases import extend_phase
from enrollment.staff.access import READERS, OfStaff
from enrollment.staff.act_forms import ActForm, ActOffered, act_asked, acts_offered, is_done
from enrollment.staff.history import history_of
from enrollment.staff.places import PlaceListing
from lms.decisions import Decision, refused


class PlaceForm(ActForm):
    """An act on a place; `seen` is its state, and until when each phase was extended."""

    @staticmethod
    def state_of(place: Enrollment) -> str:
        extended = [row.extended_to.isoformat() for row in place.progress.all() if row.extended_to]
        return " ".join([place.status, *sorted(extended)])

    @staticmethod
    def rule(place: Enrollment, by, at: datetime) -> Decision:
        return can_end(place, at)


class ExtendPhaseForm(PlaceForm):
    prefix = "extend"
    title = gettext_lazy("Extend a phase for this person")
    button = gettext_lazy("Extend the phase")
    done = gettext_lazy("The phase is extended, and the person is told.")
    phase = forms.ModelChoiceField(
        label=gettext_lazy("Phase"), queryset=Phase.objects.none(), empty_label=None
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days after the phase’s close"),
        min_value=1,
        max_value=LONGEST_EXTENSION.days,
        initial=3,
    )
    field_order = ["phase", "days", "reason"]

    def __init__(self, place, data=None):
        super().__init__(place, data)
        self.fields["phase"].queryset = place.edition.phases.all()

    @staticmethod
    def rule(place, by, at):
        if place.holds_seat:
            return Decision(True)
        return refused("no_seat", _("This person has no place in this edition."))

    def perform(self, *, by, at):
        phase = self.cleaned_data["phase"]
        zone = ZoneInfo(self.row.edition.deadline_zone)
        # Days of the calendar: the hour on the clock stays, also where the clocks change.
        closes = phase.closes_at.astimezone(zone) + timedelta(days=self.cleaned_data["days"])
        until = min(closes, phase.closes_at + LONGEST_EXTENSION)
        extend_phase(self.row, phase, until, by=by, at=at, reason=self.cleaned_data["reason"])


class DeferForm(PlaceForm):
    prefix = "defer"
    title = gettext_lazy("Defer the place (illness, transfer)")
    button = gettext_lazy("Defer the place")
    done = gettext_lazy("The place is deferred, and the person is told.")
    effect = gettext_lazy(
        "The person can no longer enter the phases of this edition, and is written to at once. What"
        " they completed stays. The place can be given back while a seat is free."
    )

    def perform(self, *, by, at):
        defer_enrollment(self.row, by=by, at=at, reason=self.cleaned_data["reason"])


class RemoveForm(PlaceForm):
    prefix = "remove"
    title = gettext_lazy("End the place because of conduct")
    button = gettext_lazy("End the place")
    done = gettext_lazy("The place is ended, and the person is told.")
    effect = gettext_lazy(
        "The person loses this place at once and for good, can no longer enter the phases of this"
        " edition, and is written to without the reason."
    )
    is_grave = True

    def perform(self, *, by, at):
        remove_enrollment(self.row, by=by, at=at, reason=self.cleaned_data["reason"])


class RestoreForm(PlaceForm):
    prefix = "restore"
    title = gettext_lazy("Give the place back")
    button = gettext_lazy("Give the place back")
    done = gettext_lazy("The place is given back, and the person is told.")

    @staticmethod
    def rule(place, by, at):
        return can_restore(place, at)

    def perform(self, *, by, at):
        restore_enrollment(self.row, by=by, at=at, reason=self.cleaned_data["reason"])


FORMS = (ExtendPhaseForm, DeferForm, RemoveForm, RestoreForm)


@dataclass(frozen=True)
class PhaseShown:
    phase: Phase
    progress: PhaseProgress | None


class PlacePage(OfStaff, WagtailAdminTemplateMixin, TemplateView):
    template_name = "enrollment/staff/place.html"
    header_icon = "group"
    tried = None

    @cached_property
    def place(self) -> Enrollment:
        rows = Enrollment.objects.visible_to(self.request.user, *READERS)
        rows = rows.select_related("person", "edition__program", "application__offer")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def is_coordinator(self) -> bool:
        return self.is_coordinator_of(self.place.edition.program_id)

    def get_page_title(self):
        return self.place.certificate_name

    def get_page_subtitle(self):
        return str(self.place.edition.title)

    def get_breadcrumbs_items(self):
        edition = self.place.edition
        return [
            *self.breadcrumbs_items,
            {
                "url": reverse("enrollment_staff:places", query={"edition": edition.pk}),
                "label": PlaceListing.page_title,
            },
            {"url": "", "label": self.get_page_title(), "sublabel": str(edition.title)},
        ]

    def post(self, request, *args, **kwargs):
        form = act_asked(FORMS, self.place, request.POST) if self.is_coordinator else None
        if form is None:
            raise Http404
        if is_done(form, by=request.user, at=request.at):
            messages.success(request, form.done)
            return redirect("enrollment_staff:place", pk=self.place.pk)
        messages.error(request, _("Nothing was changed: see below why."))
        self.tried = form
        return self.render_to_response(self.get_context_data())

    def acts(self) -> list[ActOffered]:
        if not self.is_coordinator:
            return []
        return acts_offered(FORMS, self.place, self.request.user, self.request.at, tried=self.tried)

    def get_context_data(self, **kwargs):
        place = self.place
        progress = {row.phase_id: row for row in place.progress.all()}
        application = place.application
        return super().get_context_data(
            place=place,
            edition=place.edition,
            application=application,
            pace=paces_of([place], self.request.at).get(place.pk),
            phases=[
                PhaseShown(phase, progress.get(phase.pk)) for phase in place.edition.phases.all()
            ],
            acts=self.acts(),
            history=history_of(place, getattr(application, "offer", None)),
            **kwargs,
        )
