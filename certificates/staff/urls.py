"""Addresses of the staff's pages of certificates, under the admin's own."""

from django.urls import path

from certificates.staff import certificate, designs, issue, listing
from enrollment.staff.urls import listing as with_results

app_name = "certificates_staff"
urlpatterns = [
    *with_results("issued", listing.CertificateListing, "certificates"),
    path("issued/<int:pk>/", certificate.CertificatePage.as_view(), name="certificate"),
    path("issued/<int:pk>/pdf/", certificate.CertificatePdf.as_view(), name="pdf"),
    *with_results("issue", issue.Editions, "issue"),
    path("issue/<int:pk>/", issue.IssuePage.as_view(), name="issue_edition"),
    path("issue/<int:pk>/<int:design_id>/", issue.DueListing.as_view(), name="due"),
    path("issue/<int:pk>/<int:design_id>/pdf/", issue.PreviewPdf.as_view(), name="preview"),
    path("designs/", designs.Designs.as_view(), name="designs"),
    path("designs/add/<int:program_id>/", designs.AddDesign.as_view(), name="design_add"),
    path("designs/<int:pk>/", designs.EditDesign.as_view(), name="design"),
    path("designs/<int:pk>/<slug:language>/pdf/", designs.SamplePdf.as_view(), name="sample"),
]
