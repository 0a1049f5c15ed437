"""The short public address on the paper; it leads to the page in the reader's language."""

from django.urls import path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="certificates:verify", query_string=True)),
    path("<str:code>", RedirectView.as_view(pattern_name="certificates:verify_code")),
    path("<str:code>/", RedirectView.as_view(pattern_name="certificates:verify_code")),
]
