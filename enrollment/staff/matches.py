"""Comparing applicants with the list of alumni, one after the other, by keyboard alone."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages

from enrollment.models import Alumnus, Application
from enrollment.names import is_near, normal_text, words_of
from enrollment.services.match_review import candidates_of, choose_row, seen_of, to_compare
from enrollment.staff.pages import OfOneEdition
from lms.decisions import DomainError
from lms.typed import whole_number

NOBODY = "none"


@dataclass(frozen=True)
class Candidate:
    """A row of the list: `words` as they are written, each with whether the applicant's name has
    it; `taken_by` the codes of others who are matched with the row."""

    row: Alumnus
    words: list[tuple[str, bool]]
    same_address: bool
    taken_by: list[str]


class Matches(OfOneEdition, TemplateView):
    """The next application to compare, with its candidates."""

    page_title = gettext_lazy("Compare with the list of alumni")
    header_icon = "group"
    template_name = "enrollment/staff/match.html"

    def get_page_subtitle(self):
        return str(self.edition.title)

    @cached_property
    def application(self) -> Application | None:
        """The first one after the one that was passed over, round to the first of all."""
        rows = to_compare(self.edition)
        rows = rows.select_related("edition__program", "person", "role", "course_proof")
        after = whole_number(self.request.GET.get("after", "")) or 0
        return rows.filter(pk__gt=after).first() or rows.first()

    def post(self, request, *args, **kwargs):
        rows = Application.objects.filter(edition=self.edition, person__isnull=False)
        key, row = (whole_number(request.POST.get(name, "")) for name in ("application", "row"))
        application = rows.filter(pk=key).first() if key is not None else None
        is_nobody = request.POST.get("row") == NOBODY
        if application is None or (row is None and not is_nobody):
            raise Http404
        seen = request.POST.get("seen", "")
        try:
            choose_row(application, row, seen=seen, by=request.user, at=request.at)
        except DomainError as refusal:
            messages.error(request, f"{application.code}: {refusal.reason}")
            return redirect(f"{request.path}?after={application.pk - 1}")
        said = _("%(code)s: not on the list.") if is_nobody else _("%(code)s: matched.")
        messages.success(request, said % {"code": application.code})
        return redirect(f"{request.path}?after={application.pk}")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(left=to_compare(self.edition).count(), **kwargs)
        application = self.application
        if application is None:
            return context
        candidates = candidates_of(application)
        return context | {
            "application": application,
            "claimed": application.answers.get("basic_module_email", ""),
            "course": application.answers.get("basic_module_edition", ""),
            "candidates": list(self.shown(candidates)),
            "seen": seen_of(application, candidates),
            "pass_url": f"{self.request.path}?after={application.pk}",
            "application_url": reverse("enrollment_staff:application", args=[application.pk]),
        }

    def shown(self, candidates: list[Alumnus]):
        application = self.application
        own = words_of(application.full_name)
        addresses = {
            (application.person.email or "").lower(),
            (application.person.backup_email or "").lower(),
            application.answers.get("basic_module_email", "").strip().lower(),
        } - {""}
        others = Application.objects.filter(alumnus__in=candidates).exclude(pk=application.pk)
        taken: dict[int, list[str]] = {}
        for pk, code in others.filter(edition=self.edition).values_list("alumnus", "code"):
            taken.setdefault(pk, []).append(code)
        for row in candidates:
            words = [
                (word, any(is_near(normal_text(word), one) for one in own))
                for word in row.name.split()
            ]
            yield Candidate(row, words, row.email.lower() in addresses, taken.get(row.pk, []))
