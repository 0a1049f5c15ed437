"""The site's addresses as they are when DEMO is on."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from lms.urls import urlpatterns as site

urlpatterns = [*i18n_patterns(path("demo/", include("lms.demo.urls"))), *site]
