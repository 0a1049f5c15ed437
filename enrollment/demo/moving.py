"""The hook that brings the living editions, and all that happened in them, to another day."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from wagtail.models import ModelLogEntry

from enrollment.demo.building import LIVING
from enrollment.models import (
    Application,
    ApplicationVersion,
    Decision,
    Edition,
    Enrollment,
    JointAct,
    LateAttempt,
    Offer,
    Phase,
    PhaseProgress,
    RegistrationWindow,
)
from lms.demo.moving import move_rows
from lms.mail.models import OutgoingMessage

PATHS = {
    Phase: "edition",
    RegistrationWindow: "edition",
    Application: "edition",
    ApplicationVersion: "application__edition",
    LateAttempt: "window__edition",
    Decision: "edition",
    Offer: "edition",
    Enrollment: "edition",
    PhaseProgress: "enrollment__edition",
}
LOGGED = (Application, Decision, Offer, Enrollment)


def move(days: int) -> None:
    """Everything of the living editions by `days`, the log and the mails with it."""
    living = Edition.objects.filter(slug__in=LIVING)
    keys = list(living.values_list("pk", flat=True))
    for model in LOGGED:
        _move_log(model, model.objects.filter(edition__in=keys), days)
    _move_log(Edition, living, days)
    for model, path in PATHS.items():
        move_rows(model.objects.filter(**{f"{path}__in": keys}), days)
    move_rows(JointAct.objects.filter(subject__in=[f"edition:{key}" for key in keys]), days)
    programs = living.values("program__slug")
    move_rows(OutgoingMessage.objects.filter(scope__in=programs), days)
    move_rows(living, days)


def _move_log(model, rows, days: int) -> None:
    kind = ContentType.objects.get_for_model(model)
    found = [str(key) for key in rows.values_list("pk", flat=True)]
    for start in range(0, len(found), 500):
        chunk = found[start : start + 500]
        move_rows(ModelLogEntry.objects.filter(content_type=kind, object_id__in=chunk), days)
