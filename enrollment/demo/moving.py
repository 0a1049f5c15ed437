"""The hook that brings the living editions, and all that happened in them, to another day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from wagtail.models import ModelLogEntry

from enrollment.demo.building import living
from enrollment.models import (
    Application,
    ApplicationVersion,
    CourseProof,
    Decision,
    Draw,
    Edition,
    Enrollment,
    Extension,
    ExtensionCode,
    InformationRequest,
    JointAct,
    LateAttempt,
    Offer,
    Phase,
    PhaseProgress,
    Reconsideration,
    RegistrationWindow,
    Review,
    UploadedAnswer,
)
from lms.demo.moving import move_rows
from lms.mail.models import Mailing, OutgoingMessage

PATHS = {
    Phase: "edition",
    RegistrationWindow: "edition",
    Application: "edition",
    ApplicationVersion: "application__edition",
    UploadedAnswer: "application__edition",
    CourseProof: "application__edition",
    Review: "application__edition",
    Reconsideration: "application__edition",
    LateAttempt: "window__edition",
    ExtensionCode: "window__edition",
    Extension: "code__window__edition",
    Decision: "edition",
    Offer: "edition",
    Draw: "edition",
    InformationRequest: "application__edition",
    Enrollment: "edition",
    PhaseProgress: "enrollment__edition",
}
LOGGED = (Application, RegistrationWindow, LateAttempt, Decision, Offer, Enrollment)


def move(days: int) -> None:
    """Everything of the living editions by `days`, the log and the mails with it."""
    editions = living()
    keys = list(editions.values_list("pk", flat=True))
    for model in LOGGED:
        _move_log(model, model.objects.filter(**{f"{PATHS[model]}__in": keys}), days)
    _move_log(Edition, editions, days)
    for model, path in PATHS.items():
        move_rows(model.objects.filter(**{f"{path}__in": keys}), days)
    move_rows(_acts(keys), days)
    _move_texts(_acts(keys), "terms", days)
    _move_texts(PhaseProgress.objects.filter(enrollment__edition__in=keys), "work", days)
    programs = editions.values("program__slug")
    move_rows(OutgoingMessage.objects.filter(scope__in=programs), days)
    move_rows(Mailing.objects.filter(scope__in=programs), days)
    move_rows(editions, days)


def _acts(keys: list[int]):
    return JointAct.objects.filter(subject__in=[f"edition:{key}" for key in keys])


def _move_texts(rows, name: str, days: int) -> None:
    """The days and instants that are written in a field of JSON."""
    rows = list(rows.exclude(**{name: {}}))
    for row in rows:
        setattr(row, name, moved(getattr(row, name), days))
    if rows:
        type(rows[0]).objects.bulk_update(rows, [name], batch_size=300)


def moved(value, days: int):
    """The same value, each text in it that is a day, an instant or `from / to` later by `days`."""
    if isinstance(value, dict):
        return {name: moved(one, days) for name, one in value.items()}
    if isinstance(value, list):
        return [moved(one, days) for one in value]
    if not isinstance(value, str) or not value[:4].isdigit():
        return value
    try:
        return " / ".join(_later(part, days) for part in value.split(" / "))
    except ValueError:
        return value


def _later(text: str, days: int) -> str:
    kind = date if len(text) == len("2019-03-21") else datetime
    return (kind.fromisoformat(text) + timedelta(days=days)).isoformat()


def _move_log(model, rows, days: int) -> None:
    kind = ContentType.objects.get_for_model(model)
    found = [str(key) for key in rows.values_list("pk", flat=True)]
    for start in range(0, len(found), 500):
        chunk = found[start : start + 500]
        entries = ModelLogEntry.objects.filter(content_type=kind, object_id__in=chunk)
        move_rows(entries, days)
        if model in (Edition, RegistrationWindow):
            _move_texts(entries, "data", days)
