"""Countries to choose from, and a light select for long lists."""

from __future__ import annotations

from functools import lru_cache

from django import forms
from django.forms.utils import flatatt
from django.utils import translation
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_noop
from django_countries import countries

# django-countries misspells these or names them as they were; our catalogs, asked first, do not.
SPELLED_BY_US = [
    gettext_noop("Åland Islands"),
    gettext_noop("Andorra"),
    gettext_noop("Anguilla"),
    gettext_noop("Bahrain"),
    gettext_noop("Central African Republic"),
    gettext_noop("Chad"),
    gettext_noop("Congo"),
    gettext_noop("Curaçao"),
    gettext_noop("Cyprus"),
    gettext_noop("Djibouti"),
    gettext_noop("Dominica"),
    gettext_noop("Eswatini"),
    gettext_noop("Falkland Islands (Malvinas)"),
    gettext_noop("Guam"),
    gettext_noop("Guernsey"),
    gettext_noop("Jersey"),
    gettext_noop("Kiribati"),
    gettext_noop("Kuwait"),
    gettext_noop("Latvia"),
    gettext_noop("Liechtenstein"),
    gettext_noop("Madagascar"),
    gettext_noop("Monaco"),
    gettext_noop("Myanmar"),
    gettext_noop("Netherlands"),
    gettext_noop("Nigeria"),
    gettext_noop("North Korea"),
    gettext_noop("Oman"),
    gettext_noop("Romania"),
    gettext_noop("Saint Kitts and Nevis"),
    gettext_noop("Saint Martin (French part)"),
    gettext_noop("Sint Maarten (Dutch part)"),
    gettext_noop("Slovenia"),
    gettext_noop("South Georgia"),
    gettext_noop("South Korea"),
    gettext_noop("Suriname"),
    gettext_noop("Svalbard and Jan Mayen"),
    gettext_noop("Timor-Leste"),
    gettext_noop("Trinidad and Tobago"),
    gettext_noop("United States Minor Outlying Islands"),
    gettext_noop("Yemen"),
]

Choices = tuple[tuple[str, str], ...]
Groups = tuple[tuple[str, Choices], ...]


@lru_cache(maxsize=64)
def countries_in(language: str, program_countries: frozenset[str]) -> Groups:
    """Every country by its name in a language, those of the program in a group before the rest."""
    with translation.override(language):
        named = [(code, str(name)) for code, name in countries]
        ours = tuple(country for country in named if country[0] in program_countries)
        others = tuple(country for country in named if country[0] not in program_countries)
        if not ours:
            return (("", others),)
        return (
            (gettext("Countries of the program"), ours),
            (gettext("Other countries"), others),
        )


@lru_cache(maxsize=128)
def options_of(groups: Groups) -> str:
    """The options' HTML, none of them chosen."""
    return "".join(
        format_html('<optgroup label="{}">{}</optgroup>', label, _options(choices))
        if label
        else _options(choices)
        for label, choices in groups
    )


def _options(choices: Choices) -> SafeString:
    return format_html_join("", '<option value="{}">{}</option>', choices)


@lru_cache(maxsize=128)
def labels_of(groups: Groups) -> dict[str, str]:
    return {value: label for _heading, choices in groups for value, label in choices}


class LongChoice(forms.ChoiceField):
    """One of hundreds: looked up, not listed anew for every form. `labels`: `{value: label}`."""

    def __init__(self, groups: Groups, *, attrs=None, **options):
        super().__init__(widget=LightSelect(groups, attrs=attrs), **options)
        self.labels = labels_of(groups)

    @property
    def choices(self) -> list[tuple[str, str]]:
        return list(self.labels.items())

    @choices.setter
    def choices(self, _none) -> None:
        """What a choice field is given at first: nothing, the groups say it."""

    def valid_value(self, value) -> bool:
        return str(value) in self.labels


class LightSelect(forms.Select):
    """A select drawn at once: a template for each of 250 options costs more than the page."""

    def __init__(self, groups: Groups, **options):
        super().__init__(**options)
        self.groups = groups

    def render(self, name, value, attrs=None, renderer=None):
        attributes = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        chosen = f'value="{escape(value)}"'
        options = options_of(self.groups).replace(chosen, f"{chosen} selected", 1)
        nothing = '<option value="">—</option>'
        return mark_safe(f"<select{attributes}>{nothing}{options}</select>")  # noqa: S308
