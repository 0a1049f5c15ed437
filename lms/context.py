from django.conf import settings
from django.utils.functional import SimpleLazyObject
from wagtail import hooks

from lms.multilingual import site_name


def site(request):
    """What every page knows: the site's name, its languages, its menu."""
    return {
        "site_name": site_name(),
        "is_demo": settings.DEMO,
        "languages": settings.LANGUAGES,
        "site_menu": SimpleLazyObject(lambda: menu(request)),
    }


def menu(request) -> list[dict]:
    """Entries `{text, url}` of the public menu, given by the `site_menu` hooks."""
    return [entry for hook in hooks.get_hooks("site_menu") for entry in hook(request)]
