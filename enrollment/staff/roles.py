"""Who works in a program: roles given and taken by its coordinators."""

from __future__ import annotations

from django import forms
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from enrollment.models import RoleAssignment, StaffRole
from enrollment.rules.staff import can_give
from enrollment.services import staff
from enrollment.staff.access import READERS
from enrollment.staff.joint import page_to_ask
from enrollment.staff.pages import OfOneProgram, StaffAct, StaffForm


class GiveRoleForm(forms.Form):
    email = forms.EmailField(
        max_length=254,
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy(
            "Of an account, or of somebody new: the account opens when they enter by a code."
        ),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=[("", "—"), *StaffRole.choices])


class Roles(OfOneProgram, StaffForm):
    """The staff of a program; coordinators also give roles here."""

    roles = READERS
    page_title = gettext_lazy("Staff and their roles")
    header_icon = "group"
    template_name = "enrollment/staff/roles.html"
    form_class = GiveRoleForm
    submit_label = gettext_lazy("Give the role")
    success_message = gettext_lazy("The role is given.")

    @cached_property
    def is_coordinator(self) -> bool:
        return self.is_coordinator_of(self.program.pk)

    def form_valid(self, form):
        email, role = form.cleaned_data["email"], form.cleaned_data["role"]
        answer = can_give(self.request.user, self.program, role)
        if answer.code == "two_people":
            return self.ask_second(email)
        return super().form_valid(form)

    def ask_second(self, email: str):
        """A second approver is named by two people: on to the page on which that is asked."""
        who, at = self.request.user, self.request.at
        person = staff.candidate(email, self.program, by=who, at=at)
        messages.warning(self.request, _("Two people make a second approver: ask for it here."))
        return redirect(page_to_ask("appoint_approver", self.program, user=person.pk))

    def save(self, form):
        staff.appoint(
            form.cleaned_data["email"],
            self.program,
            form.cleaned_data["role"],
            by=self.request.user,
            at=self.request.at,
        )

    def get_success_url(self):
        return reverse("enrollment_staff:roles", args=[self.program.pk])

    def get_context_data(self, **kwargs):
        held = self.program.staff.select_related("user").order_by("role", "user__email")
        order = {role: place for place, role in enumerate(StaffRole.values)}
        return super().get_context_data(
            held=sorted(held, key=lambda one: order[one.role]),
            is_coordinator=self.is_coordinator,
            **kwargs,
        )


class TakeRole(OfOneProgram, StaffAct):
    @cached_property
    def assignment(self) -> RoleAssignment:
        rows = self.program.staff.select_related("user")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def act(self):
        held = self.assignment
        staff.dismiss(held.user, self.program, held.role, by=self.request.user, at=self.request.at)
        return _("The role is taken.")

    def get_success_url(self):
        return reverse("enrollment_staff:roles", args=[self.program.pk])
