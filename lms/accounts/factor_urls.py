"""The names allauth itself leads to, and its pages for the second factor. None of its other
pages is mounted: they know passwords."""

from django.urls import include, path, re_path
from django.views.generic import RedirectView, TemplateView

from lms.accounts.views import entrance

to_entrance = RedirectView.as_view(pattern_name="accounts:enter", query_string=True)

# Wagtail's own doors, which know passwords and no second factor: they lead to the entrance.
shadows = [
    re_path(r"^admin/(?:login|password_reset)(?:/.*)?$", to_entrance),
]

urlpatterns = [
    path(
        "sign-in/",
        to_entrance,
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
