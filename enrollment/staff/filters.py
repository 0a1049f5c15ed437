"""Filters of the listings and their light widgets: a template for each of 250 options costs more
than the page."""

from __future__ import annotations

import django_filters
from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from enrollment.forms.choosing import LightSelect, countries_in

NOT_SAID = "none"


class CountrySelect(forms.Select):
    """Every country, in the reader's language; and whoever has named none."""

    def render(self, name, value, attrs=None, renderer=None):
        groups = (
            ("", ((NOT_SAID, gettext("not said")),)),
            *countries_in(get_language(), frozenset()),
        )
        light = LightSelect(groups, attrs=self.attrs)
        return light.render(name, value, attrs)


class PlainSelect(forms.Select):
    def render(self, name, value, attrs=None, renderer=None):
        attributes = forms.utils.flatatt(
            self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        )
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, mark_safe(" selected") if str(key) == chosen else "", label)
                for key, label in self.choices
            ),
        )
        return mark_safe(f"<select{attributes}>{options}</select>")


class Checks(forms.CheckboxSelectMultiple):
    """Checkboxes, drawn at once."""

    def render(self, name, value, attrs=None, renderer=None):
        chosen = {str(one) for one in value or ()}
        prefix = (attrs or {}).get("id", f"id_{name}")
        rows = format_html_join(
            "",
            '<div><label for="{0}_{1}"><input type="checkbox" name="{2}" value="{3}" '
            'id="{0}_{1}"{4}> {5}</label></div>',
            (
                (
                    prefix,
                    place,
                    name,
                    key,
                    mark_safe(" checked" if str(key) in chosen else ""),
                    text,
                )
                for place, (key, text) in enumerate(self.choices)
            ),
        )
        return mark_safe(f'<div id="{prefix}">{rows}</div>')


class OrNotSaid:
    """A filter by an answer that can also be left open: `none` finds where it was."""

    def filter(self, qs, value):
        if value == NOT_SAID and self.method is None:
            return qs.filter(**{self.field_name: ""})
        return super().filter(qs, value)


class CountryFilter(OrNotSaid, django_filters.ChoiceFilter):
    def __init__(self, **options):
        choices = [(NOT_SAID, _("not said")), *countries]
        super().__init__(label=_("Country"), choices=choices, widget=CountrySelect, **options)


class OneOf(django_filters.ChoiceFilter):
    """One of several values, or all."""

    def __init__(self, **options):
        super().__init__(empty_label=_("All"), widget=PlainSelect, **options)


class Answered(OrNotSaid, OneOf):
    """One of the answers to a question, or none."""

    def __init__(self, *, choices, **options):
        super().__init__(choices=[*choices, (NOT_SAID, _("not said"))], **options)


class AnyOf(django_filters.MultipleChoiceFilter):
    """Any of several values of a column of the row itself; none chosen means all."""

    def __init__(self, **options):
        super().__init__(widget=Checks, distinct=False, **options)


class OneRow(django_filters.ModelChoiceFilter):
    def __init__(self, **options):
        super().__init__(empty_label=_("All"), widget=PlainSelect, **options)
