"""What the tests of the staff's pages of certificates share."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse


def address(name, *args, **query):
    return reverse(f"certificates_staff:{name}", args=args, query=query or None)


def queries_of(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)
