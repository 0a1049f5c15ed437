from django import template

from enrollment.rules.decisions import why_ineligible

register = template.Library()


@register.filter
def ineligible_because(application):
    """The requirement that is not met, as a sentence."""
    return why_ineligible(application)
