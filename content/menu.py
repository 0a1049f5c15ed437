"""The public menu: first-level pages that are shown in menus; at the foot, the others."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.translation import get_language

from content import page_cache
from content.models.pages import PublicPage
from content.routing import root_path

KEPT_SECONDS = 3600


def site_menu(request) -> list[dict]:
    """`{text, url, place}` of each, in the language of the page: one look into the cache."""
    key = f"menu:{get_language()}"
    found = cache.get_many([page_cache.GENERATION, key])
    generation = found.get(page_cache.GENERATION, 0)
    kept = found.get(key)
    if kept and kept[0] == generation:
        return kept[1]
    entries = entries_of(request)
    cache.set(key, (generation, entries), timeout=KEPT_SECONDS)
    return entries


def entries_of(request) -> list[dict]:
    from wagtail.models import Page

    root = root_path(request, get_language())
    if root is None:
        return []
    below = Page.objects.live().public().filter(url_path__startswith=root).order_by("path")
    pages = [
        page
        for page in below.filter(depth=3).select_related("locale").specific(defer=True)
        if issubclass(page.specific_class or Page, PublicPage)
    ]
    return [
        {"text": page.title, "url": page.url, "place": "" if page.show_in_menus else "foot"}
        for page in pages
    ]
