"""Fixtures for every test: a site as a fresh deployment has it, and a clock that can be set."""

from datetime import UTC, datetime

import pytest
import time_machine


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
