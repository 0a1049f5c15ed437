"""Issued certificates of the programs whose people one may read."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.generic import IndexView

from certificates.models import Certificate, CertificateStatus, Kind
from certificates.serials import as_typed
from enrollment.names import normal_text
from enrollment.staff.access import COORDINATORS, READERS, OfStaff, editions_for
from enrollment.staff.exports import PeopleExport
from enrollment.staff.filters import AnyOf, OneOf, OneRow
from enrollment.staff.tables import InstantColumn, PersonColumn, TextColumn


class CertificateFilters(WagtailFilterSet):
    edition = OneRow(label=_("Edition"), queryset=lambda request: editions_for(request.user))
    kind = OneOf(label=_("Kind"), choices=Kind.choices)
    status = AnyOf(label=_("Status"), choices=CertificateStatus.choices)
    language = OneOf(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = Certificate
        fields = ["edition", "kind", "status", "language"]


def find_certificates(rows, text: str):
    """Rows in which every word is found: in the serial, the printed name, or the applicant's
    names, where accents and case do not matter. A whole serial may be typed with spaces."""
    if serial := rows.filter(serial=as_typed(text)):
        return serial
    for word in text.split():
        found = Q(serial__startswith=as_typed(word) or "-") | Q(snapshot__name__icontains=word)
        if plain := normal_text(word):
            found |= Q(enrollment__application__search_text__contains=plain)
        rows = rows.filter(found)
    return rows


def printed_name(certificate: Certificate) -> tuple[str, str]:
    return certificate.name or str(_("(name erased)")), certificate.printed_serial


FACTS = [
    (_("Serial"), lambda one: one.printed_serial),
    (_("Name"), lambda one: one.name),
    (_("Edition"), lambda one: str(one.edition)),
    (_("Kind"), lambda one: str(one.get_kind_display())),
    (_("Title"), lambda one: one.title),
    (_("Hours"), lambda one: one.snapshot["hours"]),
    (_("Language"), lambda one: str(one.get_language_display())),
    (_("Status"), lambda one: str(one.get_status_display())),
    (_("Issued (UTC)"), lambda one: one.issued_at),
    (_("Replaced or revoked (UTC)"), lambda one: one.ended_at),
    (_("Reason"), lambda one: one.reason),
]


class CertificateListing(OfStaff, PeopleExport, IndexView):
    """Every certificate, valid or not; only coordinators take the list along."""

    model = Certificate
    page_title = _("Issued certificates")
    header_icon = "doc-full"
    index_url_name = "certificates_staff:certificates"
    index_results_url_name = "certificates_staff:certificates_results"
    filterset_class = CertificateFilters
    search_fields = ["serial"]
    is_searchable = True
    paginate_by = 20
    default_ordering = "-issued_at"
    export_action = "certificates.export"
    export_filename = "certificates"
    any_permission_required = None
    results_template_name = "enrollment/staff/listing_results.html"
    table_classname = "listing desk-listing"
    columns = [
        PersonColumn(
            "name",
            label=_("Name"),
            accessor=printed_name,
            get_url=lambda one: reverse("certificates_staff:certificate", args=[one.pk]),
        ),
        TextColumn("edition", label=_("Edition"), accessor="edition.title"),
        TextColumn("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
        TextColumn("status", label=_("Status"), accessor="get_status_display", sort_key="status"),
        TextColumn(
            "language", label=_("Language"), accessor="get_language_display", sort_key="language"
        ),
        InstantColumn("issued_at", label=_("Issued"), sort_key="issued_at"),
    ]

    def get_base_queryset(self):
        roles = COORDINATORS if self.is_export else READERS
        rows = Certificate.objects.visible_to(self.request.user, *roles)
        return rows.select_related("edition__program")

    def order_queryset(self, queryset):
        return super().order_queryset(queryset).order_by(self.ordering, "-pk")

    def search_queryset(self, queryset):
        return find_certificates(queryset, self.search_query)

    def headings(self):
        return [heading for heading, _value in FACTS]

    def cells_of(self, row):
        return [value(row) for _heading, value in FACTS]
