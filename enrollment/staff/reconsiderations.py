"""Requests for another look at a refusal, and their answers."""

from __future__ import annotations

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from enrollment.forms.typed import Paragraphs
from enrollment.models import Reconsideration
from enrollment.models.reconsiderations import LONGEST
from enrollment.rules.reconsiderations import can_answer
from enrollment.services.reconsiderations import answer
from enrollment.staff.access import READERS
from enrollment.staff.pages import OfOneEdition, StaffForm


class Reconsiderations(OfOneEdition, TemplateView):
    """All of an edition, those that wait first."""

    roles = READERS
    page_title = _("Requests for reconsideration")
    header_icon = "undo"
    template_name = "enrollment/staff/reconsiderations.html"

    def get_context_data(self, **kwargs):
        rows = Reconsideration.objects.filter(application__edition=self.edition)
        rows = rows.select_related("application", "answered_by")
        waiting = [one for one in rows if one.answered_at is None]
        answered = [one for one in rows if one.answered_at is not None]
        return super().get_context_data(waiting=waiting, answered=answered, **kwargs)


class AnswerForm(forms.Form):
    granted = forms.TypedChoiceField(
        label=_("What you found"),
        choices=[
            ("no", _("the outcome stands")),
            ("yes", _("the outcome is to be corrected: two people do that next")),
        ],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    text = Paragraphs(
        label=_("Answer, as the applicant will read it"),
        max_chars=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class Answer(OfOneEdition, StaffForm):
    roles = READERS
    page_title = _("Answer a request for reconsideration")
    header_icon = "undo"
    template_name = "enrollment/staff/reconsideration.html"
    form_class = AnswerForm
    submit_label = _("Answer")
    success_message = _("Answered. The applicant is written to.")

    @cached_property
    def reconsideration(self) -> Reconsideration:
        rows = Reconsideration.objects.filter(application__edition=self.edition)
        rows = rows.select_related("application__edition__program", "answered_by")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def way(self):
        return [*super().way(), (Reconsiderations.page_title, self.list_url)]

    @property
    def list_url(self) -> str:
        return reverse("enrollment_staff:reconsiderations", args=[self.edition.pk])

    def save(self, form):
        answer(self.reconsideration, **form.cleaned_data, by=self.request.user, at=self.request.at)

    def get_success_url(self):
        return self.list_url

    def get_context_data(self, **kwargs):
        may = can_answer(self.reconsideration, self.request.user, self.request.at)
        return super().get_context_data(
            one=self.reconsideration,
            advice=[] if may else [may.reason],
            is_fixed=not may,
            **kwargs,
        )
