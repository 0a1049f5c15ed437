"""What a window asks: built from blocks by coordinators, looked at as applicants will see it."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.widgets.button import HeaderButton
from wagtail.blocks.base import BlockField

from enrollment.answers import form_for
from enrollment.forms.definitions import form_of
from enrollment.models import RegistrationWindow, WindowKind
from enrollment.rules.calendar import can_change_form
from enrollment.services.windows import change_form, checksum_of
from enrollment.staff.form_blocks import FormBuilder
from enrollment.staff.form_shown import questions_of
from enrollment.staff.pages import OfOneEdition, StaffForm
from lms.decisions import Decision, DomainError


class BuiltForm(forms.Form):
    """`questions` is a stream of blocks; what it asks is `definition`, once it is valid."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args, builder: FormBuilder, **options):
        super().__init__(*args, **options)
        self.builder = builder
        self.fields["questions"] = BlockField(block=builder.block, label="", required=False)

    def clean_questions(self):
        self.definition = self.builder.definition_of(self.cleaned_data["questions"])
        return self.cleaned_data["questions"]

    @property
    def seen_now(self) -> str:
        return checksum_of(self.builder.definition)


class OfOneWindow(OfOneEdition):
    @cached_property
    def window(self) -> RegistrationWindow:
        rows = self.edition.windows.select_related("edition__program", "phase")
        return get_object_or_404(rows, pk=self.kwargs["pk"], kind=WindowKind.APPLICATION)


class BuildForm(OfOneWindow, StaffForm):
    page_title = _("The application's form")
    header_icon = "form"
    form_class = BuiltForm
    success_message = _("The form is saved. Look at it as applicants will see it.")

    @property
    def header_buttons(self):
        names = dict(settings.LANGUAGES)
        return [
            HeaderButton(
                _("Look at it: %(language)s") % {"language": names[language]},
                url=self._address("window_form_preview", language),
                icon_name="view",
                attrs={"target": "_blank"},
            )
            for language in self.edition.languages
        ]

    def _address(self, name: str, *more) -> str:
        return reverse(f"enrollment_staff:{name}", args=[self.edition.pk, self.window.pk, *more])

    def get_form_kwargs(self):
        asked = form_of(self.window)
        builder = FormBuilder(self.edition, asked, self.request.LANGUAGE_CODE)
        return {**super().get_form_kwargs(), "builder": builder}

    def get_initial(self):
        return {"seen": checksum_of(form_of(self.window))}

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.initial["questions"] = form.builder.stream
        return form

    def save(self, form):
        try:
            change_form(
                self.window,
                form.definition,
                seen=form.cleaned_data["seen"],
                by=self.request.user,
                at=self.request.at,
            )
        except DomainError as refusal:
            if refusal.code == "stale":  # who saves once more, having been told, replaces it
                form.data = form.data.copy()
                form.data["seen"] = form.seen_now
            raise

    @cached_property
    def may_change(self) -> Decision:
        return can_change_form(self.window, self.request.at)

    def get_template_names(self):
        return [self.template_name if self.may_change else "enrollment/staff/form_shown.html"]

    def get_context_data(self, **kwargs):
        if self.may_change:
            return super().get_context_data(**kwargs)
        context = super().get_context_data(advice=[self.may_change.reason], **kwargs)
        return context | {"questions": questions_of(context["form"].builder), "media": ""}

    def get_success_url(self):
        return self._address("window_form")


class PreviewForm(OfOneWindow, View):
    """The form as it is saved, in one of the edition's languages; nothing can be sent from it."""

    def get(self, request, *args, **kwargs):
        language = kwargs["language"]
        if language not in self.edition.languages:
            raise Http404
        with translation.override(language):
            form = form_for(self.window, request.user)
            context = {
                "form": form,
                "edition": self.edition,
                "program": self.program,
                "window": self.window,
            }
            return render(request, "enrollment/application_preview.html", context)
