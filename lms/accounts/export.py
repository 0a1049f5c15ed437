"""Everything the site keeps about a person, at once: for machines as JSON, for people as a page."""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import IO

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry

from lms import journal
from lms.accounts.models import EmailedCode, Purpose, User
from lms.hooks import ask
from lms.mail.models import MessageStatus
from lms.multilingual import Multilingual

LANGUAGES = dict(settings.LANGUAGES)

LABELS = {
    "account": gettext_lazy("Account"),
    "addresses": gettext_lazy("Addresses"),
    "codes": gettext_lazy("Codes asked for in the last day"),
    "requests": gettext_lazy("Requests for erasure"),
    "messages": gettext_lazy("Messages"),
    "log": gettext_lazy("Log of changes"),
    "email": gettext_lazy("E-mail"),
    "first_name": gettext_lazy("First names"),
    "last_name": gettext_lazy("Last names"),
    "language": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"),
    "made_at": gettext_lazy("Account made"),
    "last_entered_at": gettext_lazy("Last entered"),
    "second_step": gettext_lazy("Second step when entering"),
    "kind": gettext_lazy("Kind"),
    "address": gettext_lazy("Address"),
    "verified_at": gettext_lazy("Verified"),
    "told_at": gettext_lazy("Told"),
    "applied_at": gettext_lazy("Applied"),
    "cancelled_at": gettext_lazy("Cancelled"),
    "purpose": gettext_lazy("Purpose"),
    "asked_at": gettext_lazy("Asked"),
    "used_at": gettext_lazy("Used"),
    "withdrawn_at": gettext_lazy("Withdrawn"),
    "done_at": gettext_lazy("Done"),
    "keep_verification": gettext_lazy("Keep the check of certificates"),
    "to": gettext_lazy("To"),
    "subject": gettext_lazy("Subject"),
    "text": gettext_lazy("Text"),
    "written_at": gettext_lazy("Written"),
    "sent_at": gettext_lazy("Sent"),
    "status": gettext_lazy("Status"),
    "at": gettext_lazy("When"),
    "act": gettext_lazy("What"),
    "about": gettext_lazy("About"),
    "reason": gettext_lazy("Reason"),
}

WORDS = {
    "language": LANGUAGES,
    "kind": {
        "main": gettext_lazy("the address that opens the account"),
        "backup": gettext_lazy("backup address"),
        "former": gettext_lazy("former address"),
    },
    "purpose": dict(Purpose.choices),
    "status": dict(MessageStatus.choices),
}


@dataclass(frozen=True)
class Section:
    """One part of what is kept. `name`, the keys of `rows` and the names of states in them are for
    machines; the reader's words are in `labels` (`{key: label}`) and `words`
    (`{key: {value: word}}`)."""

    name: str
    rows: list[dict]
    labels: dict = field(default_factory=dict)
    words: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Node:
    """A value with its label, as the page shows it: text, an instant, or what is below it."""

    label: str
    text: str = ""
    instant: datetime | None = None
    below: list[Node] = field(default_factory=list)


def sections(person: User) -> list[Section]:
    """The account's own data, then every app's (the `export_person` hooks)."""
    entries = _entries(person)
    own = [
        Section("account", [_account(person)], LABELS, WORDS),
        Section("addresses", _addresses(person), LABELS, WORDS),
        Section("codes", _codes(person), LABELS, WORDS),
        Section("requests", _requests(person), LABELS),
        Section("messages", _messages(person), LABELS, WORDS),
        Section("log", [row for row, _entry in entries], LABELS, _words_of_the_log(entries)),
    ]
    return own + [Section(*answer) for answer in ask("export_person", person)]


def as_json(person: User, at: datetime) -> str:
    everything = {
        "site": settings.SITE_URL,
        "made_at": at,
        "person": person.email,
        **{section.name: section.rows for section in sections(person)},
    }
    return json.dumps(everything, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def as_nodes(person: User) -> list[Node]:
    """The same for the page: one node a section, the empty ones left out."""
    return [
        Node(_said(section.name, section.labels), below=_items("", section.rows, section))
        for section in sections(person)
        if section.rows
    ]


def as_zip(person: User, at: datetime) -> IO[bytes]:
    """`data.json`, `data.html` and the files that the person sent (the `export_files` hooks) in one
    open file, the page in the active language."""
    page = render_to_string("accounts/data_file.html", {"nodes": as_nodes(person), "at": at})
    packed = tempfile.TemporaryFile()  # noqa: SIM115  closed by the answer that it is
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", as_json(person, at))
        archive.writestr("data.html", page)
        for path, file in chain.from_iterable(ask("export_files", person)):
            with file, archive.open(path, "w") as entry:
                shutil.copyfileobj(file, entry)
    packed.seek(0)
    return packed


def _items(key: str, rows: list, section: Section) -> list[Node]:
    return [_node(str(number), key, row, section) for number, row in enumerate(rows, 1)]


def _node(label: str, key: str, value, section: Section) -> Node:
    if value in ({}, [], ()):
        return Node(label, text=_word(None))
    if isinstance(value, dict) and value.keys() <= LANGUAGES.keys():
        return Node(label, text=str(Multilingual(value)))
    if isinstance(value, dict):
        parts = [_node(_said(k, section.labels), k, v, section) for k, v in value.items()]
        return Node(label, below=parts)
    if isinstance(value, list | tuple):
        return Node(label, below=_items(key, value, section))
    instant = value if isinstance(value, datetime) else _instant(value)
    if instant:
        return Node(label, instant=instant)
    return Node(label, text=str(section.words.get(key, {}).get(value) or _word(value)))


def _instant(value) -> datetime | None:
    """Of an instant that an app gives as ISO text."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def _word(value) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _said(name, labels: dict) -> str:
    return str(labels.get(name) or str(name).replace("_", " ").capitalize())


def _account(person: User) -> dict:
    return {
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "language": person.language,
        "time_zone": person.time_zone,
        "made_at": person.date_joined,
        "last_entered_at": person.last_login,
        "second_step": [str(factor.type) for factor in person.authenticator_set.all()],
    }


def _addresses(person: User) -> list[dict]:
    main = {"kind": "main", "address": person.email}
    backup = {
        "kind": "backup",
        "address": person.backup_email,
        "verified_at": person.backup_verified_at,
    }
    former = [
        {
            "kind": "former",
            "address": change.old_email,
            "told_at": change.told_at,
            "applied_at": change.applied_at,
            "cancelled_at": change.cancelled_at,
        }
        for change in person.address_changes.all()
    ]
    return [main, *([backup] if person.backup_email else []), *former]


def _codes(person: User) -> list[dict]:
    """When codes were asked for and used; never a code."""
    addresses = [person.email, person.backup_email or person.email]
    asked = EmailedCode.objects.filter(email__in=addresses) | EmailedCode.objects.filter(
        person=person
    )
    return [
        {
            "purpose": code.purpose,
            "address": code.email,
            "asked_at": code.created_at,
            "used_at": code.used_at,
        }
        for code in asked.order_by("pk")
    ]


def _requests(person: User) -> list[dict]:
    names = ("asked_at", "keep_verification", "withdrawn_at", "done_at")
    return list(person.erasure_requests.values(*names))


def _messages(person: User) -> list[dict]:
    return [
        {
            "to": message.to,
            "subject": message.subject,
            "text": message.text,
            "written_at": message.created_at,
            "sent_at": message.sent_at,
            "status": message.status,
        }
        for message in person.messages.letters().order_by("pk")
    ]


def _entries(person: User) -> list[tuple[dict, ModelLogEntry]]:
    """What happened to the account, with reasons; and what the person did, without what staff
    wrote about others in doing it."""
    about = list(journal.history(person).order_by("timestamp", "pk"))
    done = ModelLogEntry.objects.filter(user=person).exclude(pk__in=[entry.pk for entry in about])
    return [
        *((_entry(entry) | {"reason": entry.data.get("reason", "")}, entry) for entry in about),
        *((_entry(entry), entry) for entry in done.order_by("timestamp", "pk")),
    ]


def _entry(entry: ModelLogEntry) -> dict:
    return {"at": entry.timestamp, "act": entry.action, "about": entry.label}


def _words_of_the_log(entries: list[tuple[dict, ModelLogEntry]]) -> dict:
    acts, rows = {}, {}
    for _row, entry in entries:
        formatter = registry.get_formatter(entry)
        acts[entry.action] = formatter.format_message(entry) if formatter else ""
        kind = ContentType.objects.get_for_id(entry.content_type_id).model_class()
        _name, _space, code = entry.label.partition(" ")
        rows[entry.label] = capfirst(f"{kind._meta.verbose_name} {code}") if kind else ""
    return {"act": acts, "about": rows}
