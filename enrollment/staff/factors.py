"""Colleagues who have lost their second step: two administrators take it off."""

from __future__ import annotations

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment.staff.pages import StaffAct, StaffForm, StaffPage
from lms.accounts import factor_rescue
from lms.accounts.models import FactorRescue


class OfAdministrators(StaffPage):
    """Only administrators find these pages. They are of no program, and show nobody of one."""

    def may_enter(self, request) -> bool:
        return request.user.is_superuser

    def get_success_url(self):
        return reverse("enrollment_staff:lost_factors")


class LostFactorForm(forms.Form):
    email = forms.EmailField(max_length=254, label=gettext_lazy("E-mail of the colleague"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("How you made sure that it is this person. It is logged."),
    )


class LostFactors(OfAdministrators, StaffForm):
    """What waits, and the form by which the first of the two asks."""

    page_title = gettext_lazy("Lost second step")
    header_icon = "key"
    template_name = "enrollment/staff/lost_factors.html"
    form_class = LostFactorForm
    submit_label = gettext_lazy("Ask")
    success_message = gettext_lazy("Asked. Another administrator confirms it here.")

    def way(self):
        return []

    def save(self, form):
        factor_rescue.ask(**form.cleaned_data, by=self.request.user, at=self.request.at)

    def get_context_data(self, **kwargs):
        user, at = self.request.user, self.request.at
        rows = factor_rescue.waiting(at)
        waiting = [(one, factor_rescue.can_confirm(one, user)) for one in rows]
        return super().get_context_data(waiting=waiting, **kwargs)


class AnswerLostFactor(OfAdministrators, StaffAct):
    @property
    def rescue(self) -> FactorRescue:
        return get_object_or_404(FactorRescue, pk=self.kwargs["pk"])


class ConfirmLostFactor(AnswerLostFactor):
    def act(self):
        factor_rescue.confirm(self.rescue, by=self.request.user, at=self.request.at)
        return _("Confirmed. The person is told, and the second step is removed after 72 hours.")


class RefuseLostFactor(AnswerLostFactor):
    def act(self):
        reason = self.request.POST.get("reason", "")
        factor_rescue.refuse(self.rescue, reason=reason, by=self.request.user, at=self.request.at)
        return _("Refused. The second step stays as it is.")
