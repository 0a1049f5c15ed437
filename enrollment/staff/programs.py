"""Programs and their applicant roles: made and changed by coordinators."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.widgets.button import HeaderButton

from enrollment.models import ApplicantRole, Program, StaffRole
from enrollment.services import calendar, staff
from enrollment.staff.access import READERS
from enrollment.staff.calendar_forms import ApplicantRoleForm, NewProgramForm, ProgramForm
from enrollment.staff.pages import OfOneProgram, StaffForm, StaffPage, address


class Programs(StaffPage, TemplateView):
    """The programs in which one coordinates or confirms; administrators make new ones here."""

    page_title = gettext_lazy("Programs")
    header_icon = "folder-open-inverse"
    template_name = "enrollment/staff/programs.html"
    roles = READERS

    def may_enter(self, request):
        return request.user.is_superuser or super().may_enter(request)

    def way(self):
        return []

    @property
    def header_buttons(self):
        if not self.request.user.is_superuser:
            return []
        return [HeaderButton(_("Add a program"), url=address("program_add"), icon_name="plus")]

    def get_context_data(self, **kwargs):
        rows = Program.objects.visible_to(self.request.user, *READERS)
        rows = rows.annotate(editions_count=Count("editions"))
        return super().get_context_data(programs=rows, **kwargs)


class AddProgram(StaffPage, StaffForm):
    """A superuser makes a program and names its first two people."""

    page_title = gettext_lazy("Add a program")
    header_icon = "folder-open-inverse"
    form_class = NewProgramForm

    def may_enter(self, request):
        return request.user.is_superuser

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": Program()}

    @transaction.atomic
    def save(self, form):
        who, at = self.request.user, self.request.at
        program = calendar.create_program(form.save(commit=False), by=who, at=at)
        for role in (StaffRole.COORDINATOR, StaffRole.SECOND_APPROVER):
            staff.appoint(form.cleaned_data[role], program, role, by=who, at=at)

    def get_success_url(self):
        return address("programs")


class ProgramPage(OfOneProgram, TemplateView):
    """A program with its editions, and the way to all that belongs to it."""

    roles = READERS
    header_icon = "folder-open-inverse"
    template_name = "enrollment/staff/program.html"

    def get_page_title(self):
        return str(self.program)

    def way(self):
        return StaffPage.way(self)

    @cached_property
    def is_coordinator(self) -> bool:
        return self.is_coordinator_of(self.program.pk)

    @property
    def header_buttons(self):
        if not self.is_coordinator:
            return []
        pk = self.program.pk
        buttons = [
            HeaderButton(_("Edit"), url=address("program_edit", pk), icon_name="edit"),
            HeaderButton(_("Add an edition"), url=address("edition_add", pk), icon_name="plus"),
        ]
        if self.program.editions.exists():
            url = address("edition_copy", pk)
            label = _("Start an edition from an earlier one")
            buttons.append(HeaderButton(label, url=url, icon_name="copy"))
        return buttons

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            editions=self.program.editions.all(),
            applicant_roles=self.program.applicant_roles.all(),
            retention=[
                (Program._meta.get_field(name).verbose_name, getattr(self.program, name))
                for name in ProgramForm.Meta.fields
                if name.startswith("keep_")
            ],
            is_coordinator=self.is_coordinator,
            **kwargs,
        )


class EditProgram(OfOneProgram, StaffForm):
    form_class = ProgramForm
    page_title = gettext_lazy("Edit the program")
    header_icon = "folder-open-inverse"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": self.program}

    def save(self, form):
        calendar.change_program(
            form.save(commit=False), form.changed_data, by=self.request.user, at=self.request.at
        )

    def get_success_url(self):
        return address("program", self.program.pk)


class EditApplicantRole(OfOneProgram, StaffForm):
    """Add a role to choose from, or change one."""

    form_class = ApplicantRoleForm
    header_icon = "user"

    @cached_property
    def role(self) -> ApplicantRole:
        if "pk" not in self.kwargs:
            return ApplicantRole(program=self.program)
        return get_object_or_404(self.program.applicant_roles, pk=self.kwargs["pk"])

    def get_page_title(self):
        return str(self.role) if self.role.pk else _("Add an applicant role")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": self.role}

    def save(self, form):
        calendar.save_applicant_role(
            form.save(commit=False), form.changed_data, by=self.request.user, at=self.request.at
        )

    def get_success_url(self):
        return address("program", self.program.pk)
