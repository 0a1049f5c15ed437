"""What is wrong with a deployment, in plain words: each check gives findings, none changes
anything. `manage.py doctor` prints them."""

from __future__ import annotations

import json
import shutil
import smtplib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import get_connection
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Site

from lms import clock
from lms.accounts.models import User
from lms.hooks import Finding
from lms.work import health, schedules

LOCAL = {"localhost", "127.0.0.1", "::1"}
OLDEST_BACKUP = timedelta(hours=26)
LARGEST_SKEW = timedelta(seconds=5)
LEAST_FREE_SHARE = 0.05


def examine(at: datetime) -> list[Finding]:
    """Every finding, in the order in which an operator would mend them. What needs the database
    is left out while it does not answer or is not migrated."""
    site = health.of_the_site(at)
    findings = [*_each(OF_THE_MACHINE, at), *site.findings]
    if all(finding.name not in ("database", "migrations") for finding in site.problems):
        findings += _each(OF_THE_DATABASE, at)
    return findings


def _each(checks: Iterable[Callable], at: datetime) -> list[Finding]:
    findings = []
    for check in checks:
        try:
            findings += check(at)
        except Exception as error:
            text = _("The check failed itself: %(error)s") % {"error": error}
            findings.append(Finding("error", check.__name__, text))
    return findings


def secret_key(at):
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:  # what Django says of an empty one
        key = ""
    if not key:
        yield Finding("error", "SECRET_KEY", _("It is empty: set it, 50 signs or more."))
    elif len(key) < 50 or len(set(key)) < 5:
        yield Finding("error", "SECRET_KEY", _("It is shorter than 50 signs: make a longer one."))
    else:
        yield Finding("ok", "SECRET_KEY", _("It is set."))


def debug(at):
    if settings.DEBUG:
        yield Finding("error", "DEBUG", _("It is on: visitors read the code when an error occurs."))
    if settings.DEMO and not is_local():
        yield Finding("error", "DEMO", _("It is on outside localhost: anybody may be anybody."))
    elif settings.DEMO:
        yield Finding("warning", "DEMO", _("This is the demonstration: anybody may be anybody."))


def addresses(at):
    host = urlsplit(settings.SITE_URL).hostname
    hosts = settings.ALLOWED_HOSTS
    if "*" in hosts:
        text = _("It takes any name: a forged one would get into links.")
        yield Finding("error", "ALLOWED_HOSTS", text)
    elif not any(host == one or (one[:1] == "." and host.endswith(one[1:])) for one in hosts):
        text = _("It does not name %(host)s, the host of SITE_URL.") % {"host": host}
        yield Finding("error", "ALLOWED_HOSTS", text)
    else:
        yield Finding("ok", "ALLOWED_HOSTS", _("It names the host of SITE_URL."))
    if not settings.SECURE and not is_local():
        text = _("It begins with http: people's cookies and codes can be read on the way.")
        yield Finding("error", "SITE_URL", text)
    else:
        yield Finding("ok", "SITE_URL", settings.SITE_URL)


def is_local() -> bool:
    return urlsplit(settings.SITE_URL).hostname in LOCAL


def pango(at):
    try:
        import weasyprint  # noqa: F401
    except OSError:
        text = _(
            "It is missing, no certificate can be drawn: install libpango-1.0-0, "
            "libpangoft2-1.0-0 and libharfbuzz-subset0."
        )
        yield Finding("error", "Pango", text)
    else:
        yield Finding("ok", "Pango", _("Certificates can be drawn."))


def media(at):
    try:
        name = default_storage.save("doctor.txt", ContentFile(b"doctor"))
        default_storage.delete(name)
    except Exception as error:
        text = _("No file can be stored: %(error)s") % {"error": error}
        yield Finding("error", "media", text)
    else:
        yield Finding("ok", "media", _("Files can be stored."))


def disk(at):
    place = next(path for path in (settings.VAR, *settings.VAR.parents) if path.exists())
    total, _used, free = shutil.disk_usage(place)
    if free < total * LEAST_FREE_SHARE:
        text = _("Less than 5 %% of the disk of %(place)s is free.") % {"place": place}
        yield Finding("warning", "disk", text)
    else:
        yield Finding("ok", "disk", _("There is room."))


def time_zones(at):
    try:
        for name in ("America/Tijuana", "America/Montevideo", "America/Sao_Paulo"):
            ZoneInfo(name)
    except ZoneInfoNotFoundError as error:
        text = _("The time zone %(zone)s is not known.") % {"zone": error}
        yield Finding("error", "time zones", text)
    else:
        yield Finding("ok", "time zones", _("They are known."))


def mail(at):
    try:
        server = get_connection(fail_silently=False)
        server.open()
        server.close()
    except (OSError, smtplib.SMTPException) as error:
        text = _("The mail server does not answer: %(error)s") % {"error": error}
        yield Finding("error", "mail", text)
    else:
        yield Finding("ok", "mail", _("The mail server answers."))
    if not settings.OPERATORS and not settings.DEMO:
        text = _("It names nobody: nobody is told when the worker stands still.")
        yield Finding("warning", "OPERATORS", text)
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost") and not is_local():
        text = _("It is %(address)s: nobody can answer.") % {"address": settings.DEFAULT_FROM_EMAIL}
        yield Finding("error", "DEFAULT_FROM_EMAIL", text)


def backups(at):
    path = Path(settings.VAR, "backup.json")
    if settings.DEMO:
        return
    if not path.exists():
        text = _("None was made from this machine: run manage.py backup every night.")
        yield Finding("warning", "backup", text)
        return
    made_at = datetime.fromisoformat(json.loads(path.read_text())["made_at"])
    if at - made_at > OLDEST_BACKUP:
        text = _("The last one is of %(day)s.") % {"day": made_at.date()}
        yield Finding("warning", "backup", text)
    else:
        yield Finding("ok", "backup", _("The last one is less than a day old."))


def cache_table(at):
    cache.set("doctor", "here", 10)
    if cache.get("doctor") != "here":
        yield Finding("error", "cache", _("It keeps nothing: limits on codes would not hold."))
    else:
        yield Finding("ok", "cache", _("It keeps what it is given."))


def clock_skew(at):
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [theirs] = cursor.fetchone()
    if abs(clock.now() - theirs) > LARGEST_SKEW:
        text = _("This machine's clock and the database's differ: set both by NTP.")
        yield Finding("error", "clock", text)
    else:
        yield Finding("ok", "clock", _("It agrees with the database's."))


def clockwork(at):
    missing = schedules.missing()
    if missing:
        text = _("Run manage.py schedules; these are missing: %(names)s") % {
            "names": ", ".join(sorted(missing))
        }
        yield Finding("error", "schedules", text)
    else:
        yield Finding("ok", "schedules", _("They are complete."))


def second_factor(at):
    shown = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    staff = User.objects.filter(is_staff=True, is_active=True)
    without = staff.exclude(authenticator__type__in=shown).count()
    if without:
        text = ngettext(
            "%(count)s member of staff has none yet and is asked for one.",
            "%(count)s members of staff have none yet and are asked for one.",
            without,
        )
        yield Finding("warning", "second factor", text % {"count": without})


def wagtail_site(at):
    site = Site.objects.filter(is_default_site=True).first()
    host = urlsplit(settings.SITE_URL)
    if site is None:
        yield Finding("error", "Wagtail", _("It has no default site: make one in its settings."))
    elif not is_local() and site.hostname != host.hostname:
        text = _("Its site is called %(name)s, SITE_URL says %(host)s: correct it in the admin.")
        names = {"name": site.hostname, "host": host.hostname}
        yield Finding("warning", "Wagtail", text % names)
    else:
        yield Finding("ok", "Wagtail", _("It has a site."))


OF_THE_MACHINE = [secret_key, debug, addresses, pango, media, disk, time_zones, mail, backups]
OF_THE_DATABASE = [cache_table, clock_skew, clockwork, second_factor, wagtail_site]
