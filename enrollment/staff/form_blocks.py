"""The questions of a window's form as blocks of Wagtail, and back: what a coordinator may say of
each. Whatever else a question has (its source, how a browser fills it in) stays as it was."""

from __future__ import annotations

from copy import deepcopy

from django.conf import settings
from django.core.exceptions import BadRequest, ValidationError
from django.forms import CheckboxSelectMultiple
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from enrollment.announced import roles_of
from enrollment.forms.applications import SOURCES
from enrollment.forms.checking import INDISPENSABLE, problems_in
from enrollment.forms.choosing import countries_in
from enrollment.forms.definitions import SHOWN_ONLY, default_form, into
from enrollment.forms.files import DEFAULT_MB, FILE, MOST_MB
from enrollment.models import Edition

READ_BY_US = (
    *INDISPENSABLE,
    "backup_email",
    "country",
    "role",
    "workplace_kind",
    "institution",
    "gender",
    "language",
    "basic_module_edition",
    "basic_module_email",
    "show_name_to_peers",
    "privacy_notice_version",
)
MOST_QUESTIONS = 100
MOST_ANSWERS = 60
LONGEST_LABEL, LONGEST_HELP, LONGEST_KEY = 300, 1000, 40
ICONS = {
    "text": "pilcrow",
    "long_text": "doc-full",
    "number": "decimal",
    "date": "date",
    "email": "mail",
    "choice": "radio-full",
    "choices": "list-ul",
    "consent": "check",
    FILE: "upload",
}
KINDS = {
    "text": _("A line of text"),
    "long_text": _("A longer text"),
    "number": _("A number"),
    "date": _("A date"),
    "email": _("An e-mail address"),
    "choice": _("One answer of several"),
    "choices": _("Several answers"),
    "consent": _("A consent"),
    FILE: _("A file"),
}
TYPES_OF_FILES = [("pdf", "PDF"), ("image", _("Image (JPEG or PNG), as of a paper photographed"))]
OWN = _("Questions of this form")
KNOWN = _("Questions that the site itself reads")


class Questions(blocks.StreamBlock):
    """A form that was not sent by its page is refused, not crashed on."""

    def value_from_datadict(self, data, files, prefix):
        try:
            return super().value_from_datadict(data, files, prefix)
        except (KeyError, ValueError, TypeError) as error:
            raise BadRequest("not a form of this page") from error


class FormBuilder:
    """The blocks for the form of an edition's window, which now asks `definition`."""

    def __init__(self, edition: Edition, definition: list[dict], language: str):
        self.edition, self.definition, self.language = edition, definition, language
        self.known = {one["id"]: one for one in default_form() if one["id"] in READ_BY_US}

    @cached_property
    def block(self) -> Questions:
        known = [
            (name, self._question(field["kind"], into(field["label"], self.language), KNOWN, field))
            for name, field in self.known.items()
        ]
        own = [(kind, self._question(kind, label, OWN, {})) for kind, label in KINDS.items()]
        counts = {name: {"max_num": 1} for name, _block in known}
        for name in INDISPENSABLE:
            counts[name]["min_num"] = 1
        return Questions(
            [*own, *known], block_counts=counts, max_num=MOST_QUESTIONS, collapsed=True
        )

    def _question(self, kind: str, label: str, group, known: dict) -> blocks.StructBlock:
        parts = [
            ("label", self._texts(_("Question"), blocks.CharBlock, LONGEST_LABEL, required=True)),
            ("help", self._texts(_("Explanation under it"), blocks.TextBlock, LONGEST_HELP)),
            ("heading", self._texts(_("Heading of a part that begins here"), blocks.CharBlock)),
        ]
        if kind != SHOWN_ONLY and known.get("id") not in INDISPENSABLE:
            parts.append(("required", blocks.BooleanBlock(required=False, label=_("Required"))))
            parts.append(("shown_if", self._condition()))
        if not known or kind == "consent":
            parts += self._of_kind(kind)
        named = {"label_format": ""} if known else {}  # the block's own label says it
        return blocks.StructBlock(
            parts, label=label, group=group, icon=ICONS.get(kind, "user"), **named
        )

    def _texts(self, label, block_class, longest=120, *, required=False) -> blocks.StructBlock:
        """One text in each language of the edition."""
        names = dict(settings.LANGUAGES)
        return blocks.StructBlock(
            [
                (
                    child_of(language),
                    block_class(label=names[language], required=required, max_length=longest),
                )
                for language in self.edition.languages
            ],
            label=label,
        )

    def _condition(self):
        return blocks.MultipleChoiceBlock(
            choices=self.conditions,
            required=False,
            label=_("Asked only of those who answered"),
            help_text=_(
                "One or more answers to one question above. None chosen: it is asked of everybody. "
                "Questions that are new appear here once the form is saved."
            ),
        )

    @cached_property
    def conditions(self) -> list:
        """The answers on which a question can hang: `(question, [(field=value, answer)])`."""
        groups = []
        for field in self.definition:
            pairs = self._answers(field)
            if pairs:
                named = [(f"{field['id']}={value}", label) for value, label in pairs]
                groups.append((into(field.get("label"), self.language), named))
        return groups

    def _answers(self, field) -> list[tuple[str, str]]:
        if field["kind"] == "role":
            roles = roles_of(self.edition.program_id)
            return [(role.key, str(role.label)) for role in roles]
        if field["kind"] == "country":
            region = frozenset(one.code for one in self.edition.program.eligible_countries)
            return list(countries_in(self.language, region)[0][1])
        return [(one["value"], into(one["label"], self.language)) for one in choices_of(field)]

    def _of_kind(self, kind: str) -> list:
        number = {"required": False, "min_value": -(10**9), "max_value": 10**9}
        if kind in ("text", "long_text"):
            most = blocks.IntegerBlock(
                label=_("At most so many characters"),
                min_value=1,
                max_value=10_000,
                default=200 if kind == "text" else 600,
            )
            return [("max_chars", most)]
        if kind == "number":
            return [
                ("min", blocks.IntegerBlock(label=_("At least"), **number)),
                ("max", blocks.IntegerBlock(label=_("At most"), **number)),
            ]
        if kind in ("choice", "choices"):
            answer = self._texts(_("Answer"), blocks.CharBlock, LONGEST_LABEL, required=True)
            return [
                (
                    "choices",
                    blocks.ListBlock(
                        answer, label=_("Answers"), min_num=2, max_num=MOST_ANSWERS, default=[]
                    ),
                )
            ]
        if kind == "consent":
            return [
                ("version", blocks.CharBlock(label=_("Version of the notice"), max_length=20)),
                (
                    "page",
                    blocks.RegexBlock(
                        r"^[-\w]+$",
                        label=_("Page of the notice"),
                        help_text=_("The last part of its address, as in …/privacy/"),
                        required=False,
                        max_length=100,
                    ),
                ),
            ]
        return _of_file() if kind == FILE else []

    # -- there and back ----------------------------------------------------------------------

    @cached_property
    def stream(self) -> blocks.StreamValue:
        rows = [
            {
                "type": self._block_of(field),
                "id": field["id"],
                "value": self._value_of(field),
            }
            for field in self.definition
        ]
        return self.block.to_python(rows)

    def _block_of(self, field) -> str:
        return field["id"] if field["id"] in self.known else field["kind"]

    def _value_of(self, field) -> dict:
        value = {
            key: {child_of(language): text for language, text in (field.get(key) or {}).items()}
            for key in ("label", "help", "heading")
        }
        value |= {key: field[key] for key in PLAIN if key in field}
        condition = field.get("shown_if")
        if condition:
            value["shown_if"] = [f"{condition['field']}={one}" for one in condition["values"]]
        value["choices"] = [
            {
                "type": "item",
                "id": one["value"],
                "value": {child_of(lang): text for lang, text in one["label"].items()},
            }
            for one in field.get("choices", ())
        ]
        return value

    def definition_of(self, stream: blocks.StreamValue) -> list[dict]:
        """What the blocks ask. A new question, or answer, gets a key from its first text, which it
        keeps. Raises ValidationError, at the block that is wrong."""
        before = {one["id"]: one for one in self.definition}
        taken = set(before) | set(self.known)
        definition, errors = [], {}
        for place, child in enumerate(stream):
            try:
                definition.append(self._field_of(child, before, taken))
            except ValidationError as error:
                errors[place] = error
        if errors:
            raise blocks.StreamBlockValidationError(block_errors=errors)
        self._refuse_what_is_wrong(definition)
        return definition

    def _refuse_what_is_wrong(self, definition: list[dict]) -> None:
        problems = problems_in(definition, self.language)
        whole = [str(one.text) for one in problems if one.place is None]
        errors = {}
        for one in problems:
            if one.place is not None:
                errors.setdefault(one.place, []).append(str(one.text))
        if whole or errors:
            raise blocks.StreamBlockValidationError(
                block_errors={
                    place: blocks.StructBlockValidationError(non_block_errors=texts)
                    for place, texts in errors.items()
                },
                non_block_errors=whole,
            )

    def _field_of(self, child, before: dict, taken: set[str]) -> dict:
        name, value = child.block_type, child.value
        if name in self.known:
            field = deepcopy(before.get(name) or self.known[name])
        else:
            old = before.get(child.id)
            is_same = old is not None and old["kind"] == name
            key = child.id if is_same else _new_key(_texts_in(value["label"]), taken)
            field = deepcopy(old) if is_same else {"id": key, "kind": name}
        for key in ("label", "help", "heading"):
            _set(field, key, self._merged(field.get(key), value[key]))
        for key in PLAIN:
            if key in value:
                _set(field, key, value[key], keep=(0, False))
        field.setdefault("required", name in INDISPENSABLE)
        if "choices" in value:
            field["choices"] = self._choices_in(field, value["choices"])
        if "shown_if" in value:
            _set(field, "shown_if", _condition_in(value["shown_if"]))
        return field

    def _merged(self, old: dict | None, value) -> dict:
        """The texts as they are now; those of a language that the edition lost are kept."""
        texts = {**(old or {})}
        for language in self.edition.languages:
            texts[language] = (value[child_of(language)] or "").strip()
        return {language: text for language, text in texts.items() if text}

    def _choices_in(self, field: dict, answers) -> list[dict]:
        old = {one["value"]: one for one in field.get("choices", ())}
        taken = set(old)
        return [
            {
                "value": row.id if row.id in old else _new_key(_texts_in(row.value), taken),
                "label": self._merged(old.get(row.id, {}).get("label"), row.value),
            }
            for row in answers.bound_blocks
        ]


def _of_file() -> list:
    types = blocks.MultipleChoiceBlock(
        choices=TYPES_OF_FILES,
        widget=CheckboxSelectMultiple,
        default=["pdf", "image"],
        label=_("What may be sent"),
        help_text=_("One file. What it is, is told by its content and not by its name."),
    )
    most = blocks.IntegerBlock(
        label=_("At most so many MB"), min_value=1, max_value=MOST_MB, default=DEFAULT_MB
    )
    tells_who = blocks.BooleanBlock(
        required=False,
        default=True,
        label=_("Tells who the person is"),
        help_text=_("It is then not shown to those who read blind."),
    )
    return [("types", types), ("max_mb", most), ("tells_who", tells_who)]


PLAIN = (
    "required",
    "max_chars",
    "min",
    "max",
    "version",
    "page",
    "types",
    "max_mb",
    "tells_who",
)


def child_of(language: str) -> str:
    """The name of a language's part of a block: without a hyphen, which separates names."""
    return language.replace("-", "_")


def choices_of(field: dict) -> list[dict]:
    """The answers to choose from: those that the form lists, or one of the site's own lists."""
    if field.get("source") in SOURCES:
        pairs = SOURCES[field["source"]].choices
        return [{"value": value, "label": {"": str(label)}} for value, label in pairs]
    return field.get("choices", []) if field["kind"] in ("choice", "choices") else []


def _texts_in(value) -> list[str]:
    return [text for text in value.values() if text]


def _new_key(texts: list[str], taken: set[str]) -> str:
    """A readable key that no other has: `numero_de_casos`, `numero_de_casos_2`."""
    stem = slugify(texts[0] if texts else "").replace("-", "_")[:LONGEST_KEY].strip("_") or "field"
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}_{number}"
    taken.add(key)
    return key


def _condition_in(chosen: list[str] | None) -> dict | None:
    pairs = [one.partition("=") for one in chosen or []]
    fields = {field for field, _sign, _value in pairs}
    if not pairs:
        return None
    if len(fields) > 1:
        error = ValidationError(_("Choose answers to one question only."))
        raise blocks.StructBlockValidationError(block_errors={"shown_if": error})
    return {"field": fields.pop(), "values": [value for _field, _sign, value in pairs]}


def _set(field: dict, key: str, value, keep: tuple = ()) -> None:
    if value or value in keep and value is not None:
        field[key] = value
    else:
        field.pop(key, None)
