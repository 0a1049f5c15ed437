"""Everything that was done with a person's application, offer and place: who, when, why, and what
it was before."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import ModelLogEntry

from enrollment.models import (
    AlumniMatch,
    Application,
    ApplicationStatus,
    Decision,
    Eligibility,
    Enrollment,
    EnrollmentStatus,
    LateAttempt,
    Offer,
    OfferStatus,
    Outcome,
    RegistrationWindow,
)
from enrollment.rules.eligibility import BY_THE_RULES
from enrollment.staff.zones import zone_of
from lms import journal
from lms.accounts.models import User
from lms.mail.models import MailingState, MessageStatus
from lms.templatetags.times import when_short

LETTERS = dict(MessageStatus.choices) | dict(MailingState.choices)
WORDS = LETTERS | {  # where a value is an offer's too, it is the offer's word
    value: label
    for choices in (
        ApplicationStatus,
        AlumniMatch,
        Eligibility,
        EnrollmentStatus,
        OfferStatus,
        Outcome,
    )
    for value, label in choices.choices
}
WORDS |= {
    "region": gettext_lazy("not of a country of the program"),
    "role": gettext_lazy("not a role of the program"),
    "alumni": gettext_lazy("without the earlier course"),
    "alumni_not_completed": gettext_lazy("the earlier course not completed"),
    BY_THE_RULES: gettext_lazy("by the rules"),
    "True": gettext_lazy("granted"),
    "False": gettext_lazy("not granted"),
}
NOTHING = ("", "None")
NUMBER = re.compile(r"\d+\.\d+")
AFTERWARDS = ("after", "outcome", "granted")
DETAILS = {
    "version": gettext_lazy("version %(said)s"),
    "rank": gettext_lazy("number %(said)s on the waiting list"),
    "phase": gettext_lazy("phase %(said)s"),
    "other": gettext_lazy("the other: %(said)s"),
    "reader": gettext_lazy("reader: %(said)s"),
    "asked_by": gettext_lazy("asked by %(said)s"),
}


def add_words(choices: type[models.TextChoices]) -> None:
    """The states of another app's rows, in words."""
    WORDS.update(choices.choices)


@dataclass(frozen=True)
class Done:
    at: datetime
    what: str
    who: str
    reason: str
    before: str
    after: str
    zone: str = "UTC"
    details: str = ""


def history_of(*rows: models.Model | None, also: Q | None = None) -> list[Done]:
    """The log of these rows, and what `also` finds of it, newest first. One query, and another
    where two people did something."""
    keys, zones = defaultdict(set), {}
    for row in filter(None, rows):
        kind = journal.kind_of(row)
        keys[kind].add(str(row.pk))
        zones[kind.pk, str(row.pk)] = zone_of(row)
    wanted = Q(pk=None) if also is None else also
    for kind, found in keys.items():
        wanted |= Q(content_type=kind, object_id__in=found)
    entries = ModelLogEntry.objects.filter(wanted).select_related("user")
    entries = list(entries.order_by("-timestamp", "-pk"))
    people = _people_named_in(entries)
    return [
        _done(entry, zones.get((entry.content_type_id, entry.object_id), "UTC"), people)
        for entry in entries
    ]


def rows_of(*applications: Application) -> list[models.Model]:
    """Everything on which is logged what was done with these applications: themselves, their
    offers, places, decisions, and attempts after the close."""
    keys = [one.pk for one in applications]
    late = Q(pk=None)
    for one in applications:
        late |= Q(person=one.person_id or 0, window=one.window_id)
    return [
        *applications,
        *Offer.objects.filter(application__in=keys).select_related("edition"),
        *Enrollment.objects.filter(application__in=keys).select_related("edition"),
        *Decision.objects.filter(application__in=keys).select_related("edition"),
        *LateAttempt.objects.filter(late).select_related("window__edition"),
    ]


def by_a_code(*applications: Application) -> Q:
    """Closed windows that these people opened by a code: logged on the window."""
    found = Q(pk=None)
    for one in applications:
        if one.person_id:
            found |= Q(user=one.person_id, object_id=str(one.window_id))
    kind = journal.kind_of(RegistrationWindow)
    return found & Q(content_type=kind, action="enrollment.use_extension_code")


def _people_named_in(entries: list[ModelLogEntry]) -> dict[str, str]:
    """Who asked for what somebody else confirmed, by key."""
    keys = {entry.data["asked_by"] for entry in entries if "asked_by" in (entry.data or {})}
    if not keys:
        return {}
    return {str(one.pk): str(one) for one in User.objects.filter(pk__in=keys)}


def _done(entry: ModelLogEntry, zone: str, people: dict[str, str]) -> Done:
    data = entry.data or {}
    after = next((data[name] for name in AFTERWARDS if data.get(name) not in (None, *NOTHING)), "")
    told = {name: data[name] for name in DETAILS if name in data}
    if "asked_by" in told:
        told["asked_by"] = people.get(told["asked_by"], _("somebody who is no more"))
    return Done(
        at=entry.timestamp,
        what=str(entry.message),
        who=str(entry.user) if entry.user else _("the site"),
        reason=data.get("reason", ""),
        before=spoken(data.get("before", ""), zone),
        after=spoken(after, zone),
        zone=zone,
        details=", ".join(str(DETAILS[name]) % {"said": said} for name, said in told.items()),
    )


def spoken(text: str, zone: str = "UTC") -> str:
    """A stored state, several of them, or an instant, in words."""
    if text in NOTHING:
        return ""
    try:
        at = datetime.fromisoformat(text) if text[:1].isdigit() else None
        return when_short(at, zone) if at else _words(text)
    except ValueError:
        return _words(text)


def _words(text: str) -> str:
    return " · ".join(map(_word, text.split(" · ")))


def _word(text: str) -> str:
    return floatformat(text, -2) if NUMBER.fullmatch(text) else str(WORDS.get(text, text))
