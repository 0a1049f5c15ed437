"""Codes that open a closed window for single people: made, listed with who used them, revoked."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from enrollment.models import ExtensionCode, RegistrationWindow, WindowKind
from enrollment.models.extensions import MOST_USES
from enrollment.services.extensions import make_code, revoke_code
from enrollment.staff.instants import InstantField
from enrollment.staff.pages import OfOneEdition, StaffAct, StaffForm


class CodeForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("For the history; nobody outside reads it.")
    )
    expires_at = InstantField(label=_("Expires"))
    uses = forms.IntegerField(
        label=_("For how many people"), min_value=1, max_value=MOST_USES, initial=1
    )
    email = forms.EmailField(
        max_length=254,
        label=_("Send it to"),
        required=False,
        help_text=_("Empty: pass the code on yourself."),
    )

    def __init__(self, *args, zone: ZoneInfo, **options):
        super().__init__(*args, **options)
        self.fields["expires_at"].zone = zone
        self.fields["expires_at"].help_text = _("In the edition's ruling time zone: %(zone)s") % {
            "zone": zone.key
        }


class OfClosedWindow(OfOneEdition):
    @cached_property
    def window(self) -> RegistrationWindow:
        rows = self.edition.windows.select_related("edition__program", "phase")
        return get_object_or_404(rows, pk=self.kwargs["window_id"], kind=WindowKind.APPLICATION)

    @property
    def here(self) -> str:
        args = [self.edition.pk, self.window.pk]
        return reverse("enrollment_staff:extension_codes", args=args)


class ExtensionCodes(OfClosedWindow, StaffForm):
    page_title = _("Codes that open the closed window")
    header_icon = "key"
    template_name = "enrollment/staff/extension_codes.html"
    form_class = CodeForm
    submit_label = _("Make a code")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "zone": self.edition.zone}

    def save(self, form):
        code = make_code(self.window, **form.cleaned_data, by=self.request.user, at=self.request.at)
        self.success_tells = _("The code: %(code)s") % {"code": code.code}

    def get_success_url(self):
        return self.here

    def get_context_data(self, **kwargs):
        codes = self.window.extension_codes.prefetch_related("extensions__person")
        return super().get_context_data(
            codes=codes.select_related("by"), window=self.window, at=self.request.at, **kwargs
        )


class RevokeCode(OfClosedWindow, StaffAct):
    def act(self):
        rows = ExtensionCode.objects.filter(window=self.window)
        code = get_object_or_404(rows, pk=self.kwargs["pk"])
        revoke_code(code, by=self.request.user, at=self.request.at)
        return _("The code opens nothing any more.")

    def get_success_url(self):
        return self.here
