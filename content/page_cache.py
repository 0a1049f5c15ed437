"""Public pages kept whole for readers who are not signed in, until the next instant of any
edition, or until something of what they show is changed (`lms.kept`).

Only a request without session or message gets a kept page, and only an answer that sets no cookie
is kept, so that it is the same for everybody who reads that address.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.http.request import split_domain_port
from django.template.response import TemplateResponse

from content.models.pages import PublicPage
from lms import kept

LONGEST = timedelta(hours=1)


def get(request) -> HttpResponse | None:
    """The answer kept for this address: one look into the cache."""
    request.keeps_page = is_anybody(request)
    if not request.keeps_page:
        return None
    key = key_of(request)
    found = cache.get_many([kept.MARK, key])
    request.page_mark = kept.know(found.get(kept.MARK))
    page = found.get(key)
    if not page or page["mark"] != request.page_mark:
        return None
    if not page["since"] <= request.at < page["until"]:
        return None
    return HttpResponse(page["content"], headers=page["headers"])


def keep(request, response):
    """Keep the answer where it may be, and pass it on."""
    is_public = isinstance(response, TemplateResponse) and isinstance(
        (response.context_data or {}).get("page"), PublicPage
    )
    if not (request.keeps_page and is_public and response.status_code == 200):
        return response
    response.render()
    if response.cookies or "CSRF_COOKIE" in request.META:
        return response
    until = min(next_instant(request.at) or request.at + LONGEST, request.at + LONGEST)
    page = {
        "mark": request.page_mark,
        "since": request.at,
        "until": until,
        "content": response.content,
        "headers": {"Content-Type": response.headers["Content-Type"]},
    }
    cache.set(key_of(request), page, timeout=LONGEST.total_seconds())
    return response


def is_anybody(request) -> bool:
    """Whether the request carries nothing of a person."""
    own = (settings.SESSION_COOKIE_NAME, "messages")
    return (
        request.method == "GET"
        and not request.META.get("QUERY_STRING")
        and not any(name in request.COOKIES for name in own)
    )


def key_of(request) -> str:
    """By the site's name and the address; not by the port, of which anybody can name thousands."""
    name, _port = split_domain_port(request.get_host())
    address = f"{name}{request.path}"
    return f"kept-page:{sha256(address.encode()).hexdigest()}"


def next_instant(at: datetime) -> datetime | None:
    """The next instant at which any edition changes for its readers."""
    from content.queries import public_instants

    return min((instant for instant in public_instants() if instant > at), default=None)
