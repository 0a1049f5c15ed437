import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _in_spanish():
    """Whatever language the last request of another test left active."""
    translation.activate("es")
    yield
    translation.deactivate()
