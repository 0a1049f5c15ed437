"""The release tried before it is armed, for those who arm it."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages

from enrollment.models import Outcome
from enrollment.services.rehearsal import rehearse, send_samples
from enrollment.staff.access import READERS
from enrollment.staff.left_open import not_read, who_waits
from enrollment.staff.pages import OfOneEdition
from lms.decisions import DomainError


class RehearseRelease(OfOneEdition, TemplateView):
    """What has to hold, and the letters by outcome, reason and language: how many, and a real one
    of each. A POST sends these to whoever asks."""

    roles = READERS
    page_title = gettext_lazy("Rehearsal of the release")
    header_icon = "mail"
    template_name = "enrollment/staff/rehearsal.html"

    def get_page_subtitle(self):
        return str(self.edition.title)

    def way(self):
        url = reverse("enrollment_staff:selection", args=[self.edition.pk])
        return [*super().way()[:-1], (str(self.edition.title), url)]

    def post(self, request, *args, **kwargs):
        if not self.is_coordinator_of(self.program.pk):
            raise Http404
        try:
            count = send_samples(self.edition, by=request.user, at=request.at)
        except DomainError as refusal:
            messages.error(request, str(refusal.reason))
        else:
            said = ngettext(
                "%(count)d letter is on its way to you.",
                "%(count)d letters are on their way to you.",
                count,
            )
            messages.success(request, said % {"count": count})
        return redirect(request.path)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(
            is_coordinator=self.is_coordinator_of(self.program.pk), **kwargs
        )
        try:
            found = rehearse(self.edition, at=self.request.at)
        except DomainError as refusal:
            return context | {"refusal": refusal.reason}
        context |= {"waits": who_waits(self.edition, self.request.at)}
        context |= {"not_read": not_read(self.edition, self.request.at)}
        outcomes, names = dict(Outcome.choices), dict(settings.LANGUAGES)
        samples = [
            (outcomes[one.outcome], names.get(one.language, one.language), one)
            for one in found.samples
        ]
        return context | {"rehearsal": found, "samples": samples}
