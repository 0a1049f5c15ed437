"""The admin of these tests is read in English."""

import pytest


@pytest.fixture(autouse=True)
def _in_english(english):
    pass
