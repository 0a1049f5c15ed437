"""Questions that are answered by a file: what may be sent, and how it is said. Pure.

The form's value is the key of the file that is kept (`UploadedAnswer.key`). What is newly chosen,
and that the kept one goes, come beside it in `file:…` and `remove:…`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.media.uploads import KINDS, MEGABYTE

FILE = "file"
TYPES = {"pdf": ("pdf",), "image": ("jpeg", "png")}
DEFAULT_MB, MOST_MB, MOST_QUESTIONS = 5, 10, 5
CHOSEN, REMOVED = "file:", "remove:"
KEY = re.compile(r"[-\w]{1,32}", re.ASCII)


def file_fields(definition: list[dict]) -> list[dict]:
    return [field for field in definition if field["kind"] == FILE]


def kinds_of(field: dict) -> tuple[str, ...]:
    """The kinds of `lms.media.uploads.KINDS` that a question takes."""
    return tuple(kind for one in field.get("types", ()) for kind in TYPES.get(one, ()))


def most_bytes(field: dict) -> int:
    return field.get("max_mb", DEFAULT_MB) * MEGABYTE


def accepted(field: dict) -> str:
    """`PDF, JPEG or PNG, at most 5 MB`."""
    *names, last = [KINDS[kind].name for kind in kinds_of(field)]
    kinds = _("%(kinds)s or %(kind)s") % {"kinds": ", ".join(names), "kind": last}
    words = {"kinds": kinds if names else last, "size": field.get("max_mb", DEFAULT_MB)}
    return _("%(kinds)s, at most %(size)d MB") % words


def key_in(data: Mapping, name: str) -> str:
    """Which kept file a form that was sent names; empty where it is to go."""
    key = str(data.get(name) or "")
    return key if KEY.fullmatch(key) and not data.get(REMOVED + name) else ""


def told(upload) -> str:
    """`letter.pdf (240 KB)`."""
    return f"{upload.name} ({filesizeformat(upload.size)})"


def told_without_name(upload) -> str:
    """The same where the name that somebody gave to the file must not be read."""
    return f"{KINDS[upload.kind].name}, {filesizeformat(upload.size)}"


def control(common: dict) -> forms.Field:
    message = gettext_lazy("Choose a file.")
    return forms.CharField(max_length=32, error_messages={"required": message}, **common)


@dataclass(frozen=True)
class FileShown:
    """What the control is drawn from: the bound field, the kept file, what may be sent."""

    field: forms.BoundField
    upload: object | None
    accepted: str
    endings: str
    most_bytes: int

    @property
    def chosen(self) -> str:
        return CHOSEN + self.field.name

    @property
    def removed(self) -> str:
        return REMOVED + self.field.name

    @property
    def described_by(self) -> str:
        """The ids of what explains the control, and of what is wrong with it."""
        own = self.field.aria_describedby or ""
        return f"{own} {self.field.auto_id}_accepted".strip()


def file_shown(field: dict, bound: forms.BoundField, upload) -> FileShown:
    kinds = [KINDS[kind] for kind in kinds_of(field)]
    endings = ",".join(f"{kind.mime},{kind.ending}" for kind in kinds)
    return FileShown(bound, upload, accepted(field), endings, most_bytes(field))
