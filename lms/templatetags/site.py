"""What the base page asks: the same page in the other languages."""

from django import template
from django.conf import settings
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag(takes_context=True)
def language_links(context) -> list[dict]:
    """`{code, name, url, current}` for each language; the page itself where it is translated,
    else the language's first page."""
    request = context.get("request")
    urls = page_urls(context.get("page"), request) if request else {}
    return [
        {
            "code": code,
            "name": name,
            "url": urls.get(code) or view_url(context.get("page"), request, code),
            "current": code == get_language(),
        }
        for code, name in settings.LANGUAGES
    ]


def page_urls(page, request) -> dict[str, str]:
    """Address of each live translation of a Wagtail page, by language."""
    if not hasattr(page, "translation_key"):
        return {}
    if hasattr(page, "translation_urls"):
        return page.translation_urls(request)
    translations = page.get_translations(inclusive=True).live().select_related("locale")
    return {p.locale.language_code: p.get_url(request) for p in translations}


def view_url(page, request, code: str) -> str:
    """Address of a view in another language: `/es/my/` as `/en/my/`."""
    first_page, here = f"/{code}/", f"/{get_language()}/"
    is_view = getattr(request, "resolver_match", None) and not hasattr(page, "translation_key")
    path = request.get_full_path() if is_view else ""
    return first_page + path.removeprefix(here) if path.startswith(here) else first_page
