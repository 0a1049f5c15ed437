"""Editions, their phases and windows: made and changed by coordinators."""

from __future__ import annotations

from django.db.models import ProtectedError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from enrollment.models import Edition, Phase, RegistrationWindow
from enrollment.rules import advice
from enrollment.rules import calendar as rules
from enrollment.rules.programs import can_suspend
from enrollment.services import calendar
from enrollment.services.copying import AS_BEFORE, start_edition_from
from enrollment.services.joint import open_acts
from enrollment.staff.access import READERS
from enrollment.staff.calendar_forms import CopyEditionForm, EditionForm, PhaseForm, WindowForm
from enrollment.staff.history import history_of
from enrollment.staff.joint import page_to_ask
from enrollment.staff.pages import OfOneEdition, OfOneProgram, StaffAct, StaffForm, address
from lms.decisions import DomainError
from lms.hooks import ask
from lms.mail.compose import reference
from lms.templatetags.times import spoken_city


class AddEdition(OfOneProgram, StaffForm):
    form_class = EditionForm
    page_title = gettext_lazy("Add an edition")
    header_icon = "date"

    def get_form_kwargs(self):
        edition = Edition(program=self.program, **self.as_before())
        return {**super().get_form_kwargs(), "instance": edition, "edition": edition}

    def as_before(self) -> dict:
        """What the program's latest edition says and the next one seldom changes."""
        latest = self.program.editions.order_by("-pk").first()
        return {name: getattr(latest, name) for name in AS_BEFORE} if latest else {}

    def save(self, form):
        edition = form.save(commit=False)
        self.made = calendar.create_edition(edition, by=self.request.user, at=self.request.at)

    def get_success_url(self):
        return address("edition", self.made.pk)


class CopyEdition(OfOneProgram, StaffForm):
    """An edition begun from an earlier one, with its calendar, forms, activities and pages."""

    form_class = CopyEditionForm
    page_title = gettext_lazy("Start an edition from an earlier one")
    header_icon = "copy"
    submit_label = gettext_lazy("Start the edition")
    success_message = gettext_lazy(
        "The edition is there, as a draft: check its dates. Its pages are being copied."
    )

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": Edition(program=self.program)}

    def get_initial(self):
        return {"source": self.program.editions.order_by("-pk").first()}

    def save(self, form):
        self.made = start_edition_from(
            form.cleaned_data["source"],
            form.save(commit=False),
            first=form.cleaned_data["first"],
            by=self.request.user,
            at=self.request.at,
        )

    def get_success_url(self):
        return address("edition", self.made.pk)


class EditionPage(OfOneEdition, TemplateView):
    """The calendar of an edition, what looks wrong in it, and the way to its people and pages."""

    roles = READERS
    header_icon = "date"
    template_name = "enrollment/staff/edition.html"

    def get_page_title(self):
        return str(self.edition.title)

    def way(self):
        return super().way()[:-1]

    @cached_property
    def is_coordinator(self) -> bool:
        return self.is_coordinator_of(self.program.pk)

    @property
    def header_buttons(self):
        if not self.is_coordinator:
            return []
        url = address("edition_edit", self.edition.pk)
        return [HeaderButton(_("Edit"), url=url, icon_name="edit")]

    def get_context_data(self, **kwargs):
        edition, at = self.edition, self.request.at
        dates = [
            (Edition._meta.get_field(name).verbose_name, getattr(edition, name))
            for name in rules.EDITION_DATES
        ]
        return super().get_context_data(
            dates=dates,
            phases=edition.phases.order_by("order"),
            windows=[
                (
                    window,
                    window.is_suspended(at),
                    can_suspend(window, at),
                    page_to_ask("resume", window),
                )
                for window in edition.windows.select_related("phase")
            ],
            advice=advice.warnings(edition),
            panels=ask("edition_panel", edition, at),
            waiting=open_acts(edition),
            deadline_city=spoken_city(edition.deadline_zone),
            has_opened=rules.has_opened(edition, at),
            is_coordinator=self.is_coordinator,
            history=history_of(edition, *edition.windows.all()),
            **kwargs,
        )


class OfCalendar(OfOneEdition, StaffForm):
    """A form with dates: after saving it says what looks wrong, and never refuses for that."""

    header_icon = "date"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": self.row, "edition": self.edition}

    def form_valid(self, form):
        response = super().form_valid(form)
        if not form.errors:
            fresh = Edition.objects.select_related("program").get(pk=self.edition.pk)
            for warning in advice.warnings(fresh):
                messages.warning(self.request, str(warning))
        return response

    def get_success_url(self):
        return self.edition_url


class EditEdition(OfCalendar):
    form_class = EditionForm
    page_title = gettext_lazy("Edit the edition")

    @property
    def row(self):
        return self.edition

    def save(self, form):
        calendar.change_edition(
            form.save(commit=False), form.changed_fields, by=self.request.user, at=self.request.at
        )


class EditPhase(OfCalendar):
    form_class = PhaseForm

    @cached_property
    def row(self) -> Phase:
        if "pk" not in self.kwargs:
            order = self.edition.phases.count() + 1
            return Phase(edition=self.edition, order=order)
        return get_object_or_404(
            self.edition.phases.select_related("edition"), pk=self.kwargs["pk"]
        )

    def get_page_title(self):
        return str(self.row.title) if self.row.pk else _("Add a phase")

    def save(self, form):
        calendar.save_phase(
            form.save(commit=False), form.changed_fields, by=self.request.user, at=self.request.at
        )


class EditWindow(OfCalendar):
    form_class = WindowForm

    @cached_property
    def row(self) -> RegistrationWindow:
        if "pk" not in self.kwargs:
            return RegistrationWindow(edition=self.edition)
        rows = self.edition.windows.select_related("edition", "phase")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_page_title(self):
        return _("Registration window") if self.row.pk else _("Add a registration window")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        row = self.row
        if row.pk and not rules.can_change_window(row, ["closes_at"], self.request.at):
            context["postpone_url"] = address("ask", "extend", reference(row))
        return context

    def save(self, form):
        calendar.save_window(
            form.save(commit=False), form.changed_fields, by=self.request.user, at=self.request.at
        )


class DeleteOfDraft(OfOneEdition, StaffAct):
    """Delete a phase or a window of an edition that nobody has seen."""

    kinds = {"phase": "phases", "window": "windows"}

    def act(self):
        if (kind := self.kinds.get(self.kwargs["kind"])) is None:
            raise Http404
        row = get_object_or_404(
            getattr(self.edition, kind).select_related("edition"), pk=self.kwargs["pk"]
        )
        try:
            calendar.delete_of_draft(row, by=self.request.user, at=self.request.at)
        except ProtectedError:
            raise DomainError("in_use", _("Something refers to it: it cannot be deleted."))
        return _("Deleted.")

    def get_success_url(self):
        return self.edition_url
