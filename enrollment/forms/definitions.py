"""What a form asks, as data: a list of fields, frozen into the window when it opens.

A field is `{id, kind, required, label: {language: text}}` and, as its kind asks, `help`,
`heading` (it begins a part of the form), `max_chars`, `rows`, `min`, `max`, `autocomplete`,
`choices: [{value, label}]` or `source` (the name of a list of the site's own), `version` (of the
notice that is agreed to), `page` (the notice's slug, which is linked) and `shown_if: {field,
values}` (it is asked of those who chose one of these values further up). Kinds: name, text,
long_text, email, account_email, number, date, country, role, choice, choices, consent, file. A file
has `types` (of pdf, image), `max_mb` and `tells_who` (whether it is kept from those who read
blind). The id is stable: answers are kept by it.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from enrollment.models import RegistrationWindow

DEFAULT = Path(__file__).with_name("default_form.json")
SHOWN_ONLY = "account_email"


def default_form() -> list[dict]:
    """The form of a window that was given none: a fresh copy."""
    return json.loads(_default_text())


def form_of(window: RegistrationWindow) -> list[dict]:
    """The window's form: its own, else the default one."""
    return window.form or default_form()


@cache
def _default_text() -> str:
    return DEFAULT.read_text(encoding="utf-8")


def answered(definition: list[dict]) -> list[dict]:
    """The fields that a person fills in, without those that are only shown."""
    return [field for field in definition if field["kind"] != SHOWN_ONLY]


def into(texts: dict | None, language: str) -> str:
    """One of the definition's texts in a language, else in the first that has one."""
    texts = texts or {}
    return texts.get(language) or next((text for text in texts.values() if text), "")
