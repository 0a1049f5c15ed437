"""Suspending a window after an outage, by one coordinator; resuming it is asked of two people."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from enrollment.models import RegistrationWindow
from enrollment.rules.programs import can_suspend
from enrollment.services.suspending import interrupted, proposed_close, suspend_window
from enrollment.staff.ask_forms import ASKED_FIRST, ExtendForm
from enrollment.staff.pages import OfOneEdition, StaffForm


class SuspendForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("For the history. Applicants only read that it is suspended."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


class ResumeForm(ExtendForm):
    """The new close; proposed is the old one, later by as long as the suspension has lasted."""

    def proposed(self, window: RegistrationWindow, at: datetime) -> datetime:
        return proposed_close(window, at)


ASKED_FIRST["resume"] = ResumeForm


class SuspendWindow(OfOneEdition, StaffForm):
    header_icon = "warning"
    page_title = _("Suspend the window")
    form_class = SuspendForm
    submit_label = _("Suspend")
    success_message = _("Suspended. Two people resume it, with a new close.")

    @cached_property
    def window(self) -> RegistrationWindow:
        windows = RegistrationWindow.objects.visible_to(self.request.user, *self.roles)
        windows = windows.filter(edition=self.edition).select_related("edition__program", "phase")
        return get_object_or_404(windows, pk=self.kwargs["pk"])

    def get_page_subtitle(self):
        return str(self.window.phase)

    def save(self, form):
        reason = form.cleaned_data["reason"]
        suspend_window(self.window, by=self.request.user, at=self.request.at, reason=reason)

    def get_success_url(self):
        return self.edition_url

    def get_context_data(self, **kwargs):
        answer = can_suspend(self.window, self.request.at)
        advice = self.effect() if answer else answer.reason
        return super().get_context_data(advice=[advice], **kwargs)

    def effect(self) -> str:
        count = interrupted(self.window).count()
        return ngettext(
            "At once nobody can submit or change anything, and the public pages say so. %(count)d"
            " person with a draft is written to when two people resume it. It does not close"
            " meanwhile, whatever the hour.",
            "At once nobody can submit or change anything, and the public pages say so. %(count)d"
            " people with a draft are written to when two people resume it. It does not close"
            " meanwhile, whatever the hour.",
            count,
        ) % {"count": count}
