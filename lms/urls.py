"""Addresses. Machines and the verification address have no language; pages for people do."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from lms import home, views
from lms.accounts import factor_urls
from lms.mail import webhooks as mail_webhooks

urlpatterns = [
    path("", views.front_door),
    path("robots.txt", views.robots),
    path("sitemap.xml", include("content.sitemap_urls")),
    path("favicon.ico", views.favicon),
    *factor_urls.shadows,
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("v/", include("certificates.verify_urls")),
    path("mail/events/<slug:provider>/", mail_webhooks.report, name="mail_events"),
]

if not settings.S3_BUCKET:
    urlpatterns += [path("media/", include("lms.media.urls"))]

if settings.DEMO:
    urlpatterns += i18n_patterns(path("demo/", include("lms.demo.urls")))

urlpatterns += i18n_patterns(
    path("account/", include("lms.accounts.urls")),
    path("account/", include("lms.accounts.factor_urls")),
    path("my/", home.participant_home, name="home"),
    path("", include("enrollment.urls")),
    path("", include("content.urls")),
    path("", include("certificates.urls")),
    path("", include("content.page_urls")),
    path("", include(wagtail_urls)),
)
