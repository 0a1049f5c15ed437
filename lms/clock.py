"""The only clock. A request or a task reads it once, as `at`, and passes it down."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return timezone.now()
