"""How long what this app knows is kept: the periods are the program's, the sweep is nightly."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db.models import CharField, F, Max, Q
from django.db.models.functions import Cast, Coalesce
from wagtail.models import ModelLogEntry

from enrollment.models import (
    Application,
    ApplicationStatus,
    Decision,
    Draw,
    Edition,
    EditionStatus,
    Enrollment,
    LateAttempt,
    Offer,
    Program,
    RegistrationWindow,
)
from enrollment.privacy import forget_applications, forget_places
from lms import journal
from lms.mail import retention as mail
from lms.mail.models import IN_FLIGHT, MessageStatus, OutgoingMessage

log = logging.getLogger(__name__)
CHUNK = 200
LOGGED = (Application, Decision, Offer, Enrollment, LateAttempt, Edition, RegistrationWindow)
NEVER_SENT = (ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN)


def keep_periods(at: datetime) -> None:
    """Keep every program's periods. What fails is logged and stops nothing else; a second call
    finds nothing."""
    for program in Program.objects.all():
        for forget in (
            forget_drafts,
            forget_unselected,
            forget_participants,
            forget_messages,
            forget_log,
        ):
            try:
                forget(program, at)
            except Exception:
                log.exception("%s: program %s", forget.__name__, program.pk)


def forget_drafts(program: Program, at: datetime) -> int:
    """What was never submitted, and who came too late: so many days after the close."""
    limit = at - timedelta(days=program.keep_drafts_days)
    windows = _closed_windows(program, limit)
    LateAttempt.objects.filter(window__in=windows).delete()
    drafts = Application.objects.filter(
        window__in=windows, submitted_at=None, status__in=NEVER_SENT
    )
    Application.objects.filter(window__in=windows, submitted_at__isnull=False).exclude(
        draft={}
    ).update(draft={})
    return _in_chunks(drafts, lambda rows: forget_applications(rows, by=None, at=at))


def _closed_windows(program: Program, limit: datetime):
    """Those that had closed by then. A suspended one has not, as long as its edition runs."""
    windows = RegistrationWindow.objects.filter(edition__program=program, closes_at__lte=limit)
    return windows.filter(Q(suspended_at=None) | ~Q(edition__status=EditionStatus.PUBLISHED))


def forget_unselected(program: Program, at: datetime) -> int:
    """Applications that led to no place: so many days after the close of their window, unless
    their edition's decisions are still to come."""
    limit = at - timedelta(days=program.keep_unselected_days)
    over = Q(edition__released_at__lte=at) | ~Q(edition__status=EditionStatus.PUBLISHED)
    rows = Application.objects.filter(
        over | Q(edition__admission_mode="open"),
        edition__program=program,
        window__in=_closed_windows(program, limit),
        person__isnull=False,
        enrollment=None,
    ).exclude(offer__status="pending")
    return _in_chunks(rows, lambda chunk: forget_applications(chunk, by=None, at=at))


def forget_participants(program: Program, at: datetime) -> int:
    """Names, answers and the record of the work: so many days after the edition's end."""
    limit = at - timedelta(days=program.keep_participants_days)
    ended = Edition.objects.filter(program=program).annotate(
        ended_at=Coalesce(F("closed_at"), Max("phases__closes_at"))
    )
    editions = list(ended.filter(ended_at__lte=limit))
    applications = Application.objects.filter(edition__in=editions, person__isnull=False)
    forgotten = _in_chunks(applications, lambda rows: forget_applications(rows, by=None, at=at))
    places = Enrollment.objects.filter(edition__in=editions)
    places = places.exclude(certificate_name="", peer_name="")
    return forgotten + _in_chunks(places, lambda rows: forget_places(rows, by=None, at=at))


def forget_messages(program: Program, at: datetime) -> int:
    limit = at - timedelta(days=program.keep_messages_days)
    rows = OutgoingMessage.objects.filter(scope=program.slug, created_at__lte=limit)
    deleted, _by_model = rows.exclude(status__in=(MessageStatus.QUEUED, *IN_FLIGHT)).delete()
    return deleted


def forget_log(program: Program, at: datetime) -> int:
    """The log of the program's rows, of its mails and their texts, and its draws; that of rows
    which are no more is kept as long as the program that keeps it longest says."""
    limit = at - timedelta(days=program.keep_decision_log_days)
    Draw.objects.filter(edition__program=program, at__lte=limit).delete()
    longest = Program.objects.aggregate(days=Max("keep_decision_log_days"))["days"]
    oldest = at - timedelta(days=longest)
    deleted = 0
    for model in LOGGED:
        rows = ModelLogEntry.objects.filter(content_type=journal.kind_of(model))
        own = model.objects.filter(**{_path(model): program})
        keys = own.annotate(key=Cast("pk", CharField())).values("key")
        due = Q(timestamp__lte=limit, object_id__in=keys) | Q(timestamp__lte=oldest)
        deleted += rows.filter(due).delete()[0]
    return deleted + mail.forget_log(limit, scope=program.slug, oldest=oldest)


def _path(model) -> str:
    return "window__edition__program" if model is LateAttempt else model.objects.all().program_path


def _in_chunks(rows, forget: Callable[[Iterable], int]) -> int:
    keys, done = list(rows.values_list("pk", flat=True)), 0
    for start in range(0, len(keys), CHUNK):
        done += forget(rows.model.objects.filter(pk__in=keys[start : start + CHUNK]))
    return done
