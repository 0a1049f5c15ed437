"""Issuing: who is due what in each edition, how it would be printed, and the way to ask for it."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from certificates import acts, pdf, queries, rules, samples
from certificates.models import CertificateStatus, Design
from certificates.staff.certificate import pdf_response
from enrollment.models import Edition, EditionStatus, Enrollment
from enrollment.services import joint
from enrollment.staff.access import OfStaff, editions_for
from enrollment.staff.joint import page_to_ask, shown
from enrollment.staff.tables import InstantColumn, LinkColumn, TextColumn


def editions_to_certify(user):
    """What is announced, going on or over; a draft has nobody to certify."""
    return editions_for(user).exclude(status=EditionStatus.DRAFT)


class Editions(OfStaff, IndexView):
    """The editions of one's programs, with how many certificates stand."""

    model = Edition
    page_title = _("Issue certificates")
    header_icon = "check"
    index_url_name = "certificates_staff:issue"
    index_results_url_name = "certificates_staff:issue_results"
    any_permission_required = None
    results_template_name = "enrollment/staff/listing_results.html"
    is_searchable = False
    default_ordering = "-certificates_planned_at"
    paginate_by = 20
    columns = [
        LinkColumn(
            "title",
            label=_("Edition"),
            accessor=str,
            get_url=lambda one: reverse("certificates_staff:issue_edition", args=[one.pk]),
        ),
        TextColumn("status", label=_("Status"), accessor="get_status_display"),
        InstantColumn(
            "certificates_planned_at",
            label=_("Certificates are issued"),
            sort_key="certificates_planned_at",
        ),
        TextColumn("valid", label=_("Valid certificates")),
    ]

    def get_base_queryset(self):
        is_valid = Q(certificates__status=CertificateStatus.ISSUED)
        return editions_to_certify(self.request.user).annotate(
            valid=Count("certificates", filter=is_valid)
        )


class OfOneCertifiedEdition(OfStaff):
    @cached_property
    def edition(self) -> Edition:
        return get_object_or_404(editions_to_certify(self.request.user), pk=self.kwargs["pk"])

    @cached_property
    def design(self) -> Design:
        return get_object_or_404(
            Design, pk=self.kwargs["design_id"], program=self.edition.program_id
        )

    @property
    def way(self) -> list[dict]:
        return [
            {"url": reverse("certificates_staff:issue"), "label": Editions.page_title},
            {
                "url": reverse("certificates_staff:issue_edition", args=[self.edition.pk]),
                "label": str(self.edition.title),
            },
        ]


class IssuePage(OfOneCertifiedEdition, WagtailAdminTemplateMixin, TemplateView):
    """For each design: how many are due, how many were issued, and how far their PDFs are."""

    template_name = "certificates/staff/issue.html"
    header_icon = "check"

    def get_page_title(self):
        return str(self.edition.title)

    def get_page_subtitle(self):
        return str(self.edition.program)

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, *self.way]

    def get_context_data(self, **kwargs):
        edition = self.edition
        waiting = joint.open_acts(edition).filter(act=acts.ISSUE.name)
        waiting = list(waiting.select_related("program", "confirmed_by"))
        return super().get_context_data(
            edition=edition,
            standings=[
                (one, ask_url(edition, one.design)) for one in queries.standings_of(edition)
            ],
            waiting=shown(waiting, self.request.user, self.request.at),
            early=acts.warning_of_issue(edition, self.request.at),
            is_coordinator=self.is_coordinator_of(edition.program_id),
            **kwargs,
        )


def ask_url(edition: Edition, design: Design) -> str:
    return page_to_ask(acts.ISSUE.name, edition, design=design.pk)


class DueListing(OfOneCertifiedEdition, IndexView):
    """Who is due one certificate, with the name as it would be printed."""

    model = Enrollment
    header_icon = "check"
    any_permission_required = None
    results_template_name = "enrollment/staff/listing_results.html"
    is_searchable = False
    default_ordering = "certificate_name"
    paginate_by = 50
    columns = [
        LinkColumn(
            "certificate_name",
            label=_("Name as it would be printed"),
            get_url=lambda one: reverse("enrollment_staff:place", args=[one.pk]),
            sort_key="certificate_name",
        ),
        TextColumn(
            "language", label=_("Language"), accessor="get_language_display", sort_key="language"
        ),
        TextColumn(
            "confirmed",
            label=_("Confirmed by its holder"),
            accessor=lambda one: _("yes") if one.name_confirmed_at else _("no"),
            sort_key="name_confirmed_at",
        ),
        TextColumn("status", label=_("Place"), accessor="get_status_display", sort_key="status"),
    ]

    def get_page_title(self):
        return str(self.design.title)

    def get_page_subtitle(self):
        return str(self.edition.title)

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, *self.way, {"url": "", "label": self.get_page_title()}]

    def get_index_url(self):
        return reverse("certificates_staff:due", args=[self.edition.pk, self.design.pk])

    def get_index_results_url(self):
        return None

    @cached_property
    def header_buttons(self):
        if not self.get_base_queryset().exists():
            return []
        preview = reverse("certificates_staff:preview", args=[self.edition.pk, self.design.pk])
        return [
            HeaderButton(
                _("Ask to issue…"), url=ask_url(self.edition, self.design), icon_name="check"
            ),
            HeaderButton(_("See one as PDF"), url=preview, icon_name="doc-full"),
        ]

    def get_base_queryset(self):
        return rules.due(self.edition, self.design)

    def order_queryset(self, queryset):
        return queryset.order_by(self.ordering, "pk")


class PreviewPdf(OfOneCertifiedEdition, View):
    """The certificate of one person who is due it, marked as a preview and stored nowhere."""

    http_method_names = ["get", "head"]

    def get(self, request, pk, design_id):
        due = rules.due(self.edition, self.design).prefetch_related("progress__phase")
        enrollment = due.first()
        if enrollment is None:
            raise Http404
        sample = samples.of_person(enrollment, self.design, edition=self.edition, at=request.at)
        return pdf_response(pdf.render(sample, mark=samples.MARK), "preview.pdf")
