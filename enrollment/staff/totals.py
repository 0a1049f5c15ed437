"""Totals of an edition: what observers read, and whoever reads its people."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from enrollment.models import Edition, StaffRole
from enrollment.staff.access import READERS
from enrollment.staff.menu import StaffMenuItem
from enrollment.staff.pages import StaffPage
from enrollment.totals import HEADINGS, totals, whole
from lms.typed import whole_number

OF_TOTALS = (*READERS, StaffRole.OBSERVER)


class Totals(StaffPage, TemplateView):
    """The edition that `?edition=` names, else the latest whose decisions are released."""

    roles = OF_TOTALS
    page_title = _("Totals")
    header_icon = "table"
    template_name = "enrollment/staff/totals.html"

    def way(self):
        return []

    @cached_property
    def editions(self):
        rows = Edition.objects.visible_to(self.request.user, *self.roles)
        return rows.exclude(status="draft").select_related("program").order_by("-pk")

    @cached_property
    def edition(self) -> Edition | None:
        asked = self.request.GET.get("edition", "")
        if asked:
            return get_object_or_404(self.editions, pk=whole_number(asked))
        released = self.editions.filter(released_at__lte=self.request.at)
        return released.first() or self.editions.first()

    def get_page_subtitle(self):
        return str(self.edition.title) if self.edition else ""

    def get_context_data(self, **kwargs):
        edition, at = self.edition, self.request.at
        return super().get_context_data(
            editions=self.editions,
            edition=edition,
            figures=whole(edition, at) if edition else [],
            tables=totals(edition, at) if edition else [],
            headings=list(HEADINGS.values()),
            is_released=bool(edition and edition.is_released(at)),
            **kwargs,
        )


def menu_item() -> StaffMenuItem:
    return StaffMenuItem(
        _("Totals"),
        reverse_lazy("enrollment_staff:totals"),
        icon_name="table",
        name="totals",
        order=10,
        roles=OF_TOTALS,
    )
