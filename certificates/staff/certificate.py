"""The page of one certificate: what it says, what was done with it, what may still be done."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from certificates import acts, queries, rules, services
from certificates.models import Certificate, CertificateStatus
from certificates.staff.listing import CertificateListing
from certificates.views import printed
from enrollment.services import joint
from enrollment.staff import history
from enrollment.staff.access import READERS, OfStaff
from enrollment.staff.joint import add_page, page_to_ask, shown
from lms.decisions import DomainError

history.add_words(CertificateStatus)
add_page(Certificate, lambda row: reverse("certificates_staff:certificate", args=[row.pk]))


def certificates_for(user):
    rows = Certificate.objects.visible_to(user, *READERS)
    return rows.select_related("edition__program", "enrollment__person", "phase")


class NameForm(forms.Form):
    """The right name, and why the printed one is wrong."""

    name = forms.CharField(label=gettext_lazy("Name as it must be printed"), max_length=200)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000
    )


class CertificatePage(OfStaff, WagtailAdminTemplateMixin, TemplateView):
    """A POST corrects the name: the certificate is replaced by another with its own serial."""

    template_name = "certificates/staff/certificate.html"
    header_icon = "doc-full"
    form = None

    @cached_property
    def certificate(self) -> Certificate:
        return get_object_or_404(certificates_for(self.request.user), pk=self.kwargs["pk"])

    @cached_property
    def is_coordinator(self) -> bool:
        return self.is_coordinator_of(self.certificate.edition.program_id)

    def get_page_title(self):
        return self.certificate.printed_serial

    def get_page_subtitle(self):
        return str(self.certificate.edition.title)

    def get_breadcrumbs_items(self):
        way = [
            {
                "url": reverse("certificates_staff:certificates"),
                "label": CertificateListing.page_title,
            }
        ]
        return [*self.breadcrumbs_items, *way, {"url": "", "label": self.get_page_title()}]

    def post(self, request, *args, **kwargs):
        if not self.is_coordinator:
            raise Http404
        self.form = NameForm(request.POST)
        if (new := self.corrected()) is None:
            messages.error(request, _("Nothing was changed: see below why."))
            return self.render_to_response(self.get_context_data())
        messages.success(
            request,
            _("The certificate is issued anew, and its holder is told. This is the new one."),
        )
        return redirect("certificates_staff:certificate", pk=new.pk)

    def corrected(self) -> Certificate | None:
        if not self.form.is_valid():
            return None
        try:
            return services.correct_name(
                self.certificate, **self.form.cleaned_data, by=self.request.user, at=self.request.at
            )
        except DomainError as refusal:
            self.form.add_error("name", str(refusal.reason))
            return None

    def get_context_data(self, **kwargs):
        certificate, at = self.certificate, self.request.at
        waiting = joint.open_acts(certificate).select_related("program", "confirmed_by")
        may_correct = self.is_coordinator and rules.can_correct(certificate, at)
        form = self.form or NameForm(initial={"name": certificate.name})
        return super().get_context_data(
            certificate=certificate,
            chain=queries.chain_of(certificate),
            history=history.history_of(certificate),
            waiting=shown(list(waiting), self.request.user, self.request.at),
            form=form if may_correct else None,
            is_open=self.form is not None,
            has_pdf=rules.can_print(certificate),
            may_revoke=rules.can_end(certificate, at),
            revoke_url=page_to_ask(acts.REVOKE.name, certificate),
            **printed(certificate),
            **kwargs,
        )


class CertificatePdf(OfStaff, View):
    """The same file that its holder downloads."""

    http_method_names = ["get", "head"]

    def get(self, request, pk):
        certificate = get_object_or_404(certificates_for(request.user), pk=pk)
        if not rules.can_print(certificate):
            raise Http404
        return pdf_response(services.pdf_of(certificate), f"{certificate.printed_serial}.pdf")


def pdf_response(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
