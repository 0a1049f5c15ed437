"""The cache of a deployment keeps what limits count, however much else is kept."""

import pytest
from django.core.cache import caches
from django.core.management import call_command

from lms import settings as deployed


@pytest.mark.django_db
def test_cache_keeps_a_count_beside_a_thousand_other_entries(settings):
    settings.CACHES = deployed.CACHES
    call_command("createcachetable", verbosity=0)
    caches["default"].set("allauth:rl:key", 5, timeout=3600)
    for number in range(1000):
        caches["default"].set(f"page:{number}", number, timeout=3600)
    assert caches["default"].get("allauth:rl:key") == 5
