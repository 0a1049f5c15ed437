"""Where search engines find what is public."""

from django.urls import path

from content.views.sitemap import sitemap

urlpatterns = [path("", sitemap, name="sitemap")]
