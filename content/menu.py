"""The public menu: first-level pages that are shown in menus; at the foot, the others."""

from __future__ import annotations

from django.utils.translation import get_language

from content.models.pages import PublicPage
from content.routing import root_path
from lms.kept import kept


def site_menu(request) -> tuple[dict, ...]:
    """`{text, url, place}` of each, in the language of the page."""
    return entries()


@kept
def entries() -> tuple[dict, ...]:
    from wagtail.models import Page

    root = root_path(get_language())
    if root is None:
        return ()
    below = Page.objects.live().public().filter(url_path__startswith=root).order_by("path")
    pages = [
        page
        for page in below.filter(depth=3).select_related("locale").specific(defer=True)
        if issubclass(page.specific_class or Page, PublicPage)
    ]
    return tuple(
        {"text": page.title, "url": page.url, "place": "" if page.show_in_menus else "foot"}
        for page in pages
    )
