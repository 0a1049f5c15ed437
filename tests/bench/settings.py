"""The settings of a deployment, with one address more (the bare view that others are measured
against), one listing more (a stock one of Wagtail) and a count of queries for who asks."""

from lms.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench.references"]  # noqa: F405
ROOT_URLCONF = "tests.bench.references.urls"
MIDDLEWARE = ["tests.bench.references.queries.CountQueriesMiddleware", *MIDDLEWARE]  # noqa: F405
LOGGING["loggers"]["django.request"] = {"level": "ERROR"}  # noqa: F405
