"""What the staff's pages of a program share: whose they are, their way back, and a form that says
why a service refused."""

from __future__ import annotations

from django import forms
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from enrollment.models import Edition, Program
from enrollment.staff.access import COORDINATORS, OfStaff
from lms.decisions import DomainError


def address(name: str, *args) -> str:
    return reverse(f"enrollment_staff:{name}", args=args)


class StaffPage(OfStaff, WagtailAdminTemplateMixin):
    """A page with the way that leads to it: `way` gives (label, address) pairs. Mixed in before
    the view, so that its gate is asked first."""

    template_name = "enrollment/staff/form.html"

    def way(self) -> list[tuple[object, str]]:
        return [(_("Programs"), reverse("enrollment_staff:programs"))]

    def get_breadcrumbs_items(self):
        links = [{"url": url, "label": label} for label, url in self.way()]
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, *links, here]


class OfOneProgram(StaffPage):
    """Rows of the program in the address, for those who hold one of `roles` in it."""

    roles = COORDINATORS

    @cached_property
    def program(self) -> Program:
        rows = Program.objects.visible_to(self.request.user, *self.roles)
        return get_object_or_404(rows, pk=self.kwargs["program_id"])

    def way(self):
        url = reverse("enrollment_staff:program", args=[self.program.pk])
        return [*super().way(), (str(self.program), url)]

    def get_context_data(self, **kwargs):
        return super().get_context_data(program=self.program, **kwargs)


class OfOneEdition(StaffPage):
    roles = COORDINATORS

    @cached_property
    def edition(self) -> Edition:
        rows = Edition.objects.visible_to(self.request.user, *self.roles)
        return get_object_or_404(rows.select_related("program"), pk=self.kwargs["edition_id"])

    @property
    def program(self) -> Program:
        return self.edition.program

    def way(self):
        return [
            *super().way(),
            (str(self.program), reverse("enrollment_staff:program", args=[self.program.pk])),
            (str(self.edition.title), self.edition_url),
        ]

    @property
    def edition_url(self) -> str:
        return reverse("enrollment_staff:edition", args=[self.edition.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(edition=self.edition, program=self.program, **kwargs)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("For the history."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


class StaffForm(FormView):
    """A form whose `save(form)` calls a service. What the service refuses is said above the form,
    and what was typed stays."""

    submit_label = _("Save")
    success_message = _("Saved.")
    success_tells: str = ""

    def save(self, form) -> None:
        raise NotImplementedError

    def form_valid(self, form):
        try:
            self.save(form)
        except DomainError as refusal:
            form.add_error(None, str(refusal.reason))
            return self.form_invalid(form)
        messages.success(self.request, self.success_tells or self.success_message)
        return redirect(self.get_success_url())

    def form_invalid(self, form):
        messages.error(self.request, _("Nothing was saved: see what is marked below."))
        return super().form_invalid(form)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["media"] = context["form"].media
        context["action_url"] = self.request.get_full_path()
        context["back_url"] = self.way()[-1][1] if self.way() else ""
        context["submit_button_label"] = self.submit_label
        context["submit_button_active_label"] = self.submit_label
        return context


class StaffAct(View):
    """A change by one button: POST alone. `act()` calls a service and gives what to say."""

    http_method_names = ["post"]

    def act(self) -> str:
        raise NotImplementedError

    def get_success_url(self) -> str:
        raise NotImplementedError

    def http_method_not_allowed(self, request, *args, **kwargs):
        return HttpResponseNotAllowed(["POST"])

    def post(self, request, *args, **kwargs):
        try:
            said = self.act()
        except DomainError as refusal:
            messages.error(request, str(refusal.reason))
        else:
            messages.success(request, said)
        return redirect(self.get_success_url())
