"""Whether the site is well: what machines ask at /healthz, operators read in their mail, and
`manage.py doctor` begins with. Cheap, and without a word that an outsider must not read."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max, Min
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_q.models import OrmQ
from wagtail import hooks

from lms.hooks import Finding
from lms.mail.models import OutgoingMessage, Pace
from lms.work.models import Worker

log = logging.getLogger("lms.health")

LONGEST_SILENCE = timedelta(seconds=60)  # a worker beats every 10
LONGEST_TASK_WAIT = timedelta(minutes=5)
LONGEST_MAIL_WAIT = timedelta(minutes=10)


@dataclass
class Health:
    """Figures for machines, findings for people."""

    figures: dict = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def problems(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.level == "error"]

    @property
    def is_well(self) -> bool:
        return not self.problems

    def note(self, name: str, wrong: bool, text: str, fine: str, **figures) -> None:
        self.findings.append(Finding("error" if wrong else "ok", name, text if wrong else fine))
        self.figures[name] = {"ok": not wrong, **figures}


def of_the_web(at: datetime) -> Health:
    """Whether this web server can answer: its database, and the migrations."""
    health = Health()
    try:
        pending = pending_migrations()
    except DatabaseError:
        log.exception("the database does not answer")
        health.note("database", True, _("The database does not answer."), "")
        return health
    health.note("database", False, "", _("The database answers."))
    behind = ngettext(
        "%(count)s migration is pending: run manage.py migrate.",
        "%(count)s migrations are pending: run manage.py migrate.",
        pending,
    )
    health.note(
        "migrations",
        bool(pending),
        behind % {"count": pending},
        _("The database is migrated."),
        pending=pending,
    )
    return health


def of_the_site(at: datetime) -> Health:
    """Everything: the web's, the worker's, what waits, and what the apps have to say."""
    health = of_the_web(at)
    if not health.is_well:
        return health
    _worker(health, at)
    _waiting(health, at)
    for hook in hooks.get_hooks("health"):
        try:
            health.findings += hook(at) or []
        except Exception:
            log.exception("the health hook %s failed", hook)
            health.findings.append(Finding("error", hook.__module__, _("A check failed itself.")))
    return health


def pending_migrations() -> int:
    """How many are not applied. Asked once: applied migrations stay so while a process lives."""
    global _migrated  # noqa: PLW0603
    if _migrated == connection.settings_dict["NAME"]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return 0
    executor = MigrationExecutor(connection)
    pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if not pending:
        _migrated = connection.settings_dict["NAME"]
    return pending


_migrated = None


def _worker(health: Health, at: datetime) -> None:
    beaten = Worker.objects.aggregate(last=Max("beaten_at"))["last"]
    silent = _seconds(at, beaten)
    health.note(
        "worker",
        beaten is None or at - beaten > LONGEST_SILENCE,
        _("No worker runs.")
        if beaten is None
        else _("The worker has not been heard of for %(seconds)s seconds.") % {"seconds": silent},
        _("The worker runs."),
        beat_seconds=silent,
    )


def _waiting(health: Health, at: datetime) -> None:
    task = OrmQ.objects.filter(lock__lte=at).aggregate(first=Min("lock"))["first"]
    mail = _oldest_mail(at)
    health.note(
        "tasks",
        task is not None and at - task > LONGEST_TASK_WAIT,
        _("A task has been waiting for %(seconds)s seconds.") % {"seconds": _seconds(at, task)},
        _("No task waits for long."),
        oldest_due_seconds=_seconds(at, task),
    )
    health.note(
        "messages",
        mail is not None and at - mail > LONGEST_MAIL_WAIT,
        _("A message has been waiting for %(seconds)s seconds.") % {"seconds": _seconds(at, mail)},
        _("No message waits for long."),
        oldest_due_seconds=_seconds(at, mail),
    )


def _oldest_mail(at: datetime) -> datetime | None:
    """Since when a mail has waited that could have left. Letters of a mailing wait their turn:
    they are late when no turn has been taken."""
    due = OutgoingMessage.objects.due(at).order_by()
    single = due.single().aggregate(first=Min("due_at"))["first"]
    many = due.of_mailings().order_by()
    since = many.aggregate(due=Min("due_at"), passed=Max("mailing__passed_at"))
    if late := since["due"]:
        turns = Pace.objects.aggregate(last=Max("next_at"))
        late = max(filter(None, (late, since["passed"], turns["last"])))
    return min(filter(None, (single, late)), default=None)


def _seconds(at: datetime, since: datetime | None) -> int | None:
    return None if since is None else max(int((at - since).total_seconds()), 0)
