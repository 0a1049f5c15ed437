"""Short texts of untranslated rows (titles, labels), kept once for each language.

Pages are translated as pages; a phase or a role has one row and its name in all languages.
"""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lms.typed import cleaned, seen


class Multilingual(dict):
    """`{language code: text}`; prints as the text of the active language."""

    def into(self, language: str | None) -> str:
        """The text in `language`, else in the site's first language that has one."""
        for code in (language, *(code for code, _name in settings.LANGUAGES)):
            if self.get(code):
                return self[code]
        return ""

    def __str__(self) -> str:
        return self.into(get_language())

    def __bool__(self) -> bool:
        return any(self.values())


def site_name(language: str | None = None) -> str:
    """The site's name in `language`, else in the active one."""
    return Multilingual(settings.SITE_NAMES).into(language or get_language())


class MultilingualWidget(forms.MultiWidget):
    template_name = "lms/widgets/multilingual.html"

    def __init__(self, attrs=None, *, lines: int = 1):
        one = forms.TextInput if lines == 1 else forms.Textarea
        extra = {} if lines == 1 else {"rows": lines}
        super().__init__(
            {
                code: one(attrs={**extra, "lang": code, "aria-label": name})
                for code, name in settings.LANGUAGES
            },
            attrs,
        )

    def decompress(self, value):
        return [(value or {}).get(code, "") for code, _name in settings.LANGUAGES]

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        for part, (_code, label) in zip(
            context["widget"]["subwidgets"], settings.LANGUAGES, strict=True
        ):
            part["language_name"] = label
        return context


class MultilingualFormField(forms.MultiValueField):
    def __init__(self, *, required=True, lines=1, max_length=None, **options):
        options.pop("encoder", None)
        options.pop("decoder", None)
        parts = [
            forms.CharField(required=False, max_length=max_length) for _code in settings.LANGUAGES
        ]
        options.setdefault("widget", MultilingualWidget(lines=lines))
        super().__init__(parts, required=required, require_all_fields=False, **options)

    def compress(self, values):
        typed = [seen(cleaned(text or "").strip()) for text in values or []]
        texts = zip(settings.LANGUAGES, typed, strict=False)
        return Multilingual({code: text for (code, _name), text in texts if text})

    def has_changed(self, initial, data):
        return Multilingual(initial or {}) != self.compress(data)


class MultilingualAttribute(DeferredAttribute):
    """Whatever dict is assigned reads back as a `Multilingual`, before and after saving."""

    def __set__(self, instance, value):
        is_plain = isinstance(value, dict) and not isinstance(value, Multilingual)
        instance.__dict__[self.field.attname] = Multilingual(value) if is_plain else value


class MultilingualField(models.JSONField):
    """A `Multilingual`, stored as JSON. `lines` above 1 gives text areas in forms."""

    descriptor_class = MultilingualAttribute

    def __init__(self, *args, lines: int = 1, **options):
        self.lines = lines
        options.setdefault("default", Multilingual)
        super().__init__(*args, **options)

    def deconstruct(self):
        name, path, args, options = super().deconstruct()
        if self.lines != 1:
            options["lines"] = self.lines
        return name, path, args, options

    def from_db_value(self, value, expression, connection):
        return Multilingual(super().from_db_value(value, expression, connection) or {})

    def to_python(self, value):
        value = super().to_python(value)
        if value is not None and not isinstance(value, dict):
            raise ValidationError(_("Expected one text for each language."))
        return Multilingual(value or {})

    def pre_save(self, instance, add):
        value = getattr(instance, self.attname)
        return dict(value) if isinstance(value, dict) else value

    def formfield(self, **options):
        return MultilingualFormField(
            required=not self.blank,
            lines=self.lines,
            label=options.get("label", capfirst(self.verbose_name)),
            help_text=options.get("help_text", self.help_text),
        )
