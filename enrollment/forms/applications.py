"""The application's form: a Django form built from the definition that its window froze."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from enrollment.forms.choosing import LongChoice, countries_in
from enrollment.forms.conditions import asked_in, has_conditions
from enrollment.forms.definitions import SHOWN_ONLY, answered, into
from enrollment.forms.files import FILE, control, file_fields, file_shown, key_in, told
from enrollment.forms.light import LightDate, LightEmail, LightRadios, LightText, LightTextarea
from enrollment.forms.typed import Line, Name, Paragraphs
from enrollment.models import ApplicantRole, Edition, Gender, PeerName, Workplace
from lms.typed import storable

COLUMNS = {
    "given_names": "given_names",
    "family_names": "family_names",
    "certificate_name": "certificate_name",
    "country": "country",
    "workplace_kind": "workplace",
    "institution": "institution",
    "gender": "gender",
    "language": "language",
}
MOST_CHOSEN = 100
DRAWN_BY = "lms/includes/field.html"
Typed = dict[str, str | list[str]]
SOURCES = {"workplace": Workplace, "gender": Gender, "peer_name": PeerName}


@dataclass(frozen=True)
class Shown:
    """A value that the form shows and does not ask."""

    id: str
    label: str
    value: str
    help: str


class ApplicationForm(forms.Form):
    """`definition` is the window's, `fields` what `fields_of` made of it, `email` the account's,
    `drawn_unanswered` gives the HTML of fields without an answer, by field id, `uploads` the
    application's files by their key.
    The fields are shared with other forms: nobody changes them."""

    use_required_attribute = False

    def __init__(self, definition, fields: dict[str, forms.Field], *, email: str = "", **options):
        self.drawn_unanswered = options.pop("drawn_unanswered", dict)
        self.uploads = options.pop("uploads", {})
        super().__init__(label_suffix="", **options)
        self.definition, self.fields = definition, fields
        self.email = email
        self.language = get_language()
        self.asked = asked_in(definition, self.data if self.is_bound else self.initial)
        self.saved_elsewhere: dict[str, str] = {}

    @property
    def asked_shown(self) -> str:
        """The ids of the fields that the reader sees, where that hangs on her answers."""
        return " ".join(sorted(self.asked)) if has_conditions(self.definition) else ""

    def newly_asked(self, shown: str) -> list[str]:
        """The labels of the fields that the answers lead to and a reader who saw only those of
        `shown` (of `asked_shown`) was not asked; nothing where it is empty."""
        seen = set(shown.split())
        fields = [one for one in answered(self.definition) if one["id"] in self.asked - seen]
        return [self._text(one, "label") for one in fields] if seen else []

    def clean(self):
        for name in self.fields.keys() - self.asked:
            self.errors.pop(name, None)
            self.cleaned_data.pop(name, None)
        for field in file_fields(self.definition):
            if self.cleaned_data.get(field["id"]) and self.upload_of(field) is None:
                self.add_error(field["id"], _("This file is not kept any more: choose it again."))

    def clean_backup_email(self):
        email = self.cleaned_data["backup_email"]
        if email and email.casefold() == self.email.casefold():
            raise forms.ValidationError(_("This is the same address as the first one."))
        return email

    @property
    def has_files(self) -> bool:
        return bool(file_fields(self.definition))

    def upload_of(self, field: dict):
        """The file that answers a question, where one is kept for it."""
        upload = self.uploads.get(self[field["id"]].value() or "")
        return upload if upload and upload.field == field["id"] else None

    def refuse(self, name: str, text: str) -> None:
        """Say at a field what was wrong with the file that was sent for it, also where nothing
        else of the form is measured yet."""
        self.errors[name] = self.error_class(
            [text], renderer=self.renderer, field_id=self[name].auto_id
        )

    def parts(self) -> list[dict]:
        """The form as it is drawn: `{heading, entries}`, an entry a bound `field` (with what
        another tab saved, `elsewhere`), one `drawn` already or a `shown` value. One that hangs on
        another answer has its condition, `shown_if`, and whether it `is_asked` now."""
        drawn = {} if self.is_bound else self.drawn_unanswered()
        unanswered = {name: html for name, html in drawn.items() if not self.initial.get(name)}
        return self._by_part(lambda field: self._entry(field, unanswered))

    def answers_shown(self) -> list[dict]:
        """The answers as they are read: `{heading, entries}`, an entry `{id, label, text}`."""
        return self._by_part(self._answer)

    def _by_part(self, entry_of) -> list[dict]:
        parts = []
        for field in self.definition:
            if "heading" in field or not parts:
                parts.append({"heading": into(field.get("heading"), self.language), "entries": []})
            if (entry := entry_of(field)) is not None:
                parts[-1]["entries"].append(entry)
        return parts

    def _entry(self, field, drawn: dict[str, str]) -> dict:
        entry = self._control(field, drawn)
        if "shown_if" in field:
            entry["shown_if"] = json.dumps(field["shown_if"])
            entry["is_asked"] = field["id"] in self.asked
        return entry

    def _control(self, field, drawn: dict[str, str]) -> dict:
        name = field["id"]
        if field["kind"] == FILE:
            return {"file": self.file_shown(field), "elsewhere": self.saved_elsewhere.get(name)}
        if name in drawn:
            return {"drawn": drawn[name]}
        if field["kind"] != SHOWN_ONLY:
            return {"field": self[name], "elsewhere": self.saved_elsewhere.get(name)}
        label, text = self._text(field, "label"), self._text(field, "help")
        return {"shown": Shown(f"id_{name}", label, self.email, text)}

    def _answer(self, field) -> dict | None:
        if field["id"] not in self.asked:
            return None
        answer = {
            "id": f"id_{field['id']}",
            "label": self._text(field, "label"),
            "text": self.shown(field),
        }
        if field["kind"] == FILE:
            answer["upload"] = self.upload_of(field)
        return answer

    def file_shown(self, field: dict):
        return file_shown(field, self[field["id"]], self.upload_of(field))

    def shown(self, field: dict) -> str:
        """One answer in words; empty where there is none."""
        if field["kind"] == SHOWN_ONLY:
            return self.email
        if field["kind"] == FILE:
            upload = self.upload_of(field)
            return told(upload) if upload else ""
        value = self[field["id"]].value() or ""
        if field["kind"] == "consent":
            return gettext("Yes") if value else ""
        if field["kind"] in ("choice", "choices", "role", "country"):
            asked = self.fields[field["id"]]
            labels = getattr(asked, "labels", None) or dict(asked.choices)
            values = value if isinstance(value, list) else [value]
            return "\n".join(str(labels.get(one, one)) for one in values)
        if field["kind"] == "date":
            return _date_in_words(value)
        return str(value)

    def _text(self, field, key: str) -> str:
        return into(field.get(key), self.language)

    def values(self) -> dict:
        """What a valid form says, by field id, as it is stored: empty answers left out, a consent
        as the version of the notice that was agreed to."""
        values = {}
        for field in answered(self.definition):
            value = self.cleaned_data.get(field["id"])
            if value not in ("", None, False, []):
                values[field["id"]] = _stored(field, value)
        return values


def _stored(field: dict, value):
    if field["kind"] == "consent":
        return field["version"]
    return value.isoformat() if isinstance(value, date) else value


def _date_in_words(value) -> str:
    try:
        return date_format(date.fromisoformat(str(value)), "DATE_FORMAT")
    except ValueError:
        return str(value)


@dataclass(frozen=True)
class Asked:
    """What the form's controls are made from: to whom, and in which language."""

    edition: Edition
    roles: tuple[ApplicantRole, ...]
    language: str

    def common(self, field: dict) -> dict:
        return {
            "label": into(field.get("label"), self.language),
            "help_text": into(field.get("help"), self.language),
            "required": field["required"],
        }

    def choices(self, field: dict) -> list[tuple[str, str]]:
        """(value, label) to choose from, in the reader's language. A role is chosen by its key."""
        if field["kind"] == "role":
            return [(role.key, str(role.label)) for role in self.roles]
        if field.get("source") == "language":
            return [pair for pair in settings.LANGUAGES if pair[0] in self.edition.languages]
        if "source" in field:
            choices = SOURCES[field["source"]].choices
            return [(value, capfirst(label)) for value, label in choices]
        return [(one["value"], into(one["label"], self.language)) for one in field["choices"]]


def fields_of(definition: list[dict], edition: Edition, roles) -> dict[str, forms.Field]:
    """What is asked, by field id, in the language of the moment."""
    asked = Asked(edition, tuple(roles), get_language())
    return {
        field["id"]: MAKERS[field["kind"]](asked, field, asked.common(field))
        for field in answered(definition)
    }


def drawn_unanswered(definition: list[dict], fields: dict[str, forms.Field]) -> dict[str, str]:
    """The HTML of each field without an answer: the same for all who are asked."""
    form = ApplicationForm(definition, fields)
    files = {field["id"] for field in file_fields(definition)}
    names = [name for name in fields if name not in files]
    return {name: render_to_string(DRAWN_BY, {"field": form[name]}) for name in names}


def words_of(field: dict, language: str) -> dict[str, str]:
    """The words of a field's stored values, where these are codes: `{value: label}`."""
    if field["kind"] == "consent":
        return {str(field["version"]): gettext("Yes")}
    if field.get("source") == "language":
        return {code: str(name) for code, name in settings.LANGUAGES}
    if "source" in field:
        return {value: capfirst(label) for value, label in SOURCES[field["source"]].choices}
    return {one["value"]: into(one["label"], language) for one in field.get("choices", ())}


def as_typed(definition: list[dict], values: dict) -> Typed:
    """Stored values as a form would show them."""
    return {
        field["id"]: [str(one) for one in values.get(field["id"], [])]
        if field["kind"] == "choices"
        else str(values.get(field["id"], ""))
        for field in answered(definition)
    }


def typed_in(definition: list[dict], data: Mapping) -> Typed:
    """What was typed, by field id, as it can be kept: every answer of the form, and no other.
    Several choices are a list, a file is the key of the one that is kept."""
    return {field["id"]: _typed(field, data) for field in answered(definition)}


def _typed(field: dict, data: Mapping) -> str | list[str]:
    if field["kind"] == FILE:
        return key_in(data, field["id"])
    if field["kind"] == "choices":
        return _several(data, field["id"])
    return storable(data.get(field["id"]) or "")


def _several(data: Mapping, name: str) -> list[str]:
    typed = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
    return list(dict.fromkeys(map(storable, typed)))[:MOST_CHOSEN]


def _attributes(field, **more) -> dict:
    return {key: field[key] for key in ("autocomplete", "rows") if key in field} | more


def _name(asked, field, common):
    widget = LightText(_attributes(field))
    return Name(max_chars=field["max_chars"], widget=widget, **common)


def _text(asked, field, common):
    widget = LightText(_attributes(field))
    return Line(max_chars=field["max_chars"], widget=widget, **common)


def _long_text(asked, field, common):
    widget = LightTextarea(_attributes(field))
    return Paragraphs(max_chars=field["max_chars"], widget=widget, **common)


def _email(asked, field, common):
    widget = LightEmail(_attributes(field, autocomplete="off"))
    return forms.EmailField(max_length=field["max_chars"], widget=widget, **common)


def _number(asked, field, common):
    widget = LightText(_attributes(field, inputmode="numeric"))
    return forms.IntegerField(
        min_value=field.get("min"), max_value=field.get("max"), widget=widget, **common
    )


def _country(asked, field, common):
    region = frozenset(country.code for country in asked.edition.program.eligible_countries)
    groups = countries_in(asked.language, region)
    return _long_choice(field, groups, common)


def _role(asked, field, common):
    return _long_choice(field, (("", tuple(asked.choices(field))),), common)


def _long_choice(field, groups, common):
    return LongChoice(groups, attrs=_attributes(field), **common)


def _choice(asked, field, common):
    return forms.ChoiceField(choices=asked.choices(field), widget=LightRadios, **common)


def _choices(asked, field, common):
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(choices=asked.choices(field), widget=widget, **common)


def _date(asked, field, common):
    return forms.DateField(widget=LightDate(_attributes(field)), **common)


def _consent(asked, field, common):
    message = _("Please read the notice and tick the box.")
    if "page" in field:
        common["help_text"] = format_html(
            '<a href="{}" target="_blank">{}</a>',
            reverse("wagtail_serve", args=[f"{field['page']}/"]),
            _("Read the notice (in another tab)"),
        )
    return forms.BooleanField(error_messages={"required": message}, **common)


def _file(asked, field, common):
    return control(common)


MAKERS = {
    "name": _name,
    "text": _text,
    "long_text": _long_text,
    "email": _email,
    "number": _number,
    "country": _country,
    "role": _role,
    "choice": _choice,
    "choices": _choices,
    "date": _date,
    "consent": _consent,
    FILE: _file,
}
