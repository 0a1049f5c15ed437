"""Fixtures for every test: a site as a fresh deployment has it, and a clock that can be set."""

import os
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection, connections
from django.utils import timezone, translation

from tests import databases
from tests.entrance import SiteClient


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """One migrated database for all tests of this process; each test's changes are rolled back."""
    place = f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    name = databases.own_name(place)
    if databases.is_sqlite():
        name = f"file:{name}?mode=memory&cache=shared"
    with django_db_blocker.unblock():
        databases.make(name)
        databases.point_to(name)
    yield
    with django_db_blocker.unblock():
        if not databases.is_sqlite():
            databases.drop(name)


@pytest.fixture
def real_database(django_db_setup, django_db_blocker, tmp_path):
    """A database of its own, for what happens at once: threads and processes see what others
    commit in it, and nothing is rolled back. Gives its URL, for `DATABASE_URL` of a process."""
    before = connection.settings_dict["NAME"]
    name = databases.own_name(f"real_{os.getpid()}")
    if databases.is_sqlite():
        name = str(tmp_path / "real.sqlite3")
    with django_db_blocker.unblock():
        databases.make(name)
        databases.point_to(name)
        try:
            yield databases.url()
        finally:
            connections.close_all()
            databases.point_to(before)
            databases.drop(name)


@pytest.fixture
def client():
    """A browser; `force_login` gives staff their second factor, as signing in would."""
    return SiteClient()


@pytest.fixture(autouse=True)
def _no_limits_from_other_tests():
    cache.clear()


@pytest.fixture(autouse=True)
def _no_language_or_zone_from_other_tests():
    """Middleware activates those of a request; the test client leaves them active."""
    translation.activate("es")
    timezone.deactivate()
    yield
    translation.activate("es")
    timezone.deactivate()


@pytest.fixture
def english():
    """For tests that read the source's own texts: in the code, and in the browser of `client`."""
    translation.activate("en")


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
