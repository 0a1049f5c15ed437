from django import template

from lms.multilingual import Multilingual

register = template.Library()


@register.filter
def in_reader_language(texts: dict) -> str:
    """The text of `{language: text}` in the reader's language."""
    return str(Multilingual(texts))
