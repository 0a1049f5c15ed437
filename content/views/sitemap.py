"""The public pages for search engines: never a gated one, never a draft edition's."""

from __future__ import annotations

from django.conf import settings
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from content.queries import public_pages
from content.routing import know_roots


@cache_control(max_age=3600, public=True)
def sitemap(request):
    """Each page with its translations: a query for each type of page."""
    know_roots(request)
    groups = public_pages()
    entries = [
        {
            "url": page.get_full_url(request),
            "changed": page.last_published_at or page.latest_revision_created_at,
            "translations": _translations(group, request) if len(group) > 1 else [],
        }
        for group in groups
        for page in group
    ]
    context = {"entries": [entry for entry in entries if entry["url"]]}
    return render(request, "content/sitemap.xml", context, content_type="application/xml")


def _translations(group: list, request) -> list[dict]:
    known = {code for code, _name in settings.LANGUAGES}
    return [
        {"code": page.locale.language_code, "url": page.get_full_url(request)}
        for page in group
        if page.locale.language_code in known
    ]
