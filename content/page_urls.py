"""Addresses of pages: the last to be tried, in the place of Wagtail's own."""

from django.urls import re_path
from wagtail.urls import serve_pattern

from content.views import pages

urlpatterns = [re_path(serve_pattern, pages.serve, name="page")]
