"""Fixtures for every test: a site as a fresh deployment has it, and a clock that can be set."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache

from tests.entrance import SiteClient


@pytest.fixture
def client():
    """A browser; `force_login` gives staff their second factor, as signing in would."""
    return SiteClient()


@pytest.fixture(autouse=True)
def _no_limits_from_other_tests():
    cache.clear()


@pytest.fixture
def clock():
    """`clock("2019-04-13T06:59:59Z")` sets the only clock; time stands still there."""
    travellers = []

    def set_to(instant):
        if isinstance(instant, str):
            instant = datetime.fromisoformat(instant)
        while travellers:
            travellers.pop().stop()
        traveller = time_machine.travel(instant.astimezone(UTC), tick=False)
        traveller.start()
        travellers.append(traveller)
        return instant

    yield set_to
    while travellers:
        travellers.pop().stop()
