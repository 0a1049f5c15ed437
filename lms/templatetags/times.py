"""Instants as people read them, in the active language and in the reader's zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext_lazy

from lms.clock import now
from lms.days import written
from lms.deadlines import Clock, city, iso, last_moment

register = template.Library()

# The zone database's cities whose names differ among the site's languages.
SPOKEN_CITIES = [
    gettext_noop("Asunción"),
    gettext_noop("Easter Island"),
    gettext_noop("Havana"),
    gettext_noop("Lisbon"),
    gettext_noop("London"),
    gettext_noop("Los Angeles"),
    gettext_noop("Mexico City"),
    gettext_noop("Montevideo"),
    gettext_noop("New York"),
    gettext_noop("Panama"),
    gettext_noop("Port of Spain"),
    gettext_noop("Port-au-Prince"),
]

# Django's own Portuguese writes these in capitals; named here, our catalogs override them.
DAYS_AND_MONTHS = [
    gettext_noop("Monday"),
    gettext_noop("Tuesday"),
    gettext_noop("Wednesday"),
    gettext_noop("Thursday"),
    gettext_noop("Friday"),
    gettext_noop("Saturday"),
    gettext_noop("Sunday"),
    gettext_noop("January"),
    gettext_noop("February"),
    gettext_noop("March"),
    gettext_noop("April"),
    gettext_noop("May"),
    gettext_noop("June"),
    gettext_noop("July"),
    gettext_noop("August"),
    gettext_noop("September"),
    gettext_noop("October"),
    gettext_noop("November"),
    gettext_noop("December"),
    pgettext_lazy("alt. month", "January"),
    pgettext_lazy("alt. month", "February"),
    pgettext_lazy("alt. month", "March"),
    pgettext_lazy("alt. month", "April"),
    pgettext_lazy("alt. month", "May"),
    pgettext_lazy("alt. month", "June"),
    pgettext_lazy("alt. month", "July"),
    pgettext_lazy("alt. month", "August"),
    pgettext_lazy("alt. month", "September"),
    pgettext_lazy("alt. month", "October"),
    pgettext_lazy("alt. month", "November"),
    pgettext_lazy("alt. month", "December"),
]


def spoken_city(zone: str) -> str:
    return _(city(zone))


def readers_zone() -> str:
    """The reader's zone, or "" where nobody told it (the site's own zone, UTC, is active)."""
    name = timezone.get_current_timezone_name()
    return "" if name == "UTC" else name


def long_day(day: date | datetime) -> str:
    """“Friday 12 April 2019”."""
    # Translators: a date format of Django's: weekday, day, month, year.
    return written(day, _("l j F Y"))


@register.filter(expects_localtime=True)
def day(value: date | datetime | None) -> str:
    """“12 April 2019”, an instant by the reader's clock."""
    # Translators: a date format of Django's: day, month, year.
    return written(value, _("j F Y")) if value else ""


def hour_on(clock: Clock, day: date) -> str:
    """“24:00”, or “04:00 on 13 April” where the clock shows another day than `day`."""
    if clock.day == day:
        return clock.hour
    # Translators: a date format of Django's: day and month.
    return _("%(hour)s on %(day)s") % {
        "hour": clock.hour,
        "day": written(clock.day, _("j F")),
    }


def deadline_parts(instant: datetime, zone: str) -> tuple[str, str]:
    """(the day announced, until when on the reader's clock and in UTC)."""
    announced = last_moment(instant, zone)
    here = last_moment(instant, readers_zone() or zone)
    universal = last_moment(instant, "UTC")
    if here.zone == "UTC":
        until = _("until %(utc)s UTC") % {"utc": hour_on(universal, announced.day)}
    else:
        until = _("until %(hour)s in %(city)s (%(utc)s UTC)") % {
            "hour": hour_on(here, announced.day),
            "city": spoken_city(here.zone),
            "utc": hour_on(universal, here.day),
        }
    return long_day(announced.day), until


def local_mark() -> str:
    """Asks times.js for the browser's own hour, where the reader's zone is not known."""
    if readers_zone():
        return ""
    return format_html(' data-local="{}"', _("on this device’s clock"))


def is_announced_day(instant: datetime, zone: str) -> bool:
    """Whether the deadline ends on the reader's clock on the day that is announced in `zone`."""
    here = last_moment(instant, readers_zone() or zone)
    return here.day == last_moment(instant, zone).day


@register.simple_tag
def deadline(instant, zone="UTC"):
    """The day announced in `zone`, the last moment on the reader's clock, and UTC. The reader's
    own day stands out: the one announced, or else what names the other."""
    if not instant:
        return ""
    day, until = deadline_parts(instant, zone)
    if is_announced_day(instant, zone):
        day = format_html("<strong>{}</strong>", day)
    else:
        until = format_html("<strong>{}</strong>", until)
    return format_html(
        '<time class="deadline" datetime="{}"{}>{}, {}</time>',
        iso(instant),
        local_mark(),
        day,
        until,
    )


@register.simple_tag
def deadline_day(instant, zone="UTC"):
    """The day announced alone, for the subjects of mails."""
    return long_day(last_moment(instant, zone).day) if instant else ""


@register.simple_tag
def deadline_text(instant, zone="UTC"):
    """The same without markup, for mails."""
    return ", ".join(deadline_parts(instant, zone)) if instant else ""


def moment_parts(instant: datetime, zone: str) -> tuple[str, str]:
    name = readers_zone() or zone
    local = instant.astimezone(ZoneInfo(name))
    clock = Clock(local.date(), f"{local:%H:%M}", name)
    return f"{long_day(local)}, {clock.hour}", spoken_city(name)


@register.simple_tag
def moment(instant, zone="UTC"):
    """Day and hour of an instant in the reader's zone (else in `zone`), the zone named."""
    if not instant:
        return ""
    when, where = moment_parts(instant, zone)
    return format_html(
        '<time datetime="{}"{}>{} ({})</time>', iso(instant), local_mark(), when, where
    )


@register.simple_tag
def moment_brief(instant, zone="UTC"):
    """“24 November, 13:15” for lists of many; the zone is named where it is not the reader's."""
    if not instant:
        return ""
    own = readers_zone()
    local = instant.astimezone(ZoneInfo(own or zone))
    pattern = _("j F") if local.year == now().year else _("j F Y")
    where = "" if own else f" ({spoken_city(zone)})"
    text = f"{written(local, pattern)}, {local:%H:%M}{where}"
    full = "{} ({})".format(*moment_parts(instant, zone))
    return format_html('<time datetime="{}" title="{}">{}</time>', iso(instant), full, text)


@register.simple_tag
def moment_text(instant, zone="UTC"):
    """The same without markup, for mails."""
    return "{} ({})".format(*moment_parts(instant, zone)) if instant else ""


@register.filter
def when(instant, zone="UTC") -> str:
    """Day and hour on the reader's clock (else on that of `zone`), the clock named."""
    return moment_text(instant, zone)


@register.filter
def when_short(instant, zone="UTC") -> str:
    """As short as tables need it: the reader's own clock goes without a name, another has one."""
    if not instant:
        return ""
    own = readers_zone()
    local = instant.astimezone(ZoneInfo(own or zone))
    # Translators: a date format of Django's: day, short month, year, hour.
    shown = date_format(local, _("j M Y, H:i"))
    return shown if own else f"{shown} ({spoken_city(zone)})"
