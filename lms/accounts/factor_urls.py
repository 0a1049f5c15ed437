"""The names allauth itself leads to, and its pages for the second factor. None of its other
pages is mounted: they know passwords."""

from django.urls import include, path
from django.views.generic import RedirectView, TemplateView

from lms.accounts.views import entrance

urlpatterns = [
    path(
        "sign-in/",
        RedirectView.as_view(pattern_name="accounts:enter", query_string=True),
        name="account_login",
    ),
    path("sign-out/", entrance.leave, name="account_logout"),
    path(
        "closed/",
        TemplateView.as_view(template_name="accounts/closed.html"),
        name="account_inactive",
    ),
    path("second-factor/", include("allauth.mfa.urls")),
]
