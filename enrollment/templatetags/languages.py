"""`{% offered_in edition %}`: where an edition is not given in the reader's language."""

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def offered_in(edition):
    """A quiet line that names its languages, each in its own; nothing where the reader's is one
    of them."""
    if not edition.languages or get_language() in edition.languages:
        return ""
    names = [name for code, name in settings.LANGUAGES if code in edition.languages]
    text = _("It is offered in these languages: %(languages)s.") % {"languages": ", ".join(names)}
    return format_html('<p class="quiet">{}</p>', text)
