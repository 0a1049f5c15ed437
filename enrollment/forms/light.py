"""Controls that are drawn at once: the application's form has so many of them that a template
for each, and for each choice of each, would cost more than the page around them.

What is drawn is what Django's own widgets draw."""

from __future__ import annotations

from functools import lru_cache

from django import forms
from django.forms.utils import flatatt
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


def _whole(widget, name, value, attrs) -> dict:
    return widget.build_attrs(widget.attrs, {**(attrs or {}), "name": name})


class _LightInput:
    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        attributes = {"type": self.input_type, **_whole(self, name, value, attrs)}
        text = self.format_value(value)
        if text is not None:
            attributes["value"] = text
        return format_html("<input{}>", flatatt(attributes))


class LightText(_LightInput, forms.TextInput):
    pass


class LightEmail(_LightInput, forms.EmailInput):
    pass


class LightDate(_LightInput, forms.DateInput):
    """A day, as the browser asks for one; without that, typed as year-month-day."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class LightTextarea(forms.Textarea):
    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        attributes = flatatt(_whole(self, name, value, attrs))
        return format_html(
            "<textarea{}>\n{}</textarea>", attributes, self.format_value(value) or ""
        )


class LightRadios(forms.RadioSelect):
    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        attributes = _whole(self, name, value, attrs)
        key = attributes.pop("id", "")
        choices = tuple((str(choice), str(label)) for choice, label in self.choices)
        drawn = _radios(key, flatatt(attributes), choices)
        chosen = f'value="{escape("" if value is None else value)}"'
        return mark_safe(drawn.replace(chosen, f"{chosen} checked", 1))  # noqa: S308


@lru_cache(maxsize=256)
def _radios(key: str, attributes: SafeString, choices: tuple[tuple[str, str], ...]) -> SafeString:
    """None of them chosen."""
    drawn = format_html_join(
        "",
        '<div><label for="{}"><input type="radio" id="{}"{} value="{}"> {}</label></div>',
        (
            (f"{key}_{number}", f"{key}_{number}", attributes, choice, label)
            for number, (choice, label) in enumerate(choices)
        ),
    )
    return format_html('<div id="{}">{}</div>', key, drawn)
