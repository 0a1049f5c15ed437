"""Rows chosen in a listing: read from its query string, kept in a form as they were shown."""

from __future__ import annotations

from django.core import signing
from django.db.models import QuerySet
from django.http import Http404, QueryDict

from enrollment.staff.applications import find_people
from lms.typed import whole_number

GOOD_FOR = 3 * 24 * 60 * 60  # over a weekend


def listed(request, query: QueryDict, rows: QuerySet, filters, path: str = "") -> list[int]:
    """The rows that a listing with this query string shows, all its pages. `path` leads from a row
    to the application by which people are found."""
    found = filters(query, rows, request=request)
    if not found.is_valid():
        return []
    rows = find_people(found.qs, query.get("q", ""), path)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def named(query: QueryDict) -> list[int]:
    """The rows whose boxes were ticked."""
    keys = map(whole_number, query.getlist("id"))
    return [key for key in keys if key is not None]


def sealed(user, what, salt: str) -> str:
    """What was shown to the user, for a field of a form that nobody else can post."""
    return signing.dumps([user.pk, what], salt=salt, compress=True)


def unsealed(user, text: str, salt: str):
    """What `sealed` was given; not found where somebody else was shown it, or it is too old."""
    try:
        by, what = signing.loads(text, salt=salt, max_age=GOOD_FOR)
    except signing.BadSignature:
        raise Http404
    if by != user.pk:
        raise Http404
    return what
