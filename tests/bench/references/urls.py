from django.urls import path

from lms.urls import urlpatterns as site
from tests.bench.references.views import bare

urlpatterns = [path("bare/", bare), *site]
