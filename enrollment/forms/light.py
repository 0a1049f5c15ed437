"""Controls that are drawn at once: the application's form has so many of them that a template
for each, and for each choice of each, would cost more than the page around them.

What is drawn is what Django's own widgets draw."""

from __future__ import annotations

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


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
        chosen = "" if value is None else str(value)
        choices = [
            (f"{key}_{number}", choice, " checked" if str(choice) == chosen else "", label)
            for number, (choice, label) in enumerate(self.choices)
        ]
        drawn = format_html_join(
            "",
            '<div><label for="{}"><input type="radio" value="{}" id="{}"{}{}> {}</label></div>',
            (
                (one, choice, one, checked, flatatt(attributes), label)
                for one, choice, checked, label in choices
            ),
        )
        return format_html('<div id="{}">{}</div>', key, drawn)
