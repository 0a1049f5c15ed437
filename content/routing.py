"""Finding the page of an address: a gated one in a query, not level by level.

What lies below an edition's page is found by its whole address, together with the facts it needs.
Everything else is found as Wagtail finds pages.
"""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.utils.translation import get_language
from wagtail.models import Page, Site

from content.models import GatedPage
from lms.kept import kept


def gated_types(levels: int) -> list[type[GatedPage]]:
    """The gated page types whose addresses have that many words."""
    return [m for m in apps.get_models() if issubclass(m, GatedPage) and m.levels == levels]


@kept
def site_roots() -> list:
    """Where the pages of each site and language begin in the tree."""
    return Site.get_site_root_paths()


def root_path(language: str) -> str | None:
    """`/inicio/`: where the pages of one language begin in the tree. None where there are
    several sites, or none in that language."""
    paths = [root.root_path for root in site_roots() if root.language_code == language]
    return paths[0] if len(paths) == 1 else None


def know_roots(holder):
    """The request or page, with the roots where Wagtail's own `get_url` looks for them."""
    holder._wagtail_cached_site_root_paths = site_roots()
    return holder


@kept
def find_gated(path: str) -> GatedPage | None:
    """The live gated page at `programa/2019/m1/l1/` in the active language: one query for each
    type that may stand there."""
    words = [word for word in path.split("/") if word]
    types = gated_types(len(words))
    root = root_path(get_language()) if types else None
    if root is None:
        return None
    for model in types:
        found = model.objects.live().filter(slug=words[-1], url_path=f"{root}{'/'.join(words)}/")
        if page := found.select_related(*model.related).first():
            return know_roots(page)
    return None


def find_elsewhere(path: str) -> Page | None:
    """The page at this address in another language, where it has no translation here."""
    words = [word for word in path.split("/") if word]
    others = [code for code, _name in settings.LANGUAGES if code != get_language()]
    if not words:
        return None
    for language in others:
        root = root_path(language)
        rest = f"{root}{'/'.join(words)}/"
        if root and (page := Page.objects.live().filter(slug=words[-1], url_path=rest).first()):
            return page
    return None
