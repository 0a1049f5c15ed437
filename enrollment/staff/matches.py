"""Comparing applicants with the list of alumni, one after the other, by keyboard alone."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages

from enrollment.country_names import country_code
from enrollment.models import AlumniMatch, Alumnus, Application
from enrollment.models.applications import MATCH_SETTLED_YES
from enrollment.names import is_near, normal_text, words_of
from enrollment.services.match_review import candidates_of, choose_row, seen_of, to_compare
from enrollment.staff.pages import OfOneEdition
from lms.decisions import DomainError
from lms.typed import whole_number

NOBODY = "none"
YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Candidate:
    """A row of the list: `words` as they are written, each with whether the applicant's name has
    it; `taken_by` the codes of others who are matched with the row, `near` of those for whom it is
    still to be compared."""

    row: Alumnus
    words: list[tuple[str, bool]]
    same_address: bool
    other_country: bool
    other_course: bool
    taken_by: list[str]
    near: list[str]


def is_other_country(application: Application, row: Alumnus) -> bool:
    return bool(row.country) and country_code(row.country) != application.country.code


def is_other_course(said: str, listed: str) -> bool:
    """Whether both are known and differ: by their years where both have one, else as texts."""
    if not said or not listed:
        return False
    years = set(YEAR.findall(said)), set(YEAR.findall(listed))
    return years[0].isdisjoint(years[1]) if all(years) else normal_text(said) != normal_text(listed)


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
            "course": self.course,
            "candidates": list(self.shown(candidates)),
            "seen": seen_of(application, candidates),
            "pass_url": f"{self.request.path}?after={application.pk}",
            "application_url": reverse("enrollment_staff:application", args=[application.pk]),
        }

    @property
    def course(self) -> str:
        return self.application.answers.get("basic_module_edition", "")

    def shown(self, candidates: list[Alumnus]):
        application = self.application
        own = words_of(application.full_name)
        addresses = {
            (application.person.email or "").lower(),
            (application.person.backup_email or "").lower(),
            application.answers.get("basic_module_email", "").strip().lower(),
        } - {""}
        others = Application.objects.filter(edition=self.edition, alumnus__in=candidates)
        others = others.exclude(pk=application.pk).order_by("code")
        codes: dict[tuple[int, bool], list[str]] = defaultdict(list)
        for pk, match, code in others.values_list("alumnus", "alumni_match", "code"):
            if match in MATCH_SETTLED_YES or match == AlumniMatch.REVIEW:
                codes[pk, match == AlumniMatch.REVIEW].append(code)
        for row in candidates:
            words = [
                (word, any(is_near(normal_text(word), one) for one in own))
                for word in row.name.split()
            ]
            yield Candidate(
                row,
                words,
                same_address=row.email.lower() in addresses,
                other_country=is_other_country(application, row),
                other_course=is_other_course(self.course, row.edition),
                taken_by=codes[row.pk, False],
                near=codes[row.pk, True],
            )
